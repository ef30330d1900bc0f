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

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;

import io.nixl4j.memory.DescriptorList;
import io.nixl4j.memory.LocalRegion;
import io.nixl4j.memory.MemoryType;
import io.nixl4j.memory.NixlError;
import io.nixl4j.memory.NixlException;
import io.nixl4j.memory.Region;
import io.nixl4j.route.AttemptEvents;
import io.nixl4j.route.Operation;
import io.nixl4j.route.PeerLink;
import io.nixl4j.route.RemoteGrant;
import io.nixl4j.route.Route;
import io.nixl4j.route.RouteRequest;
import io.nixl4j.route.RouteTraits;
import io.nixl4j.wire.Connection;
import io.nixl4j.wire.WireEndpoint;
import io.nixl4j.wire.WireException;
import org.jspecify.annotations.Nullable;

/**
 * The {@code tcp} route to one peer: a set of lanes, opened by the end that opened the
 * session, for the transfers of both.
 */
final class TcpRoute implements Route {

	/** Posts that may wait, for each that may be in flight. */
	private static final int WAITING_FACTOR = 8;

	private final PeerLink link;

	private final WireEndpoint endpoint;

	private final int maxPosts;

	private final int maxActive;

	private final LaneSet lanes;

	private final AttemptRegister register;

	private final CompletableFuture<Void> ready = new CompletableFuture<>();

	/** Attempts that have not ended. */
	private final AtomicInteger posts = new AtomicInteger();

	private final @Nullable LaneOpener opener;

	private final @Nullable StagingPeer staging;

	private volatile boolean over;

	TcpRoute(PeerLink link, WireEndpoint endpoint, int queueDepth, @Nullable StagingPeer staging) {
		this(link, endpoint, queueDepth, LaneSet.STRIPE_BYTES, staging);
	}

	TcpRoute(PeerLink link, WireEndpoint endpoint, int queueDepth, int stripeBytes, @Nullable StagingPeer staging) {
		this.staging = staging;
		this.lanes = new LaneSet(stripeBytes);
		this.link = link;
		this.endpoint = endpoint;
		this.register = new AttemptRegister(endpoint.settings().limits().maxRequests());
		this.maxPosts = (int) Math.min(Integer.MAX_VALUE, (1L + WAITING_FACTOR) * queueDepth);
		this.maxActive = Math.max(1, (queueDepth + endpoint.lanesPerPeer() - 1) / endpoint.lanesPerPeer());
		this.opener = (link.opener() && link.address().isPresent()) ? new LaneOpener(endpoint, link,
				link.address().get(), this.lanes, this::join, this.ready::completeExceptionally) : null;
	}

	/** Begins to open or to expect lanes. */
	void open() {
		if (this.link.opposite().isPresent() || (this.link.opener() && this.opener == null)) {
			this.ready.completeExceptionally(NixlError.UNSUPPORTED
				.exception("The peer is in this process, and no socket leads to it", this.link.engineId(), null, null));
			return;
		}
		if (this.opener == null) {
			this.endpoint.lanes()
				.expect(this.link.sessionId(), this.link.token(), this.link.engineId(), this.link.incarnation(),
						this::join);
			return;
		}
		for (int i = 0; i < this.endpoint.lanesPerPeer(); i++) {
			this.opener.open();
		}
	}

	private void join(Connection connection) {
		Lane lane = new Lane(this.link, connection, this.register, this.maxActive,
				this.endpoint.settings().limits().maxAnswers(), this.staging);
		if (!this.lanes.add(lane)) {
			connection.close(new WireException(NixlError.STALE, "the session is over, or has given the lane up"));
			replace(0);
			return;
		}
		long openedNanos = System.nanoTime();
		connection.closed().thenRun(() -> {
			this.lanes.closed(lane);
			lane.copies().close();
			replace(System.nanoTime() - openedNanos);
		});
		lane.copies().still().thenRun(() -> this.lanes.remove(lane));
		connection.start(lane);
		this.ready.complete(null);
	}

	private void replace(long livedNanos) {
		if (this.opener != null && !this.over) {
			this.opener.reopen(livedNanos);
		}
	}

	@Override
	public String name() {
		return TcpRouteProvider.NAME;
	}

