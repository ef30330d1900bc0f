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

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.function.UnaryOperator;

import io.nixl4j.memory.DeviceMemories;
import io.nixl4j.memory.Incarnation;
import io.nixl4j.memory.LocalRegion;
import io.nixl4j.memory.MemoryRegion;
import io.nixl4j.memory.NixlError;
import io.nixl4j.memory.NixlException;
import io.nixl4j.memory.Quarantine;
import io.nixl4j.memory.RegionOptions;
import io.nixl4j.memory.RegionTable;
import io.nixl4j.metadata.NixlMetadata;
import io.nixl4j.metadata.NixlMetadataCodec;
import io.nixl4j.metadata.NixlMetadataStore;
import io.nixl4j.session.Session;
import io.nixl4j.session.SessionEvents;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The agent: its memory, which outlives incarnations, and the incarnation that runs.
 */
final class DefaultNixlAgent implements NixlAgent {

	private static final Logger logger = LoggerFactory.getLogger(DefaultNixlAgent.class);

	private final AgentSettings settings;

	private final DeviceMemories devices;

	private final RegionTable regions;

	private final @Nullable ExecutorService ownCallbacks;

	private final Executor callbacks;

	private final NotificationDesk desk;

	private final PeerDesk peers;

	private final AgentCard card;

	/** Orders start, publish, withdraw, stop and close. */
	private final Object lifecycle = new Object();

	/** The incarnation that runs, and those whose peers are not proved to be still. */
	private final Set<AgentRuntime> undrained = ConcurrentHashMap.newKeySet();

	private volatile @Nullable Running running;

	private volatile boolean closed;

	DefaultNixlAgent(AgentSettings settings) {
		this.settings = settings;
		Executor given = settings.callbacks();
		if (given != null) {
			this.ownCallbacks = null;
			this.callbacks = given;
		}
		else {
			ExecutorService own = CallbackThreads.create(settings.name());
			this.ownCallbacks = own;
			this.callbacks = own;
		}
		this.desk = new NotificationDesk(settings.name(), this.callbacks);
		this.peers = new PeerDesk(settings.name(), this.callbacks);
		this.devices = DeviceMemories.open(settings.name(), settings.devices());
		this.regions = new RegionTable(settings.timeouts().regionClose(), this.callbacks, this.devices);
		this.card = new AgentCard(settings, this.regions);
		this.regions.addListener(new Regions());
	}

	@Override
	public String name() {
		return this.settings.name();
	}

	@Override
	public String engineId() {
		return this.settings.engineId();
	}

	@Override
	public Optional<Incarnation> incarnation() {
		Running current = this.running;
		return (current != null) ? Optional.of(current.runtime.identity().incarnation()) : Optional.empty();
	}

	@Override
	public int port() {
		Running current = this.running;
		return (current != null) ? current.runtime.sockets().map(Sockets::port).orElse(-1) : -1;
	}

	@Override
	public Collection<String> routes() {
		Running current = this.running;
		return (current != null) ? current.runtime.routeNames()
				: this.settings.routes().stream().map((provider) -> provider.name()).toList();
	}

	@Override
	public MemoryRegion allocate(long bytes, RegionOptions options) {
		return this.regions.allocate(bytes, options);
	}

	@Override
	public MemoryRegion register(ByteBuffer memory, RegionOptions options) {
		return this.regions.register(memory, options);
	}

	@Override
	public MemoryRegion register(long address, long bytes, RegionOptions options) {
		return this.regions.register(address, bytes, options);
	}

	@Override
	public List<Quarantine> quarantined() {
		return this.regions.quarantined();
	}

	@Override
	public void start() {
		synchronized (this.lifecycle) {
			if (this.closed) {
				throw new IllegalStateException("Agent " + name() + " is closed");
			}
			if (this.running == null) {
				AgentRuntime runtime = AgentRuntime.start(this.settings, this.regions, this.callbacks, Sessions::new);
				this.undrained.add(runtime);
				Publication publication = Publication.of(this.settings, runtime, () -> replaced(runtime, null));
				MetadataFollower follower = new MetadataFollower(this.settings, runtime, this.peers::listing,
						(card) -> replaced(runtime, card));
				this.running = new Running(runtime, new PeerConnector(this.settings, runtime, follower), publication,
						follower);
				follower.start(this.settings, runtime);
			}
		}
	}

