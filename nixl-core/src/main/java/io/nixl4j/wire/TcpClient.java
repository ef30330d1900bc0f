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

import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ConnectTimeoutException;
import io.netty.util.concurrent.Future;
import io.nixl4j.memory.NixlError;

/**
 * Opens connections.
 */
public final class TcpClient {

	private final WireLoops loops;

	private final WireSettings settings;

	private final SecureRandom random = new SecureRandom();

	/**
	 * Creates a client.
	 * @param loops its threads, not owned
	 * @param settings what this agent brings to the handshake
	 */
	public TcpClient(WireLoops loops, WireSettings settings) {
		this.loops = loops;
		this.settings = settings;
	}

	/**
	 * Opens one connection and goes through the handshake; does not try again.
	 * @param request what is asked for
	 * @return completes with the connection, or exceptionally with a
	 * {@link WireException}: refused by the peer, {@code TIMED_OUT}, {@code PROTOCOL},
	 * or, worth another try, not reachable or {@code NOT_READY}. Completed on an event
	 * loop. Cancelling it closes the connection.
	 */
	public CompletableFuture<Connection> connect(ConnectRequest request) {
		CompletableFuture<Connection> opened = new CompletableFuture<>();
		InetSocketAddress remote = request.remote();
		if (remote.isUnresolved()) {
			opened.completeExceptionally(new WireException(NixlError.PEER_LOST,
					"the host name '" + remote.getHostString() + "' cannot be resolved", true, null));
			return opened;
		}
		if (this.settings.secret() == null && this.settings.tls() == null && !remote.getAddress().isLoopbackAddress()) {
			opened.completeExceptionally(new WireException(NixlError.REFUSED,
					"without a secret or TLS only loopback peers are connected to; set tcp.secret or tcp.ssl at both ends"));
			return opened;
		}
		int millis = (int) Math.max(1, Math.min(request.timeout().toMillis(), Integer.MAX_VALUE));
		ChannelFuture connected = new Bootstrap().group(this.loops.group())
			.channel(this.loops.transports().client())
			.option(ChannelOption.CONNECT_TIMEOUT_MILLIS, millis)
			.handler(new OpenedChannel(request, opened, millis))
			.connect(remote);
		connected.addListener((future) -> {
			if (!future.isSuccess()) {
				opened.completeExceptionally(failure(remote, future.cause()));
			}
		});
		opened.whenComplete((connection, failure) -> {
			if (failure != null) {
				connected.cancel(false);
				connected.channel().close();
			}
		});
		return opened;
	}

	private static WireException failure(InetSocketAddress remote, Throwable cause) {
		if (cause instanceof ConnectTimeoutException) {
			return new WireException(NixlError.TIMED_OUT, remote + " does not answer; check address and firewall", true,
					cause);
		}
		if (cause instanceof ConnectException) {
			return new WireException(NixlError.PEER_LOST, "nothing listens at " + remote + ", or it cannot be reached",
					true, cause);
		}
		return new WireException(NixlError.PEER_LOST, "cannot connect to " + remote + ": " + cause.getMessage(), true,
				cause);
	}

	/** Takes a new connection through its handshake. */
	private final class OpenedChannel extends ChannelInitializer<Channel> {

		private final ConnectRequest request;

		private final CompletableFuture<Connection> opened;

		private final int millis;

		OpenedChannel(ConnectRequest request, CompletableFuture<Connection> opened, int millis) {
			this.request = request;
			this.opened = opened;
			this.millis = millis;
		}

		@Override
		protected void initChannel(Channel channel) {
			TcpClient client = TcpClient.this;
			WireLimits limits = client.settings.limits();
			SocketOptions.apply(channel, client.settings);
			TlsEndpoint tls = client.settings.tls();
			TlsLayer layer;
			try {
				layer = (tls != null) ? new TlsLayer(tls.opened(channel.alloc())) : null;
			}
			catch (WireException ex) {
				this.opened.completeExceptionally(ex);
				return;
			}
			ChannelConnection connection = new ChannelConnection(channel, limits, true, this.request.remote(), layer);
			ClientHandshake handshake = new ClientHandshake(connection, client.settings, this.request, client.random,
					this.opened);
			long limit = Math.min(this.millis, limits.handshakeTimeout().toMillis());
			connection.addTo(new Active(() -> {
				Future<?> timeout = channel.eventLoop()
					.schedule(() -> connection.close(SocketOptions.handshakeTimedOut(limits)), limit,
							TimeUnit.MILLISECONDS);
				this.opened.whenComplete((result, failure) -> timeout.cancel(false));
				handshake.begin();
			}));
		}

	}

	/** Runs something when the socket is connected. */
	private static final class Active extends ChannelInboundHandlerAdapter {

		private final Runnable task;

		Active(Runnable task) {
			this.task = task;
		}

		@Override
		public void channelActive(ChannelHandlerContext context) {
			context.pipeline().remove(this);
			this.task.run();
		}

	}

}
