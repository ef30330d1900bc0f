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

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import io.nixl4j.memory.Incarnation;
import io.nixl4j.memory.NixlError;
import io.nixl4j.metadata.NixlMetadata;
import io.nixl4j.metadata.Predecessors;
import io.nixl4j.wire.AgentIdentity;
import io.nixl4j.wire.ConnectRequest;
import io.nixl4j.wire.Connection;
import io.nixl4j.wire.WireException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the session endpoint of an earlier incarnation of this agent's engine whether it
 * still answers, by the handshake of a session. An incarnation that lives refuses it, as
 * the engine id is its own, and has said by then which incarnation it is.
 */
final class PredecessorProbe implements Predecessors {

	private static final Logger logger = LoggerFactory.getLogger(PredecessorProbe.class);

	private final AgentSettings settings;

	private final AgentRuntime runtime;

	PredecessorProbe(AgentSettings settings, AgentRuntime runtime) {
		this.settings = settings;
		this.runtime = runtime;
	}

	@Override
	public CompletionStage<Life> life(NixlMetadata earlier) {
		Incarnation incarnation = earlier.additions().incarnation();
		String endpoint = earlier.additions().sessionEndpoint();
		Sockets sockets = this.runtime.sockets().orElse(null);
		if (incarnation == null || endpoint == null || sockets == null) {
			return CompletableFuture.completedFuture(Life.UNKNOWN);
		}
		// A host name may have to be looked up, which blocks.
		return CompletableFuture
			.supplyAsync(() -> PeerConnector.address(endpoint, earlier.engineId()), this.runtime.context().callbacks())
			.thenCompose((address) -> ask(sockets, address, incarnation))
			.exceptionally((failure) -> Life.UNKNOWN)
			.thenApply((life) -> {
				logger.info("Engine id {} is held by incarnation {} at {}, which is {}", earlier.engineId(),
						incarnation, endpoint, life);
				return life;
			});
	}

	private CompletableFuture<Life> ask(Sockets sockets, InetSocketAddress address, Incarnation incarnation) {
		return sockets.endpoint()
			.client()
			.connect(ConnectRequest.session(address, this.settings.engineId(), this.settings.timeouts().connect()))
			.handle((connection, failure) -> (failure != null)
					? life(WireException.unwrapped(failure), address, incarnation) : welcomed(connection, incarnation));
	}

	/** Nobody lets another one of its own engine in, but who does has answered. */
	private static Life welcomed(Connection connection, Incarnation incarnation) {
		connection.close(null);
		return connection.peer().incarnation().equals(incarnation) ? Life.ALIVE : Life.UNKNOWN;
	}

	private static Life life(Throwable failure, InetSocketAddress address, Incarnation incarnation) {
		if (!(failure instanceof WireException wire)) {
			return Life.UNKNOWN;
		}
		AgentIdentity answered = wire.peer();
		if (answered != null && answered.incarnation().equals(incarnation)) {
			return switch (wire.error()) {
				case STALE -> Life.GONE;
				// It has withdrawn, and may have something to finish under the engine id.
				case NOT_READY -> Life.UNKNOWN;
				default -> Life.ALIVE;
			};
		}
		// Elsewhere a relay may stand there, with the earlier incarnation behind it.
		boolean othersThere = answered != null || wire.error() == NixlError.UNKNOWN_PEER || isRefused(wire);
		return (othersThere && isOfThisHost(address.getAddress())) ? Life.GONE : Life.UNKNOWN;
	}

	/** The host has said that nobody listens there. */
	private static boolean isRefused(WireException failure) {
		return failure.getCause() instanceof ConnectException refused
				&& String.valueOf(refused.getMessage()).contains("refused");
	}

	private static boolean isOfThisHost(InetAddress address) {
		if (address.isLoopbackAddress() || address.isAnyLocalAddress()) {
			return true;
		}
		try {
			return NetworkInterface.getByInetAddress(address) != null;
		}
		catch (IOException ex) {
			return false;
		}
	}

}
