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
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

import io.nixl4j.memory.NixlError;
import io.nixl4j.memory.NixlException;
import io.nixl4j.metadata.NixlMetadata;
import io.nixl4j.metadata.NixlMetadataNotFoundException;
import io.nixl4j.metadata.NixlMetadataStore;
import io.nixl4j.route.Route;
import io.nixl4j.session.PipeGate;
import io.nixl4j.session.Session;
import io.nixl4j.session.SessionDialer;
import io.nixl4j.session.Sessions;
import io.nixl4j.wire.WireException;

/**
 * Finds an engine, in this process, among the configured peers, then in the metadata
 * store, and waits until a session and a route to it are ready. Of several calls for one
 * engine at a time the first one dials and all get its session.
 */
final class PeerConnector {

	/**
	 * What a dial inside this process meets while the other agent starts, dials too, or
	 * is cut off.
	 */
	private static final Set<NixlError> RETRIED = EnumSet.of(NixlError.NOT_READY, NixlError.BUSY, NixlError.PEER_LOST,
			NixlError.TIMED_OUT);

	private final AgentSettings settings;

	private final AgentRuntime runtime;

	private final MetadataFollower follower;

	private final Map<String, CompletableFuture<Session>> underWay = new ConcurrentHashMap<>();

	PeerConnector(AgentSettings settings, AgentRuntime runtime, MetadataFollower follower) {
		this.settings = settings;
		this.runtime = runtime;
		this.follower = follower;
	}

	CompletableFuture<Session> connect(String engineId) {
		return this.runtime.sessions()
			.find(engineId)
			.filter((session) -> !session.isListed())
			.map((session) -> notFound(engineId))
			.orElseGet(() -> once(engineId, () -> dial(engineId)));
	}

	/** A peer that was taken off the store gets no new work, though it is connected. */
	private static CompletableFuture<Session> notFound(String engineId) {
		return CompletableFuture.failedFuture(new NixlMetadataNotFoundException(engineId));
	}

	CompletableFuture<Session> connect(NixlMetadata metadata) {
		return once(metadata.engineId(), () -> dial(metadata));
	}

	CompletableFuture<Session> connect(String host, int port) {
		Optional<NixlException> retired = this.runtime.sessions().retired();
		if (retired.isPresent()) {
			return CompletableFuture.failedFuture(retired.get());
		}
		return usable(dialer(host).dial(address(host, port, host + ":" + port), ""), host + ":" + port);
	}

	private CompletableFuture<Session> once(String engineId, Dial dial) {
		Optional<NixlException> retired = this.runtime.sessions().retired();
		if (retired.isPresent()) {
			return CompletableFuture.failedFuture(retired.get());
		}
		Optional<Session> existing = this.runtime.sessions().find(engineId);
		if (existing.isPresent() && existing.get().isReady()) {
			return usable(CompletableFuture.completedFuture(existing.get()), engineId);
		}
		CompletableFuture<Session> mine = new CompletableFuture<>();
		CompletableFuture<Session> first = this.underWay.putIfAbsent(engineId, mine);
		if (first != null) {
			return first.copy();
		}
		// The store may block, which must not hit the caller of connectAsync.
		CompletableFuture.supplyAsync(dial::dial, this.runtime.context().callbacks())
			.thenCompose((session) -> usable(session, engineId))
			.whenComplete((session, failure) -> {
				this.underWay.remove(engineId, mine);
				if (failure == null) {
					mine.complete(session);
				}
				else {
					mine.completeExceptionally(WireException.unwrapped(failure));
				}
			});
		return mine.copy();
	}

