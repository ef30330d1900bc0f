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

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.concurrent.atomic.AtomicLong;

import io.nixl4j.memory.Incarnation;
import io.nixl4j.memory.NixlError;
import io.nixl4j.memory.NixlException;
import io.nixl4j.memory.RegionTable;
import io.nixl4j.route.Route;
import io.nixl4j.route.RouteBackend;
import io.nixl4j.route.RouteContext;
import io.nixl4j.route.RouteProvider;
import io.nixl4j.session.LinkKeeper;
import io.nixl4j.session.Session;
import io.nixl4j.session.SessionAcceptor;
import io.nixl4j.session.SessionEvents;
import io.nixl4j.session.Sessions;
import io.nixl4j.wire.AgentIdentity;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One incarnation of an agent: all that {@code start()} opens and {@code stop()} closes.
 */
final class AgentRuntime {

	private static final Logger logger = LoggerFactory.getLogger(AgentRuntime.class);

	private static final long CLOSE_SECONDS = 10;

	private final AgentSettings settings;

	private final AgentIdentity identity;

	private final RegionTable regions;

	private final ScheduledExecutorService timer;

	private final DeadlineWatch deadlines;

	private final AgentContext context;

	private final Sessions sessions;

	private final LinkKeeper links;

	private final List<OpenRoute> routes = new ArrayList<>();

	private @Nullable Sockets sockets;

	private AgentRuntime(AgentSettings settings, RegionTable regions, Executor callbacks,
			Function<AgentContext, SessionEvents> events) {
		this.settings = settings;
		this.regions = regions;
		this.identity = new AgentIdentity(settings.name(), settings.engineId(), Incarnation.random(),
				settings.additions().zone());
		this.timer = Executors.newSingleThreadScheduledExecutor((task) -> {
			Thread thread = new Thread(task, "nixl-" + settings.name() + "-timer");
			thread.setDaemon(true);
			return thread;
		});
		this.deadlines = new DeadlineWatch(settings.name());
		this.context = new AgentContext(regions, this.deadlines, callbacks, this.timer, settings.timeouts().transfer(),
				new AtomicLong());
		this.links = new LinkKeeper(this.timer, settings.timeouts().peer());
		this.sessions = new Sessions(this.identity, regions, this::connectRoutes, events.apply(this.context),
				this.timer);
	}

	/**
	 * Opens everything, or nothing.
	 * @param settings what the builder collected
	 * @param regions the agent's memory
	 * @param callbacks completes futures
	 * @param events makes what is told of sessions
	 * @return the running incarnation
	 */
	static AgentRuntime start(AgentSettings settings, RegionTable regions, Executor callbacks,
			Function<AgentContext, SessionEvents> events) {
		AgentRuntime runtime = new AgentRuntime(settings, regions, callbacks, events);
		boolean started = false;
		try {
			runtime.open();
			started = true;
		}
		finally {
			if (!started) {
				runtime.close();
			}
		}
		return runtime;
	}

	private void open() {
		this.deadlines.start();
		TcpOptions tcp = this.settings.tcp();
		if (tcp != null) {
			this.sockets = Sockets.open(this.identity, tcp, this.settings.timeouts(), this.settings.completionMode());
		}
		RouteContext routeContext = new Context();
		for (RouteProvider provider : this.settings.routes()) {
			try {
				this.routes.add(new OpenRoute(provider, provider.open(routeContext)));
			}
			catch (NixlException ex) {
				logger.warn("Route {} is not available: {}", provider.name(), ex.getMessage());
			}
		}
		if (this.routes.isEmpty()) {
			throw NixlError.UNSUPPORTED.exception("No route of this agent is available; it was given "
					+ this.settings.routes().stream().map(RouteProvider::name).toList(), null, "start", null);
		}
		InProcessNetwork network = this.settings.network();
		if (network != null) {
			network.join(this.sessions, this.timer, this.settings.timeouts().peer());
		}
		Sockets current = this.sockets;
		if (current != null) {
			current.listen(new SessionAcceptor(this.sessions, this.links, current.endpoint().lanes()));
		}
	}

	private List<Route> connectRoutes(Session session) {
		boolean elsewhere = this.identity.isElsewhere(session.peer());
		return this.routes.stream()
			.map((route) -> (elsewhere && !ZoneRoute.mayCross(route.provider()))
					? new ZoneRoute(route.provider(), this.identity, session.peer()) : route.backend().connect(session))
			.toList();
	}

	/**
	 * Waits for transfers in flight, then closes everything.
	 * @return completes when nothing of a peer can touch memory here any more
	 */
	CompletableFuture<Void> stop() {
		if (!this.deadlines.awaitNone(this.settings.timeouts().drain())) {
			logger.warn("Stopping with transfers in flight: they did not end within {}",
					this.settings.timeouts().drain());
		}
		return close();
	}

	private CompletableFuture<Void> close() {
		InProcessNetwork network = this.settings.network();
		if (network != null) {
			network.leave(this.sessions);
		}
		Sockets current = this.sockets;
		if (current != null) {
			current.stopListening();
		}
		CompletableFuture<Void> drained = this.sessions.close(
				NixlError.PEER_LOST.exception("Engine " + this.identity.engineId() + " has stopped", null, null, null));
		try {
			drained.get(CLOSE_SECONDS, TimeUnit.SECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		catch (ExecutionException | TimeoutException ex) {
			logger.warn("Sessions of agent {} did not end in good order", this.identity.agentName(), ex);
		}
		this.routes.forEach((route) -> route.backend().close());
		if (current != null) {
			current.close();
		}
		this.deadlines.close();
		this.timer.shutdownNow();
		return drained;
	}

	AgentIdentity identity() {
		return this.identity;
	}

	AgentContext context() {
		return this.context;
	}

	Sessions sessions() {
		return this.sessions;
	}

	LinkKeeper links() {
		return this.links;
	}

	ScheduledExecutorService timer() {
		return this.timer;
	}

	Optional<Sockets> sockets() {
		return Optional.ofNullable(this.sockets);
	}

	List<String> routeNames() {
		return this.routes.stream().map((route) -> route.provider().name()).toList();
	}

	private record OpenRoute(RouteProvider provider, RouteBackend backend) {
	}

	/**
	 * What this incarnation offers to its routes.
	 */
	private final class Context implements RouteContext {

		@Override
		public String agentName() {
			return AgentRuntime.this.identity.agentName();
		}

		@Override
		public String engineId() {
			return AgentRuntime.this.identity.engineId();
		}

		@Override
		public Incarnation incarnation() {
			return AgentRuntime.this.identity.incarnation();
		}

		@Override
		public RegionTable regions() {
			return AgentRuntime.this.regions;
		}

		@Override
		public int queueDepth() {
			return AgentRuntime.this.settings.queueDepth();
		}

		@Override
		public long stagingMemory() {
			return AgentRuntime.this.settings.stagingMemory();
		}

		@Override
		public <T> Optional<T> resource(Class<T> type) {
			Sockets current = AgentRuntime.this.sockets;
			return (current != null && type.isInstance(current.endpoint())) ? Optional.of(type.cast(current.endpoint()))
					: Optional.empty();
		}

	}

}
