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

import io.nixl4j.memory.NixlError;

/**
 * Holds who a peer says it is against its certificate.
 */
final class PeerIdentity {

	private PeerIdentity() {
	}

	/**
	 * Returns whether TLS has proved who a peer is.
	 * @param settings what this end wants of certificates
	 * @param connection the connection to the peer
	 * @param engineId the engine that the peer says it is
	 * @return {@code false} without TLS, or if the peer showed no certificate and need
	 * not
	 * @throws WireException {@code REFUSED} if its certificate is another engine's
	 */
	static boolean certified(WireSettings settings, ChannelConnection connection, String engineId) {
		TlsEndpoint tls = settings.tls();
		PeerCertificate certificate = connection.certificate();
		if (tls == null || certificate == null) {
			return false;
		}
		if (tls.engineNamed() && !certificate.names(engineId)) {
			throw new WireException(NixlError.REFUSED, "the certificate of engine '" + engineId
					+ "' does not name it; it must have the engine id as a DNS name, or the URI nixl:<engine id>");
		}
		return true;
	}

}
