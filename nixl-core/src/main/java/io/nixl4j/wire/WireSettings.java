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

import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * What one agent brings to every handshake and socket.
 *
 * @param self who this agent is
 * @param secret proves both ends to each other; without one only loopback peers are
 * accepted
 * @param required features that the peer must know
 * @param offered features that are used if the peer knows them too
 * @param checksums whether bodies on lanes carry checksums; they do if either end says so
 * @param limits bounds on memory and time
 * @param sendBuffer SO_SNDBUF in bytes, 0 leaves it to the system
 * @param receiveBuffer SO_RCVBUF in bytes, 0 leaves it to the system
 * @param tls encrypts every connection, or {@code null}; not owned
 */
public record WireSettings(AgentIdentity self, @Nullable SharedSecret secret, Set<String> required, Set<String> offered,
		boolean checksums, WireLimits limits, int sendBuffer, int receiveBuffer, @Nullable TlsEndpoint tls) {

	public WireSettings {
		required = Set.copyOf(required);
		offered = Set.copyOf(offered);
	}

	/**
	 * Returns settings with neither secret nor features.
	 * @param self who this agent is
	 * @return the settings
	 */
	public static WireSettings of(AgentIdentity self) {
		return new WireSettings(self, null, Set.of(), Set.of(), false, WireLimits.defaults(), 0, 0, null);
	}

	/**
	 * Returns these settings with another secret.
	 * @param other the secret, or {@code null} for none
	 * @return the settings
	 */
	public WireSettings withSecret(@Nullable SharedSecret other) {
		return new WireSettings(this.self, other, this.required, this.offered, this.checksums, this.limits,
				this.sendBuffer, this.receiveBuffer, this.tls);
	}

	/**
	 * Returns these settings with other features.
	 * @param required features that the peer must know
	 * @param offered features that are used if the peer knows them too
	 * @return the settings
	 */
	public WireSettings withFeatures(Set<String> required, Set<String> offered) {
		return new WireSettings(this.self, this.secret, required, offered, this.checksums, this.limits, this.sendBuffer,
				this.receiveBuffer, this.tls);
	}

	/**
	 * Returns these settings with or without checksums of bodies.
	 * @param checksums whether bodies on lanes carry checksums
	 * @return the settings
	 */
	public WireSettings withChecksums(boolean checksums) {
		return new WireSettings(this.self, this.secret, this.required, this.offered, checksums, this.limits,
				this.sendBuffer, this.receiveBuffer, this.tls);
	}

	/**
	 * Returns these settings with other limits.
	 * @param limits bounds on memory and time
	 * @return the settings
	 */
	public WireSettings withLimits(WireLimits limits) {
		return new WireSettings(this.self, this.secret, this.required, this.offered, this.checksums, limits,
				this.sendBuffer, this.receiveBuffer, this.tls);
	}

	/**
	 * Returns these settings with other socket buffers.
	 * @param sendBuffer SO_SNDBUF in bytes, 0 leaves it to the system
	 * @param receiveBuffer SO_RCVBUF in bytes, 0 leaves it to the system
	 * @return the settings
	 */
	public WireSettings withBuffers(int sendBuffer, int receiveBuffer) {
		return new WireSettings(this.self, this.secret, this.required, this.offered, this.checksums, this.limits,
				sendBuffer, receiveBuffer, this.tls);
	}

	/**
	 * Returns these settings with or without TLS.
	 * @param tls encrypts every connection, or {@code null}; not owned
	 * @return the settings
	 */
	public WireSettings withTls(@Nullable TlsEndpoint tls) {
		return new WireSettings(this.self, this.secret, this.required, this.offered, this.checksums, this.limits,
				this.sendBuffer, this.receiveBuffer, tls);
	}

}
