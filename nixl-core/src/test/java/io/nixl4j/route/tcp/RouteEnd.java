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

package io.nixl4j.route.tcp;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

import io.netty.util.collection.LongObjectHashMap;
import io.nixl4j.memory.DeviceMemories;
import io.nixl4j.memory.Incarnation;
import io.nixl4j.memory.LocalRegion;
import io.nixl4j.memory.MemoryType;
import io.nixl4j.memory.NixlError;
import io.nixl4j.memory.Permissions;
import io.nixl4j.memory.RegionOptions;
import io.nixl4j.memory.RegionTable;
import io.nixl4j.route.Operation;
import io.nixl4j.route.PeerLink;
import io.nixl4j.route.RemoteGrant;
import io.nixl4j.wire.AgentIdentity;
import io.nixl4j.wire.LaneRegistry;
import io.nixl4j.wire.TcpClient;
import io.nixl4j.wire.TcpStreamServer;
import io.nixl4j.wire.WireEndpoint;
import io.nixl4j.wire.WireLimits;
import io.nixl4j.wire.WireLoops;
import io.nixl4j.wire.WireSettings;
import org.jspecify.annotations.Nullable;

/**
 * One end of a route: sockets, memory, and a session that grants what it is told to. A
 * grant's handle is 1,000 plus the region's id.
 */
final class RouteEnd implements AutoCloseable {

	static final long SESSION = 77;

	static final byte[] TOKEN = new byte[16];

	final RegionTable regions;

	/** Staging for memory of devices, if there is any. */
	final @Nullable StagingPool pool;

	private final Grants granted = new Grants();

	/** Accesses that were admitted and not left. */
	final AtomicInteger admitted = this.granted.admitted;

	/** Admissions so far. */
	final AtomicLong admissions = this.granted.admissions;

	final AgentIdentity identity;

	final WireEndpoint endpoint;

	private final int stripeBytes;

	private final WireLoops loops;

	private final TcpStreamServer server;

	private @Nullable TcpRoute route;

	RouteEnd(String engineId, int lanes, boolean checksums) {
		this(engineId, lanes, checksums, LaneSet.STRIPE_BYTES, WireLimits.defaults().maxBody());
	}

	RouteEnd(String engineId, int lanes, boolean checksums, int stripeBytes, int maxBody) {
		this(engineId, lanes, checksums, stripeBytes, maxBody, DeviceMemories.none(), 0);
	}

	RouteEnd(String engineId, int lanes, boolean checksums, int stripeBytes, int maxBody, DeviceMemories devices,
			long stagingMemory) {
		this.regions = new RegionTable(Duration.ofSeconds(5), ForkJoinPool.commonPool(), devices);
		this.pool = devices.find(MemoryType.VRAM)
			.map((device) -> new StagingPool(device, engineId, stagingMemory, maxBody))
			.orElse(null);
		this.stripeBytes = stripeBytes;
		this.identity = new AgentIdentity(engineId, engineId, Incarnation.random());
		this.loops = WireLoops.create("test-" + engineId, 2, Duration.ofMillis(1));
		WireLimits limits = WireLimits.defaults();
		WireSettings settings = WireSettings.of(this.identity)
			.withChecksums(checksums)
			.withLimits(new WireLimits(limits.maxHeader(), maxBody, limits.handshakeTimeout(),
					limits.maxPendingHandshakes()));
		this.endpoint = new WireEndpoint(this.loops, new TcpClient(this.loops, settings), new LaneRegistry(), settings,
				lanes);
		this.server = TcpStreamServer.bind(this.loops, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
				settings, this.endpoint.lanes());
	}

	private @Nullable StagingPeer staging() {
		return (this.pool != null) ? this.pool.peer() : null;
	}

	InetSocketAddress address() {
		return this.server.localAddress();
	}

	/** Connects two ends, the first as the opener. */
	static void connect(RouteEnd opener, RouteEnd acceptor, int queueDepth) {
		acceptor.accept(opener.identity, opener, queueDepth);
		opener.route = new TcpRoute(new Link(opener, acceptor.identity, acceptor, acceptor.address()), opener.endpoint,
				queueDepth, opener.stripeBytes, opener.staging());
		opener.route.open();
	}

