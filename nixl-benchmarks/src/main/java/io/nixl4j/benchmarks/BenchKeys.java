/*
 * Copyright 2026-present the nixl4j authors.
 *
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * You may obtain a copy of the License at
 *
 *      https://www.apache.org/licenses/LICENSE-2.0
 *
 * Unless required by applicable law or agreed to in writing, software
 * distributed under the License is distributed on an "AS IS" BASIS,
 * WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
 * See the License for the specific language governing permissions and
 * limitations under the License.
 */

package io.nixl4j.benchmarks;

import java.io.File;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;

import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.TrustManagerFactory;

import io.netty.pkitesting.CertificateBuilder;
import io.nixl4j.TlsOptions;

/**
 * The certificate that all agents of a run show and trust when connections are encrypted.
 * Its file is made by {@link Bench} and is gone when the run ends.
 */
final class BenchKeys {

	/** The system property that names the file to the processes of the run. */
	static final String PROPERTY = "bench.keys";

	private static final String ALIAS = "trusted";

	private BenchKeys() {
	}

	/**
	 * Makes the certificate.
	 * @return the file
	 * @throws IOException if it cannot be made
	 */
	static File create() throws IOException {
		try {
			return new CertificateBuilder().ecp256()
				.subject("CN=bench")
				.setIsCertificateAuthority(true)
				.buildSelfSigned()
				.toTempKeyStoreFile(password(), password());
		}
		catch (Exception ex) {
			throw new IOException(ex);
		}
	}

	/** For a file that this user alone can read and that lives as long as the run. */
	private static char[] password() {
		return "benchmark".toCharArray();
	}

	/**
	 * Reads the certificate.
	 * @param jdk whether the JDK encrypts, instead of OpenSSL
	 * @return mutual TLS with it
	 */
	static TlsOptions options(boolean jdk) {
		try {
			KeyStore own = KeyStore.getInstance(new File(System.getProperty(PROPERTY, "")), password());
			KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
			keys.init(own, password());
			KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
			trusted.load(null, null);
			trusted.setCertificateEntry(ALIAS, own.getCertificate(own.aliases().nextElement()));
			TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
			trust.init(trusted);
			return TlsOptions.mutual(TlsOptions.Material.of(keys, trust))
				.withPeerIdentity(TlsOptions.PeerIdentity.TRUSTED)
				.withProvider(jdk ? TlsOptions.Provider.JDK : TlsOptions.Provider.OPENSSL);
		}
		catch (GeneralSecurityException | IOException ex) {
			throw new IllegalStateException("The run's certificate cannot be read", ex);
		}
	}

}
