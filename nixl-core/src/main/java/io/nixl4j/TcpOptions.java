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

package io.nixl4j;

import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * How an agent listens and how it treats its sockets.
 *
 * @param bindAddress the address to listen on; one that other hosts can reach only if it
 * is named here
 * @param port the port, 0 for a free one
 * @param advertisedHost the host that the metadata names, or {@code null} for the bind
 * address
 * @param connectionsPerPeer how many connections carry the transfers of one peer
 * @param secret proves agents to each other, or {@code null}; without it only peers on
 * this host are accepted
 * @param checksum whether bodies carry CRC32C
 * @param maxFrameSize the longest body of one frame in bytes, 64 KiB to 1 MiB
 * @param sendBuffer the socket's send buffer in bytes, 0 leaves it to the system
 * @param receiveBuffer the socket's receive buffer in bytes, 0 leaves it to the system
 * @param tls encrypts every connection, or {@code null}
 * @param limits what peers and strangers may cost
 */
public record TcpOptions(String bindAddress, int port, @Nullable String advertisedHost, int connectionsPerPeer,
		@Nullable String secret, boolean checksum, int maxFrameSize, int sendBuffer, int receiveBuffer,
		@Nullable TlsOptions tls, TcpLimits limits) {

	/** How many connections carry the transfers of one peer by default. */
	public static final int DEFAULT_CONNECTIONS = 4;

	private static final int MIN_FRAME = 64 * 1_024;

	private static final int MAX_FRAME = 1_024 * 1_024;

	public TcpOptions {
		Objects.requireNonNull(bindAddress);
		Objects.requireNonNull(limits);
		require(port >= 0 && port <= 65_535, "port", "0 to 65535", port);
		require(connectionsPerPeer >= 1 && connectionsPerPeer <= 64, "connections-per-peer", "1 to 64",
				connectionsPerPeer);
		require(maxFrameSize >= MIN_FRAME && maxFrameSize <= MAX_FRAME, "max-frame-size", "64 KiB to 1 MiB",
				maxFrameSize);
		require(sendBuffer >= 0, "send-buffer", "zero or more", sendBuffer);
		require(receiveBuffer >= 0, "receive-buffer", "zero or more", receiveBuffer);
		if (secret != null && secret.isEmpty()) {
			throw new IllegalArgumentException("secret must not be empty");
		}
	}

	private static void require(boolean condition, String name, String range, int value) {
		if (!condition) {
			throw new IllegalArgumentException(name + " must be " + range + ", not " + value);
		}
	}

	/**
	 * Returns the defaults: a free port on the loopback address.
	 * @return the options
	 */
	public static TcpOptions defaults() {
		return new TcpOptions("127.0.0.1", 0, null, DEFAULT_CONNECTIONS, null, false, MAX_FRAME, 0, 0, null,
				TcpLimits.defaults());
	}

	/**
	 * Returns these options with another address to listen on.
	 * @param address the address
	 * @param otherPort the port, 0 for a free one
	 * @return the options
	 */
	public TcpOptions withBind(String address, int otherPort) {
		return new TcpOptions(address, otherPort, this.advertisedHost, this.connectionsPerPeer, this.secret,
				this.checksum, this.maxFrameSize, this.sendBuffer, this.receiveBuffer, this.tls, this.limits);
	}

	/**
	 * Returns these options with another advertised host.
	 * @param host the host that the metadata names, or {@code null}
	 * @return the options
	 */
	public TcpOptions withAdvertisedHost(@Nullable String host) {
		return new TcpOptions(this.bindAddress, this.port, host, this.connectionsPerPeer, this.secret, this.checksum,
				this.maxFrameSize, this.sendBuffer, this.receiveBuffer, this.tls, this.limits);
	}

	/**
	 * Returns these options with another number of connections.
	 * @param connections how many connections carry the transfers of one peer
	 * @return the options
	 */
	public TcpOptions withConnectionsPerPeer(int connections) {
		return new TcpOptions(this.bindAddress, this.port, this.advertisedHost, connections, this.secret, this.checksum,
				this.maxFrameSize, this.sendBuffer, this.receiveBuffer, this.tls, this.limits);
	}

	/**
	 * Returns these options with another secret.
	 * @param other the secret, or {@code null}
	 * @return the options
	 */
	public TcpOptions withSecret(@Nullable String other) {
		return new TcpOptions(this.bindAddress, this.port, this.advertisedHost, this.connectionsPerPeer, other,
				this.checksum, this.maxFrameSize, this.sendBuffer, this.receiveBuffer, this.tls, this.limits);
	}

	/**
	 * Returns these options with or without checksums of bodies.
	 * @param other whether bodies carry CRC32C
	 * @return the options
	 */
	public TcpOptions withChecksum(boolean other) {
		return new TcpOptions(this.bindAddress, this.port, this.advertisedHost, this.connectionsPerPeer, this.secret,
				other, this.maxFrameSize, this.sendBuffer, this.receiveBuffer, this.tls, this.limits);
	}

	/**
	 * Returns these options with or without TLS.
	 * @param other what encrypts every connection, or {@code null}
	 * @return the options
	 */
	public TcpOptions withTls(@Nullable TlsOptions other) {
		return new TcpOptions(this.bindAddress, this.port, this.advertisedHost, this.connectionsPerPeer, this.secret,
				this.checksum, this.maxFrameSize, this.sendBuffer, this.receiveBuffer, other, this.limits);
	}

	/**
	 * Returns these options with other limits.
	 * @param other what peers and strangers may cost
	 * @return the options
	 */
	public TcpOptions withLimits(TcpLimits other) {
		return new TcpOptions(this.bindAddress, this.port, this.advertisedHost, this.connectionsPerPeer, this.secret,
				this.checksum, this.maxFrameSize, this.sendBuffer, this.receiveBuffer, this.tls, other);
	}

	@Override
	public String toString() {
		return "TcpOptions[" + this.bindAddress + ":" + this.port + ", " + this.connectionsPerPeer + " connections, "
				+ ((this.secret != null) ? "secret" : "no secret") + ((this.tls != null) ? ", " + this.tls : "") + "]";
	}

}
