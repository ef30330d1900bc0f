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

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import io.nixl4j.memory.Incarnation;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A server with an open policy, and clients, over loopback.
 */
final class WireFixture implements AutoCloseable {

	static final Duration PATIENCE = Duration.ofSeconds(20);

	static final byte[] TOKEN = new byte[Hello.TOKEN];

	final WireLoops loops;

	final BlockingQueue<Connection> accepted = new LinkedBlockingQueue<>();

	private final List<TcpStreamServer> servers = new ArrayList<>();

	WireFixture() {
		this(Transports.best());
	}

	WireFixture(Transports transports) {
		this.loops = new WireLoops(transports, "test", 2, Duration.ofMillis(1));
	}

	static WireSettings settings(String engineId) {
		return WireSettings.of(new AgentIdentity("agent-of-" + engineId, engineId, Incarnation.random()));
	}

	TcpStreamServer serve(WireSettings settings) {
		return serve(settings, (request) -> new HandshakePolicy.Accept(7,
				(request.role() == ConnectionRole.SESSION) ? TOKEN : new byte[0]));
	}

	TcpStreamServer serve(WireSettings settings, Deciding deciding) {
		TcpStreamServer server = TcpStreamServer.bind(this.loops,
				new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), settings, new HandshakePolicy() {

					@Override
					public Decision decide(HandshakeRequest request) {
						return deciding.decide(request);
					}

					@Override
					public void accepted(Connection connection) {
						WireFixture.this.accepted.add(connection);
					}

				});
		this.servers.add(server);
		return server;
	}

	CompletableFuture<Connection> connect(WireSettings settings, TcpStreamServer server, String expected) {
		return new TcpClient(this.loops, settings)
			.connect(ConnectRequest.session(server.localAddress(), expected, PATIENCE));
	}

	Connection connected(WireSettings settings, TcpStreamServer server) {
		return get(connect(settings, server, ""));
	}

	Connection nextAccepted() {
		try {
			Connection connection = this.accepted.poll(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
			assertThat(connection).isNotNull();
			return java.util.Objects.requireNonNull(connection);
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/** The typed failure of a future. */
	static WireException failure(CompletableFuture<?> future) {
		try {
			future.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
			throw new AssertionError("a failure was expected");
		}
		catch (ExecutionException ex) {
			assertThat(ex.getCause()).isInstanceOf(WireException.class);
			return (WireException) ex.getCause();
		}
		catch (InterruptedException | TimeoutException ex) {
			throw new IllegalStateException(ex);
		}
	}

	static <T> T get(CompletableFuture<T> future) {
		try {
			return future.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
		}
		catch (ExecutionException | InterruptedException | TimeoutException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@Override
	public void close() {
		this.servers.forEach((server) -> get(server.close()));
		get(this.loops.close());
	}

	/** Decides as a policy does. */
	@FunctionalInterface
	interface Deciding {

		HandshakePolicy.Decision decide(HandshakeRequest request);

	}

}