	@Override
	public void publish() {
		synchronized (this.lifecycle) {
			Running current = started();
			current.runtime.sessions().retired().ifPresent((cause) -> {
				throw cause;
			});
			current.runtime.sessions().accepting(true);
			current.publication.publish(metadata(current));
		}
	}

	@Override
	public void updateRoles(List<String> roles) {
		describe((additions) -> additions.withRoles(roles));
	}

	@Override
	public void updateModel(@Nullable String model) {
		describe((additions) -> additions.withModel(model));
	}

	@Override
	public void updateCapacity(Map<String, Long> capacity) {
		describe((additions) -> additions.withCapacity(capacity));
	}

	private void describe(UnaryOperator<NixlMetadata.Additions> change) {
		this.card.change(routes(), change);
		Running current = this.running;
		if (current != null) {
			current.publication.changed(() -> metadata(current));
		}
	}

	@Override
	public void withdraw() {
		synchronized (this.lifecycle) {
			Running current = this.running;
			if (current != null) {
				current.runtime.sessions().accepting(false);
				current.publication.withdraw();
			}
		}
	}

	@Override
	public void stop() {
		synchronized (this.lifecycle) {
			Running current = this.running;
			if (current != null) {
				withdraw();
				current.follower.stop();
				this.running = null;
				current.runtime.stop().thenRun(() -> this.undrained.remove(current.runtime));
			}
		}
	}

	@Override
	public void close() {
		synchronized (this.lifecycle) {
			stop();
			if (this.closed) {
				return;
			}
			this.closed = true;
			this.regions.close();
			this.regions.closed().thenRun(this.devices::close);
			if (this.ownCallbacks != null) {
				this.ownCallbacks.shutdown();
			}
		}
	}

	/**
	 * The store says that another incarnation has this agent's engine id.
	 * @param runtime the incarnation that lost it
	 * @param card the other one's, if it was seen
	 */
	private void replaced(AgentRuntime runtime, @Nullable NixlMetadata card) {
		Running current = this.running;
		// What had the id before is seen late now and then, and is not meant.
		if (current == null || current.runtime != runtime || (card != null && !isLost(current))) {
			return;
		}
		NixlException cause = NixlError.STALE.exception("Engine id " + engineId() + " was taken over by "
				+ ((card != null) ? "agent " + card.agentName() + " at " + card.additions().sessionEndpoint()
						: "another incarnation")
				+ ": this agent posts and publishes nothing more. Give each agent an engine id of its own; start this"
				+ " one again when it has one", engineId(), null, null);
		boolean was = current.publication.retire();
		if (runtime.sessions().retire(cause)) {
			if (was) {
				logger.error("Agent {}: {}", name(), cause.getMessage());
			}
			else {
				logger.info("Agent {} has left, and its engine id has another owner", name());
			}
		}
	}

	private boolean isLost(Running current) {
		NixlMetadataStore store = this.settings.store();
		Incarnation holder = (store != null)
				? store.find(engineId()).map((card) -> card.additions().incarnation()).orElse(null) : null;
		return current.publication.wasThere() && holder != null
				&& !holder.equals(current.runtime.identity().incarnation());
	}

	@Override
	public byte[] localMetadata() {
		return NixlMetadataCodec.encode(metadata(started()));
	}

	private NixlMetadata metadata(Running current) {
		return this.card.of(current.runtime);
	}

	@Override
	public NixlPeer connect(String engineId) {
		return await(connectAsync(engineId));
	}

	@Override
	public CompletableFuture<NixlPeer> connectAsync(String engineId) {
		Running current = started();
		return onCallbacks(current, current.connector.connect(engineId));
	}

	@Override
	public NixlPeer connect(byte[] metadata) {
		Running current = started();
		return await(onCallbacks(current, current.connector.connect(NixlMetadataCodec.decode(metadata))));
	}

	@Override
	public NixlPeer connect(String host, int port) {
		Running current = started();
		return await(onCallbacks(current, current.connector.connect(host, port)));
	}

	private CompletableFuture<NixlPeer> onCallbacks(Running current, CompletableFuture<Session> session) {
		return session.thenApplyAsync((open) -> new DefaultPeer(current.runtime.context(), open), this.callbacks);
	}

	private static NixlPeer await(CompletableFuture<NixlPeer> peer) {
		try {
			return peer.join();
		}
		catch (CompletionException ex) {
			if (ex.getCause() instanceof NixlException cause) {
				throw cause;
			}
			throw ex;
		}
	}