	/** Expects the lanes of a peer, whose route is known or not. */
	void accept(AgentIdentity peer, @Nullable RouteEnd peerEnd, int queueDepth) {
		this.route = new TcpRoute(new Link(this, peer, peerEnd, null), this.endpoint, queueDepth, this.stripeBytes,
				staging());
		this.route.open();
	}

	TcpRoute route() {
		return Objects.requireNonNull(this.route);
	}

	LocalRegion allocate(String name, long length, Permissions permissions) {
		return allocate(length, RegionOptions.of(name).withPermissions(permissions));
	}

	LocalRegion allocate(long length, RegionOptions options) {
		LocalRegion region = this.regions.allocate(length, options);
		this.granted.add(region);
		return region;
	}

	/** Refuses a region from now on. */
	void withdraw(LocalRegion region) {
		this.granted.remove(region);
	}

	static long handle(LocalRegion region) {
		return 1000 + region.id();
	}

	/** A region of this end as its peer sees it. */
	RemoteGrant granted(LocalRegion region) {
		return new RemoteGrant(this.identity.engineId(), handle(region), region.name(), region.address(),
				region.length(), region.type(), region.deviceId(), region.permissions());
	}

	@Override
	public void close() {
		try {
			TcpRoute current = this.route;
			if (current != null) {
				current.disconnect();
				current.drained().get(20, TimeUnit.SECONDS);
			}
			if (this.pool != null) {
				this.pool.close();
			}
			this.server.close().get(20, TimeUnit.SECONDS);
			this.loops.close().get(20, TimeUnit.SECONDS);
			this.regions.close();
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * What a session does for a route.
	 *
	 * @param own this end
	 * @param peer who is at the other end
	 * @param peerEnd the other end, if it is one of ours
	 * @param target where it listens, at the opener's end
	 */
	private record Link(RouteEnd own, AgentIdentity peer, @Nullable RouteEnd peerEnd,
			@Nullable InetSocketAddress target) implements PeerLink {

		@Override
		public String engineId() {
			return this.peer.engineId();
		}

		@Override
		public Incarnation incarnation() {
			return this.peer.incarnation();
		}

		@Override
		public long sessionId() {
			return SESSION;
		}

		@Override
		public byte[] token() {
			return TOKEN.clone();
		}

		@Override
		public boolean opener() {
			return this.target != null;
		}

		@Override
		public Optional<InetSocketAddress> address() {
			return Optional.ofNullable(this.target);
		}

		@Override
		public Optional<PeerLink> opposite() {
			return Optional.empty();
		}

		@Override
		public LocalRegion admit(long handle, Operation operation) {
			return this.own.granted.admit(handle, operation);
		}

		@Override
		public void leave(LocalRegion region) {
			this.own.granted.leave(region);
		}

		@Override
		public CompletionStage<Void> fence(String name, int lane) {
			return (this.peerEnd != null) ? this.peerEnd.route().fence(lane) : new CompletableFuture<>();
		}

	}

	/**
	 * Admits a peer to regions as a session does.
	 */
	static final class Grants extends UnlinkedPeer {

		/** Guarded by itself; no object a look-up. */
		private final LongObjectHashMap<LocalRegion> regions = new LongObjectHashMap<>();

		final AtomicInteger admitted = new AtomicInteger();

		final AtomicLong admissions = new AtomicLong();

		void add(LocalRegion region) {
			synchronized (this.regions) {
				this.regions.put(handle(region), region);
			}
		}

		void remove(LocalRegion region) {
			synchronized (this.regions) {
				this.regions.remove(handle(region));
			}
		}

		@Override
		public LocalRegion admit(long handle, Operation operation) {
			LocalRegion region;
			synchronized (this.regions) {
				region = this.regions.get(handle);
			}
			if (region == null) {
				throw NixlError.STALE.exception("not granted");
			}
			boolean allowed = (operation == Operation.READ) ? region.permissions().allowsRead()
					: region.permissions().allowsWrite();
			if (!allowed) {
				throw NixlError.PERMISSION.exception("not permitted");
			}
			if (!region.hold()) {
				throw NixlError.REGION_CLOSED.exception("closed");
			}
			this.admitted.incrementAndGet();
			this.admissions.incrementAndGet();
			return region;
		}

		@Override
		public void leave(LocalRegion region) {
			region.unhold();
			this.admitted.decrementAndGet();
		}

	}

}
