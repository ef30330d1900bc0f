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

import java.net.InetSocketAddress;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import io.nixl4j.memory.NixlError;
import io.nixl4j.wire.AgentIdentity;
import io.nixl4j.wire.HandshakePolicy;
import io.nixl4j.wire.LaneRegistry;
import io.nixl4j.wire.SharedSecret;
import io.nixl4j.wire.TcpClient;
import io.nixl4j.wire.TcpStreamServer;
import io.nixl4j.wire.TlsEndpoint;
import io.nixl4j.wire.TlsMaterial;
import io.nixl4j.wire.WireEndpoint;
import io.nixl4j.wire.WireException;
import io.nixl4j.wire.WireLimits;
import io.nixl4j.wire.WireLoops;
import io.nixl4j.wire.WireSettings;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The event loops, the client and the listening port of one incarnation of an agent.
 */
final class Sockets {

	private static final Logger logger = LoggerFactory.getLogger(Sockets.class);

	private static final long CLOSE_SECONDS = 10;

	private final WireLoops loops;

	private final WireEndpoint endpoint;

	private final TcpOptions options;

	private @Nullable TcpStreamServer server;

	private Sockets(WireLoops loops, WireEndpoint endpoint, TcpOptions options) {
		this.loops = loops;
		this.endpoint = endpoint;
		this.options = options;
	}

	/**
	 * Opens event loops and a client; listens to nobody yet.
	 * @param identity who the agent is
	 * @param options how to use sockets
	 * @param timeouts bounds handshakes
	 * @param mode how to wait
	 * @return the sockets
	 */
	static Sockets open(AgentIdentity identity, TcpOptions options, Timeouts timeouts, CompletionMode mode) {
		WireLimits limits = limits(options, timeouts);
		String secret = options.secret();
		TlsEndpoint tls = tls(options.tls());
		WireSettings settings = new WireSettings(identity, (secret != null) ? SharedSecret.of(secret) : null, Set.of(),
				Set.of(), options.checksum(), limits, options.sendBuffer(), options.receiveBuffer(), tls);
		WireLoops loops = WireLoops.create("nixl-" + identity.agentName() + "-io", threads(), mode.spin());
		WireEndpoint endpoint = new WireEndpoint(loops, new TcpClient(loops, settings),
				new LaneRegistry(limits.maxLanes()), settings, options.connectionsPerPeer(), timeouts.peer());
		return new Sockets(loops, endpoint, options);
	}

	private static WireLimits limits(TcpOptions options, Timeouts timeouts) {
		TcpLimits limits = options.limits();
		return new WireLimits(WireLimits.MAX_HEADER, options.maxFrameSize(), timeouts.handshake(), limits.handshakes(),
				limits.handshakesPerAddress(), limits.connections(), limits.lanes(), limits.frameTime(),
				limits.frameRate(), limits.requests(), limits.answers());
	}

	private static @Nullable TlsEndpoint tls(@Nullable TlsOptions options) {
		if (options == null) {
			return null;
		}
		TlsEndpoint.ClientCertificate certificate = switch (options.clientAuthentication()) {
			case NEED -> TlsEndpoint.ClientCertificate.NEEDED;
			case WANT -> TlsEndpoint.ClientCertificate.WANTED;
			case NONE -> TlsEndpoint.ClientCertificate.NONE;
		};
		try {
			return new TlsEndpoint(() -> material(options.material().get()),
					TlsEndpoint.Provider.valueOf(options.provider().name()), certificate,
					options.peerIdentity() == TlsOptions.PeerIdentity.ENGINE_ID);
		}
		catch (WireException ex) {
			throw ex.error().exception(String.valueOf(ex.getMessage()), null, "start", ex);
		}
	}

	private static TlsMaterial material(TlsOptions.Material material) {
		return new TlsMaterial(material.keyManagers(), material.trustManagers(), material.protocols(),
				material.ciphers());
	}

	// A loop moves bytes at memory speed, so few suffice; two keep lanes apart.
	private static int threads() {
		return Math.max(1, Math.min(4, Runtime.getRuntime().availableProcessors() / 2));
	}

	/**
	 * Begins to listen.
	 * @param policy decides whom to let in
	 */
	void listen(HandshakePolicy policy) {
		InetSocketAddress address = new InetSocketAddress(this.options.bindAddress(), this.options.port());
		if (address.isUnresolved()) {
			throw NixlError.BACKEND.exception("The bind address '" + this.options.bindAddress()
					+ "' is not an address of this host; check tcp.bind-address", null, "start", null);
		}
		if (address.getAddress().isAnyLocalAddress() && this.options.advertisedHost() == null) {
			logger
				.warn("Listening on {}, and the metadata tells peers to connect to that, which only those on this host"
						+ " can; set tcp.advertised-host", this.options.bindAddress());
		}
		if (!address.getAddress().isLoopbackAddress() && !authenticates()) {
			logger.warn("Listening on {} without a secret or client certificates: only peers on this host will be"
					+ " accepted; set tcp.secret or tcp.ssl", this.options.bindAddress());
		}
		try {
			this.server = TcpStreamServer.bind(this.loops, address, this.endpoint.settings(), policy);
		}
		catch (WireException ex) {
			throw ex.error().exception(ex.getMessage() + "; check tcp.bind-address and tcp.port", null, "start", ex);
		}
	}

	private boolean authenticates() {
		TlsOptions tls = this.options.tls();
		return this.options.secret() != null
				|| (tls != null && tls.clientAuthentication() != TlsOptions.ClientAuthentication.NONE);
	}

	WireEndpoint endpoint() {
		return this.endpoint;
	}

	int port() {
		TcpStreamServer current = this.server;
		return (current != null) ? current.localAddress().getPort() : -1;
	}

	/**
	 * Returns what the metadata names.
	 * @return host and port
	 */
	String advertised() {
		String advertisedHost = this.options.advertisedHost();
		String host = (advertisedHost != null) ? advertisedHost : this.options.bindAddress();
		return (host.contains(":") && !host.startsWith("[")) ? "[" + host + "]:" + port() : host + ":" + port();
	}

	/**
	 * Frees the port. Connections live on.
	 */
	void stopListening() {
		TcpStreamServer current = this.server;
		if (current != null) {
			await(current.close());
		}
	}

	/**
	 * Ends all threads, after all connections were closed.
	 */
	void close() {
		stopListening();
		await(this.loops.close());
		TlsEndpoint tls = this.endpoint.settings().tls();
		if (tls != null) {
			tls.close();
		}
	}

	private static void await(CompletableFuture<Void> future) {
		try {
			future.get(CLOSE_SECONDS, TimeUnit.SECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		catch (ExecutionException | TimeoutException ex) {
			logger.warn("The agent's sockets did not close in good order", ex);
		}
	}

}
