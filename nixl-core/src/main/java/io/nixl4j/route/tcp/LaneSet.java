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

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

import io.nixl4j.memory.NixlError;
import org.jspecify.annotations.Nullable;

/**
 * The lanes of a route. Any thread may use it.
 */
final class LaneSet {

	/** Requests up to this length go before longer ones. */
	static final int SHORT_BYTES = 64 << 10;

	/** What a lane carries at least of a request that is spread over several. */
	static final int STRIPE_BYTES = 2 << 20;

	static final Lane[] NONE = {};

	/** More than a peer opens at a time; the oldest are forgotten. */
	private static final int MAX_FENCED = 256;

	private final int stripeBytes;

	private final CompletableFuture<Void> empty = new CompletableFuture<>();

	/** Written under the set's lock, read without. */
	private volatile Lane[] lanes = NONE;

	/** Lanes that are closed, and of which copies still run; guarded by the set. */
	private final List<Lane> closed = new ArrayList<>();

	/**
	 * Numbers without a lane of which the peer was told that nothing moves; guarded by
	 * the set.
	 */
	private final Set<Integer> fenced = new LinkedHashSet<>();

	/** Written under the set's lock: completes when there is a lane. */
	private volatile CompletableFuture<Void> anyOpen = new CompletableFuture<>();

	/** Written under the set's lock: completes when there is no lane any more. */
	private volatile CompletableFuture<Void> noneOpen = CompletableFuture.completedFuture(null);

	/** Connections that are being opened. */
	private int opening;

	private boolean closing;

	/**
	 * Creates an empty set.
	 * @param stripeBytes what a lane carries at least of a request that is spread over
	 * several
	 */
	LaneSet(int stripeBytes) {
		this.stripeBytes = stripeBytes;
	}

	/** Returns the lanes that are open, each at least in the set's eyes. */
	Lane[] open() {
		return this.lanes;
	}

	/**
	 * Says over how many lanes a request is spread. One is kept for short ones, so that
	 * they never wait for a socket that is full.
	 * @param bytes the request's bytes
	 * @param open how many lanes are open
	 * @return how many lanes, at least one
	 */
	int width(long bytes, int open) {
		long pieces = bytes / this.stripeBytes;
		return (int) Math.max(1, Math.min(pieces, open - 1));
	}

	/**
	 * Picks the lane with the least to do.
	 * @param open the lanes
	 * @param bytes the request's bytes
	 * @param taken parts of the request that have lanes already
	 * @param count how many of them there are
	 * @return the lane, or {@code null} if there is none left
	 */
	static @Nullable Lane pick(Lane[] open, long bytes, TransferPart[] taken, int count) {
		int candidates = (bytes > SHORT_BYTES && open.length > 1) ? open.length - 1 : open.length;
		Lane best = null;
		long least = Long.MAX_VALUE;
		for (int i = 0; i < candidates; i++) {
			long load = open[i].load();
			if (load < least && !isTaken(open[i], taken, count)) {
				best = open[i];
				least = load;
			}
		}
		return best;
	}

	private static boolean isTaken(Lane lane, TransferPart[] taken, int count) {
		for (int i = 0; i < count; i++) {
			if (taken[i].lane == lane) {
				return true;
			}
		}
		return false;
	}

	/**
	 * Adds a lane.
	 * @return {@code false} if the set is closing or the lane was fenced before it came,
	 * and it was not added
	 */
	boolean add(Lane lane) {
		CompletableFuture<Void> open;
		synchronized (this) {
			if (this.closing || this.fenced.remove(lane.number())) {
				return false;
			}
			append(lane);
			open = this.anyOpen;
			if (this.noneOpen.isDone()) {
				this.noneOpen = new CompletableFuture<>();
			}
		}
		open.complete(null);
		return true;
	}

	private void append(Lane lane) {
		Lane[] more = Arrays.copyOf(this.lanes, this.lanes.length + 1);
		more[this.lanes.length] = lane;
		this.lanes = more;
	}

	/** Completes when there is a lane, exceptionally if there will be none. */
	CompletableFuture<Void> anyOpen() {
		return this.anyOpen;
	}

	/**
	 * Completes when there is no lane any more, at once if that is so; not by
	 * {@link #close()}.
	 */
	CompletableFuture<Void> noneOpen() {
		return this.noneOpen;
	}

	/** A lane is closed: nothing more is given to it. */
	void closed(Lane lane) {
		CompletableFuture<Void> none;
		synchronized (this) {
			this.closed.add(lane);
			List<Lane> rest = new ArrayList<>(List.of(this.lanes));
			rest.remove(lane);
			this.lanes = rest.toArray(NONE);
			if (!rest.isEmpty() || this.closing) {
				return;
			}
			this.anyOpen = new CompletableFuture<>();
			none = this.noneOpen;
		}
		none.complete(null);
	}

	/** A lane is closed, and nothing of it moves at this end. */
	synchronized void remove(Lane lane) {
		this.closed.remove(lane);
		checkEmpty();
	}

	/**
	 * A connection is being opened.
	 * @return {@code false} if the set is closing, and none is to be opened
	 */
	synchronized boolean beginOpening() {
		if (this.closing) {
			return false;
		}
		this.opening++;
		return true;
	}

	/** A connection was opened, and added before, or could not be. */
	synchronized void endOpening() {
		this.opening--;
		checkEmpty();
	}

	/**
	 * Looks for the lane of which the peer wants the proof that nothing of it moves.
	 * @param number the lane's number
	 * @return the lane, or {@code null} if nothing of it moves, now or ever: one whose
	 * handshake is not through here yet, while the peer may have sent data already, will
	 * not be added
	 */
	synchronized @Nullable Lane fence(int number) {
		for (Lane lane : this.lanes) {
			if (lane.number() == number) {
				return lane;
			}
		}
		for (Lane lane : this.closed) {
			if (lane.number() == number) {
				return lane;
			}
		}
		if (this.fenced.add(number) && this.fenced.size() > MAX_FENCED) {
			this.fenced.remove(this.fenced.iterator().next());
		}
		return null;
	}

	/** Closes all lanes and adds no more. */
	void close() {
		Lane[] last;
		synchronized (this) {
			this.closing = true;
			last = this.lanes;
			checkEmpty();
		}
		this.anyOpen.completeExceptionally(NixlError.PEER_LOST.exception("The session with the peer has ended"));
		for (Lane lane : last) {
			lane.connection().close(null);
		}
	}

	private void checkEmpty() {
		if (this.closing && this.opening == 0 && this.lanes.length == 0 && this.closed.isEmpty()) {
			this.empty.complete(null);
		}
	}

	/** Completes after {@link #close()}, when all lanes are closed and still. */
	CompletableFuture<Void> empty() {
		return this.empty;
	}

}
