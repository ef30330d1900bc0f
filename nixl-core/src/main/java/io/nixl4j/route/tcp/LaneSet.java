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
import java.util.List;
import java.util.concurrent.CompletableFuture;

import io.nixl4j.wire.Connection;
import org.jspecify.annotations.Nullable;

/**
 * The lanes of a route. Any thread may use it.
 */
final class LaneSet {

	private static final Lane[] NONE = {};

	private final CompletableFuture<Void> empty = new CompletableFuture<>();

	/** Written under the set's lock, read without. */
	private volatile Lane[] lanes = NONE;

	/** Connections that are being opened. */
	private int opening;

	private boolean closing;

	/** Returns the lane with the least to do, or {@code null} if there is none. */
	@Nullable Lane pick() {
		Lane best = null;
		long least = Long.MAX_VALUE;
		for (Lane lane : this.lanes) {
			long load = lane.load();
			if (load < least) {
				best = lane;
				least = load;
			}
		}
		return best;
	}

	/**
	 * Adds a lane.
	 * @return {@code false} if the set is closing, and the lane was not added
	 */
	synchronized boolean add(Lane lane) {
		if (this.closing) {
			return false;
		}
		Lane[] more = Arrays.copyOf(this.lanes, this.lanes.length + 1);
		more[this.lanes.length] = lane;
		this.lanes = more;
		return true;
	}

	/** A lane is closed, and nothing of it moves at this end. */
	synchronized void remove(Lane lane) {
		List<Lane> rest = new ArrayList<>(List.of(this.lanes));
		rest.remove(lane);
		this.lanes = rest.toArray(NONE);
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

	/** Returns the connection of the lane with a number, or {@code null}. */
	@Nullable Connection find(int number) {
		for (Lane lane : this.lanes) {
			if (lane.number() == number) {
				return lane.connection();
			}
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
		for (Lane lane : last) {
			lane.connection().close(null);
		}
	}

	private void checkEmpty() {
		if (this.closing && this.opening == 0 && this.lanes.length == 0) {
			this.empty.complete(null);
		}
	}

	/** Completes after {@link #close()}, when all lanes are closed. */
	CompletableFuture<Void> empty() {
		return this.empty;
	}

}