	private CompletableFuture<Session> dial(String engineId) {
		if (engineId.equals(this.settings.engineId())) {
			throw NixlError.REFUSED.exception("Engine " + engineId + " is this agent's own", engineId, "connect", null);
		}
		Optional<InProcessDial> near = near(engineId);
		if (near.isPresent()) {
			if (this.follower.isDelisted(engineId, near.get().target.local().incarnation())) {
				throw new NixlMetadataNotFoundException(engineId);
			}
			return near.get().start();
		}
		String configured = this.settings.peers().get(engineId);
		if (configured != null) {
			return dialer(engineId).dial(address(configured, engineId), engineId);
		}
		NixlMetadataStore store = this.settings.store();
		if (store == null) {
			throw new NixlMetadataNotFoundException(engineId);
		}
		InetSocketAddress first = address(store.get(engineId));
		return dialer(engineId).dial(first, () -> addressNow(store, engineId, first), engineId);
	}

	private CompletableFuture<Session> dial(NixlMetadata metadata) {
		String engineId = metadata.engineId();
		Optional<InProcessDial> near = near(engineId);
		if (near.isPresent()) {
			return near.get().start();
		}
		return dialer(engineId).dial(address(metadata), engineId);
	}

	/** A peer that is gone may have come back elsewhere while it is dialled. */
	private CompletableFuture<InetSocketAddress> addressNow(NixlMetadataStore store, String engineId,
			InetSocketAddress first) {
		try {
			return CompletableFuture.supplyAsync(() -> {
				try {
					return address(store.get(engineId));
				}
				catch (NixlMetadataNotFoundException ex) {
					throw ex;
				}
				catch (NixlException ex) {
					// The store is away, which says nothing about the peer.
					return first;
				}
			}, this.runtime.context().callbacks());
		}
		catch (RejectedExecutionException ex) {
			return CompletableFuture
				.failedFuture(NixlError.CLOSED.exception("The agent is being closed", engineId, "connect", ex));
		}
	}

	private static InetSocketAddress address(NixlMetadata metadata) {
		String endpoint = metadata.additions().sessionEndpoint();
		if (endpoint == null) {
			throw NixlError.UNSUPPORTED.exception(
					"The metadata names no session endpoint, and the engine is not in this process, or in another zone",
					metadata.engineId(), "connect", null);
		}
		return address(endpoint, metadata.engineId());
	}

	private Optional<InProcessDial> near(String engineId) {
		InProcessNetwork network = this.settings.network();
		// Only sockets lead to another zone.
		return (network != null) ? network.find(engineId)
			.filter((target) -> !this.runtime.identity().isElsewhere(target.local()))
			.map((target) -> new InProcessDial(target, network.gate(this.settings.engineId(), engineId),
					this.settings.timeouts().connect()))
				: Optional.empty();
	}

	private SessionDialer dialer(String peer) {
		Sockets sockets = this.runtime.sockets()
			.orElseThrow(() -> NixlError.UNSUPPORTED
				.exception("This agent uses no sockets; give its builder TcpOptions", peer, "connect", null));
		return new SessionDialer(this.runtime.sessions(), this.runtime.links(), sockets.endpoint().client(),
				this.runtime.timer(), this.settings.timeouts().connect());
	}

	/**
	 * Waits for the first route that becomes ready.
	 */
	private CompletableFuture<Session> usable(CompletableFuture<Session> dialed, String peer) {
		Duration limit = this.settings.timeouts().connect();
		return dialed.thenCompose(PeerConnector::withRoute)
			.orTimeout(limit.toNanos() * 2, TimeUnit.NANOSECONDS)
			.exceptionallyCompose((failure) -> CompletableFuture.failedFuture(typed(failure, peer)));
	}

	private static CompletableFuture<Session> withRoute(Session session) {
		CompletableFuture<Session> result = new CompletableFuture<>();
		List<Route> routes = session.routes();
		AtomicInteger left = new AtomicInteger(routes.size());
		for (Route route : routes) {
			route.ready().whenComplete((nothing, failure) -> {
				if (failure == null) {
					result.complete(session);
				}
				else if (left.decrementAndGet() == 0) {
					result.completeExceptionally(NixlError.PEER_LOST.exception(
							"No route to the peer works (last: " + route.name() + ": "
									+ WireException.unwrapped(failure).getMessage() + ")",
							session.engineId(), "connect", WireException.unwrapped(failure)));
				}
			});
		}
		return result;
	}

