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

package io.nixl4j.wire;

import java.security.cert.Certificate;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

import org.jspecify.annotations.Nullable;

/**
 * What a peer's certificate, which TLS has verified, says about it.
 *
 * @param engineIds the engine ids that it names
 */
record PeerCertificate(Set<String> engineIds) {

	private static final int DNS = 2;

	private static final int URI = 6;

	private static final String URI_PREFIX = "nixl:";

	PeerCertificate {
		engineIds = Set.copyOf(engineIds);
	}

	/** Reads the certificate that was shown, {@code null} if there was none. */
	static @Nullable PeerCertificate of(SSLSession session) {
		try {
			Certificate[] path = session.getPeerCertificates();
			return (path.length > 0 && path[0] instanceof X509Certificate certificate)
					? new PeerCertificate(namesOf(certificate)) : null;
		}
		catch (SSLPeerUnverifiedException ex) {
			return null;
		}
	}

	/** The common name counts only where there is no name of a better kind. */
	private static Set<String> namesOf(X509Certificate certificate) {
		try {
			Collection<List<?>> alternatives = certificate.getSubjectAlternativeNames();
			Set<String> names = new HashSet<>();
			boolean any = false;
			for (List<?> alternative : (alternatives != null) ? alternatives : List.<List<?>>of()) {
				int kind = (Integer) alternative.get(0);
				if (kind == DNS || kind == URI) {
					any = true;
					String name = String.valueOf(alternative.get(1));
					if (kind == DNS) {
						names.add(name);
					}
					else if (name.startsWith(URI_PREFIX)) {
						names.add(name.substring(URI_PREFIX.length()));
					}
				}
			}
			return any ? names : commonNames(certificate);
		}
		catch (CertificateParsingException | InvalidNameException ex) {
			// names that cannot be read name nobody
			return Set.of();
		}
	}

	private static Set<String> commonNames(X509Certificate certificate) throws InvalidNameException {
		Set<String> names = new HashSet<>();
		for (Rdn part : new LdapName(certificate.getSubjectX500Principal().getName()).getRdns()) {
			if (part.getType().equalsIgnoreCase("CN")) {
				names.add(String.valueOf(part.getValue()));
			}
		}
		return names;
	}

	boolean names(String engineId) {
		return this.engineIds.contains(engineId);
	}

}
