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

package io.nixl4j.spring.boot.etcd;

import java.security.KeyStore;
import java.security.KeyStoreException;
import java.security.cert.Certificate;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.ssl.SslBundle;

/**
 * Finds what may be wrong with the bundle of a connection: of a handshake that fails
 * there, neither end says much.
 */
final class EtcdCertificates {

	private final EtcdDetails details;

	EtcdCertificates(EtcdDetails details) {
		this.details = details;
	}

	/**
	 * Says what to change.
	 * @return sentences
	 */
	String cure() {
		String key = this.details.key("ssl.bundle");
		SslBundle bundle = this.details.sslBundle();
		if (bundle == null) {
			return "Set " + key + " to an SSL bundle that trusts the authority which signed etcd's certificate.";
		}
		List<String> cures = new ArrayList<>();
		KeyStore keys = bundle.getStores().getKeyStore();
		expired(keys).forEach((certificate) -> cures
			.add("The certificate that " + key + " has to show " + certificate + ": renew it."));
		expired(bundle.getStores().getTrustStore()).forEach(
				(certificate) -> cures.add("A certificate that " + key + " trusts " + certificate + ": replace it."));
		if (keys == null) {
			cures.add(key + " has no certificate to show: if etcd wants one (--client-cert-auth), add it and its"
					+ " private key to the bundle.");
		}
		cures.add("See that " + key + " trusts the authority which signed etcd's certificate, that this certificate"
				+ " names the host of " + this.details.key("endpoints")
				+ ((keys != null) ? " and that etcd trusts the authority which signed the bundle's." : "."));
		return String.join(" ", cures);
	}

	private static List<String> expired(@Nullable KeyStore store) {
		if (store == null) {
			return List.of();
		}
		List<String> found = new ArrayList<>();
		try {
			for (String alias : Collections.list(store.aliases())) {
				Certificate[] chain = store.getCertificateChain(alias);
				Certificate first = (chain != null && chain.length > 0) ? chain[0] : store.getCertificate(alias);
				if (first instanceof X509Certificate certificate) {
					String fault = fault(certificate);
					if (fault != null) {
						found.add(fault);
					}
				}
			}
		}
		catch (KeyStoreException ex) {
			// A bundle that could be used a moment ago; the rest of the report stands.
			return List.of();
		}
		return found;
	}

	private static @Nullable String fault(X509Certificate certificate) {
		String name = " (" + certificate.getSubjectX500Principal() + ")";
		try {
			certificate.checkValidity();
			return null;
		}
		catch (CertificateExpiredException ex) {
			return "expired at " + certificate.getNotAfter().toInstant() + name;
		}
		catch (CertificateNotYetValidException ex) {
			return "is valid from " + certificate.getNotBefore().toInstant() + " on" + name;
		}
	}

}