	private static NixlException typed(Throwable failure, String peer) {
		Throwable cause = WireException.unwrapped(failure);
		if (cause instanceof NixlException exception) {
			return exception;
		}
		if (cause instanceof TimeoutException) {
			return NixlError.TIMED_OUT.exception("The peer was not ready within the connect time-out", peer, "connect",
					cause);
		}
		return NixlError.BACKEND.exception("Connecting failed: " + cause.getMessage(), peer, "connect", cause);
	}

	/**
	 * Returns the address behind a {@code host:port}; may block for a name.
	 * @param endpoint host and port
	 * @param peer whose they are, for errors
	 * @return the resolved address
	 */
	static InetSocketAddress address(String endpoint, String peer) {
		int colon = endpoint.lastIndexOf(':');
		try {
			String host = endpoint.substring(0, Math.max(0, colon));
			if (host.startsWith("[") && host.endsWith("]")) {
				host = host.substring(1, host.length() - 1);
			}
			return address(host, Integer.parseInt(endpoint.substring(colon + 1)), peer);
		}
		catch (NumberFormatException ex) {
			throw NixlError.OUT_OF_RANGE.exception("'" + endpoint + "' is not host:port", peer, "connect", ex);
		}
	}

	private static InetSocketAddress address(String host, int port, String peer) {
		if (host.isEmpty() || port < 1 || port > 65_535) {
			throw NixlError.OUT_OF_RANGE.exception("'" + host + ":" + port + "' is not host:port", peer, "connect",
					null);
		}
		InetSocketAddress address = new InetSocketAddress(host, port);
		if (address.isUnresolved()) {
			throw NixlError.PEER_LOST.exception("Host '" + host + "' cannot be resolved", peer, "connect", null);
		}
		return address;
	}

	/**
	 * Opens a session; may block.
	 */
	@FunctionalInterface
	private interface Dial {

		CompletableFuture<Session> dial();

	}

	/**
	 * Opens a session inside this process, again and again while the other agent is not
	 * ready.
	 */
	private final class InProcessDial {

		private final CompletableFuture<Session> result = new CompletableFuture<>();

		private final Sessions target;

		private final PipeGate gate;

		private final long deadline;

		InProcessDial(Sessions target, PipeGate gate, Duration timeout) {
			this.target = target;
			this.gate = gate;
			this.deadline = System.nanoTime() + timeout.toNanos();
		}

		CompletableFuture<Session> start() {
			attempt();
			return this.result;
		}

		private void attempt() {
			sessions().find(this.target.local().engineId())
				.map((existing) -> existing.ready().thenApply((nothing) -> existing))
				.orElseGet(this::dial)
				.whenComplete((session, failure) -> {
					if (failure == null) {
						this.result.complete(session);
					}
					else {
						again(WireException.unwrapped(failure));
					}
				});
		}

		private CompletableFuture<Session> dial() {
			return this.gate.isOpen() ? sessions().dial(this.target, this.gate)
					: CompletableFuture.failedFuture(NixlError.TIMED_OUT.exception("The peer does not answer",
							this.target.local().engineId(), "connect", null));
		}

		private void again(Throwable failure) {
			boolean mayPass = failure instanceof NixlException cause && RETRIED.contains(cause.error());
			if (!mayPass || System.nanoTime() - this.deadline >= 0) {
				this.result.completeExceptionally(failure);
				return;
			}
			try {
				PeerConnector.this.runtime.timer().schedule(this::attempt, 10, TimeUnit.MILLISECONDS);
			}
			catch (RejectedExecutionException ex) {
				this.result.completeExceptionally(failure);
			}
		}

		private Sessions sessions() {
			return PeerConnector.this.runtime.sessions();
		}

	}

}
