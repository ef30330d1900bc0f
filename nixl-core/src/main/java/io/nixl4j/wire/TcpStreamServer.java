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

import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.util.concurrent.Future;
import io.nixl4j.memory.NixlError;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one listening port of an agent, for sessions and lanes alike.
 */
public final class TcpStreamServer {

	private static final Logger logger = LoggerFactory.getLogger(TcpStreamServer.class);

	private static final int BACKLOG = 128;

	private final WireSettings settings;

	private final HandshakePolicy policy;

	private final SecureRandom random = new SecureRandom();

	private final AcceptedConnections connections;

	private final Channel channel;

	private TcpStreamServer(WireLoops loops, InetSocketAddress address, WireSettings settings, HandshakePolicy policy) {
		this.settings = settings;
		this.policy = policy;
		this.connections = new AcceptedConnections(settings.limits());
		ServerBootstrap bootstrap = new ServerBootstrap().group(loops.group())
			.channel(loops.transports().server())
			.option(ChannelOption.SO_BACKLOG, BACKLOG)
			.option(ChannelOption.SO_REUSEADDR, true)
			.childHandler(new AcceptedChannels());
		if (settings.receiveBuffer() > 0) {
			// inherited by accepted sockets, early enough for the window that is
			// announced
			bootstrap.option(ChannelOption.SO_RCVBUF, settings.receiveBuffer());
		}
		ChannelFuture bound = bootstrap.bind(address).awaitUninterruptibly();
		if (!bound.isSuccess()) {
			throw bindFailure(address, bound.cause());
		}
		this.channel = bound.channel();
	}

	/**
	 * Binds the port and begins to accept. Blocks until the port is bound.
	 * @param loops the server's threads, not owned
	 * @param address where to listen; port 0 takes a free one
	 * @param settings what this agent brings to the handshake
	 * @param policy decides whom to let in
	 * @return the server
	 * @throws WireException {@code ADDRESS_IN_USE}, or {@code BACKEND} if the address
	 * cannot be bound for another reason
	 */
	public static TcpStreamServer bind(WireLoops loops, InetSocketAddress address, WireSettings settings,
			HandshakePolicy policy) {
		return new TcpStreamServer(loops, address, settings, policy);
	}

	private static WireException bindFailure(InetSocketAddress address, Throwable cause) {
		String reason = String.valueOf(cause.getMessage());
		if (reason.contains("in use")) {
			return new WireException(NixlError.ADDRESS_IN_USE,
					address + " is in use by another process; set tcp.port to a free port, or to 0 for any", false,
					cause);
		}
		return new WireException(NixlError.BACKEND,
				"cannot listen on " + address + ": " + reason + "; set tcp.bind-address to an address of this host",
				false, cause);
	}

	/**
	 * Returns where the server listens.
	 * @return the address with the real port
	 */
	public InetSocketAddress localAddress() {
		return (InetSocketAddress) this.channel.localAddress();
	}

	/**
	 * Stops listening and ends handshakes that are under way. Accepted connections live
	 * on.
	 * @return completes when the port is free
	 */
	public CompletableFuture<Void> close() {
		CompletableFuture<Void> closed = new CompletableFuture<>();
		this.channel.close().addListener((future) -> closed.complete(null));
		this.connections.close(closed());
		return closed;
	}

	private static WireException closed() {
		return new WireException(NixlError.CLOSED, "the agent is stopping", true, null);
	}

	/** Takes new connections through their handshake. */
	private final class AcceptedChannels extends ChannelInitializer<Channel> {

		@Override
		protected void initChannel(Channel accepted) {
			TcpStreamServer server = TcpStreamServer.this;
			WireLimits limits = server.settings.limits();
			SocketOptions.apply(accepted, server.settings);
			TlsEndpoint tls = server.settings.tls();
			TlsLayer layer;
			try {
				layer = (tls != null) ? new TlsLayer(tls.accepted(accepted.alloc())) : null;
			}
			catch (WireException ex) {
				accepted.close();
				return;
			}
			ChannelConnection connection = new ChannelConnection(accepted, limits, false,
					(InetSocketAddress) accepted.remoteAddress(), layer);
			if (!server.connections.begin(connection)) {
				// What it holds already is given back by the channel's end.
				connection.addTo();
				accepted.close();
				return;
			}
			Future<?> timeout = accepted.eventLoop()
				.schedule(() -> connection.close(SocketOptions.handshakeTimedOut(limits)),
						limits.handshakeTimeout().toMillis(), TimeUnit.MILLISECONDS);
			connection.beginHandshake(new ServerHandshake(connection, server.settings, server.policy,
					server.connections, server.random, () -> {
						server.connections.ended(connection);
						timeout.cancel(false);
					}));
			connection.addTo();
		}

	}

}
