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

package io.nixl4j.certificates;

import java.util.function.UnaryOperator;

import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.TrustManagerFactory;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;

/**
 * An authority that signs whatever a test needs.
 */
public final class TestAuthority {

	private final X509Bundle root;

	private TestAuthority(X509Bundle root) {
		this.root = root;
	}

	/** Creates an authority that nobody trusts yet. */
	public static TestAuthority create() {
		try {
			return new TestAuthority(new CertificateBuilder().ecp256()
				.subject("CN=authority of a test")
				.setIsCertificateAuthority(true)
				.buildSelfSigned());
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex);
		}
	}

	/** Issues a certificate with the names that the test adds. */
	public X509Bundle issue(String commonName, UnaryOperator<CertificateBuilder> names) {
		try {
			return names.apply(new CertificateBuilder().ecp256().subject("CN=" + commonName)).buildIssuedBy(this.root);
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex);
		}
	}

	/** Issues a certificate with one DNS name, which is an engine id. */
	public X509Bundle issue(String engineId) {
		return issue("engine of a test", (builder) -> builder.addSanDnsName(engineId));
	}

	/** Issues a certificate as keys that TLS can use. */
	public KeyManagerFactory keys(String engineId) {
		return keys(issue(engineId));
	}

	/** Makes keys of a certificate. */
	public static KeyManagerFactory keys(X509Bundle bundle) {
		try {
			return bundle.toKeyManagerFactory();
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex);
		}
	}

	/** Trusts what this authority has issued. */
	public TrustManagerFactory trust() {
		try {
			return this.root.toTrustManagerFactory();
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex);
		}
	}

	/** The authority's own certificate as PEM. */
	public String pem() {
		return this.root.getRootCertificatePEM();
	}

}