	@Override
	public Optional<NixlPeer> peer(String engineId) {
		Running current = this.running;
		return (current != null) ? current.runtime.sessions()
			.find(engineId)
			.filter(RouteChoice::isUsable)
			.map((session) -> new DefaultPeer(current.runtime.context(), session)) : Optional.empty();
	}

	@Override
	public Collection<NixlPeer> peers() {
		Running current = this.running;
		return (current != null) ? current.runtime.sessions()
			.live()
			.stream()
			.filter(RouteChoice::isUsable)
			.<NixlPeer>map((session) -> new DefaultPeer(current.runtime.context(), session))
			.toList() : List.of();
	}

	@Override
	public void addPeerListener(PeerListener listener) {
		this.peers.add(listener);
	}

	@Override
	public void removePeerListener(PeerListener listener) {
		this.peers.remove(listener);
	}

	@Override
	public void onNotification(@Nullable NotificationHandler handler) {
		this.desk.handler(handler);
	}

	@Override
	public Optional<Notification> pollNotification(Duration timeout) throws InterruptedException {
		return this.desk.poll(timeout);
	}

	private Running started() {
		Running current = this.running;
		if (current == null) {
			throw new IllegalStateException("Agent " + name() + " is not started");
		}
		return current;
	}

	@Override
	public String toString() {
		return "NixlAgent[" + name() + ", engine " + engineId() + ", "
				+ (this.closed ? "closed" : ((this.running != null) ? "started" : "stopped")) + "]";
	}

	/**
	 * The parts of the incarnation that runs.
	 *
	 * @param runtime everything that was opened
	 * @param connector opens sessions
	 * @param publication the entry in the store
	 * @param follower hears of the entries of others
	 */
	private record Running(AgentRuntime runtime, PeerConnector connector, Publication publication,
			MetadataFollower follower) {
	}

	/**
	 * Tells peers and the store of regions that come and go.
	 */
	private final class Regions implements RegionTable.Listener {

		@Override
		public void opened(LocalRegion region) {
			if (!region.name().isEmpty() && region.options().listed()) {
				DefaultNixlAgent.this.card.check(routes());
			}
			Running current = DefaultNixlAgent.this.running;
			if (current != null) {
				current.runtime.sessions().opened(region);
				current.publication.changed(() -> metadata(current));
			}
		}

		@Override
		public CompletionStage<Void> withdraw(LocalRegion region) {
			Running current = DefaultNixlAgent.this.running;
			if (current != null) {
				current.publication.changed(() -> metadata(current));
			}
			// Not only from peers of the one that runs: a stop may be under way, or have
			// ended without their proof.
			return CompletableFuture.allOf(DefaultNixlAgent.this.undrained.stream()
				.map((runtime) -> runtime.sessions().withdraw(region).toCompletableFuture())
				.toArray(CompletableFuture<?>[]::new));
		}

		@Override
		public List<String> unproved(LocalRegion region) {
			return DefaultNixlAgent.this.undrained.stream()
				.flatMap((runtime) -> runtime.sessions().unproved(region).stream())
				.toList();
		}

	}

	/**
	 * Hears of sessions.
	 */
	private final class Sessions implements SessionEvents {

		private final AgentContext context;

		Sessions(AgentContext context) {
			this.context = context;
		}

		@Override
		public void opened(Session session) {
			logger.info("Agent {}: peer {} is connected, {}", name(), session.engineId(),
					session.authenticated() ? "authenticated" : "not authenticated");
			follower().ifPresent((follower) -> follower.opened(session));
			DefaultNixlAgent.this.peers.opened(session, new DefaultPeer(this.context, session));
		}

		@Override
		public void ended(Session session, NixlException cause) {
			logger.info("Agent {}: peer {} is gone: {}", name(), session.engineId(), cause.getMessage());
			DefaultNixlAgent.this.peers.ended(session, cause);
			follower().ifPresent((follower) -> follower.ended(session));
		}

		private Optional<MetadataFollower> follower() {
			Running current = DefaultNixlAgent.this.running;
			return (current != null && current.runtime.context() == this.context) ? Optional.of(current.follower)
					: Optional.empty();
		}

		@Override
		public void notified(Session session, byte[] payload, Runnable taken) {
			DefaultNixlAgent.this.desk.add(new Notification(session.engineId(), payload), taken);
		}

	}

}