	@Override
	public RouteTraits traits() {
		return (this.staging != null) ? TcpRouteProvider.TRAITS_WITH_DEVICES : TcpRouteProvider.TRAITS;
	}

	/** What the peer has at its end is the peer's to reach. */
	@Override
	public boolean reaches(MemoryType local, MemoryType remote) {
		return traits().memory().contains(local) && remote != MemoryType.FILE;
	}

	@Override
	public CompletableFuture<Void> ready() {
		return this.ready;
	}

	@Override
	public CompletableFuture<Void> usable() {
		return this.lanes.anyOpen();
	}

	@Override
	public CompletableFuture<Void> unusable() {
		return this.lanes.noneOpen();
	}

	@Override
	public RouteRequest prepare(Operation operation, DescriptorList local, DescriptorList remote,
			AttemptEvents events) {
		if (local.bytes() != remote.bytes()) {
			throw NixlError.OUT_OF_RANGE.exception(
					"The lists are of different lengths: " + local.bytes() + " and " + remote.bytes() + " bytes",
					this.link.engineId(), operation.tag(), null);
		}
		for (Region region : local.distinctRegions()) {
			boolean copied = this.staging != null && region instanceof LocalRegion own && own.isStaged();
			if (region.type() != MemoryType.DRAM && !copied) {
				throw NixlError.UNSUPPORTED.exception(
						"The tcp route carries " + region.type()
								+ " of agents that have a DeviceMemoryProvider for it, and this one has none",
						this.link.engineId(), operation.tag(), null);
			}
		}
		for (Region region : remote.distinctRegions()) {
			if (!(region instanceof RemoteGrant)) {
				throw NixlError.UNSUPPORTED.exception("The remote list names memory that the peer did not grant",
						this.link.engineId(), operation.tag(), null);
			}
		}
		return new TcpRequest(this, operation, local, remote, events);
	}

	/**
	 * Counts a post. Allocates nothing unless it fails.
	 * @param operation what is posted
	 */
	void admitPost(Operation operation) {
		if (this.posts.incrementAndGet() > this.maxPosts) {
			this.posts.decrementAndGet();
			throw NixlError.BUSY.exception("More than " + this.maxPosts + " transfers are posted and not ended; wait"
					+ " for some, or raise tuning.queue_depth", this.link.engineId(), operation.tag(), null);
		}
	}

	/** Over how many lanes a request is spread. */
	int width(long bytes, int open) {
		return this.lanes.width(bytes, open);
	}

	/** The lanes that a post may use. */
	Lane[] openLanes() {
		return this.over ? LaneSet.NONE : this.lanes.open();
	}

	/** Why a post finds no lane. */
	NixlException noLane(Operation operation) {
		return (!this.over && !this.ready.isDone())
				? NixlError.NOT_READY.exception("The route's connections are not open yet; try again",
						this.link.engineId(), operation.tag(), null)
				: NixlError.PEER_LOST.exception("No connection for data is open to the peer; connect again",
						this.link.engineId(), operation.tag(), null);
	}

	/** Looks whether the peer is heard on the lanes that are waited for. */
	void beat() {
		for (Lane lane : this.lanes.open()) {
			lane.beat();
		}
	}

	/** How many attempts have not ended. */
	int posts() {
		return this.posts.get();
	}

	/** Staging for memory that sockets cannot reach, if this agent has such memory. */
	@Nullable StagingPeer staging() {
		return this.staging;
	}

	/** What the peer has under way. */
	AttemptRegister register() {
		return this.register;
	}

	/** A post that was admitted has ended. */
	void endPost() {
		this.posts.decrementAndGet();
	}

	@Override
	public CompletionStage<Void> fence(int lane) {
		Lane found = this.lanes.fence(lane);
		if (found == null) {
			return CompletableFuture.completedFuture(null);
		}
		found.connection().close(null);
		return found.copies().still();
	}

	@Override
	public void disconnect() {
		this.over = true;
		if (this.opener == null) {
			this.endpoint.lanes().forget(this.link.sessionId());
		}
		this.ready.completeExceptionally(
				NixlError.PEER_LOST.exception("The session with the peer has ended", this.link.engineId(), null, null));
		this.lanes.close();
	}

	@Override
	public CompletableFuture<Void> drained() {
		return this.lanes.empty();
	}

}
