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

package io.nixl4j.route.contract;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;

import io.nixl4j.route.RouteBackend;
import io.nixl4j.route.RouteContext;
import io.nixl4j.route.RouteProvider;
import io.nixl4j.route.RouteTraits;

/**
 * A route whose bytes may land long after the transfer has failed, as those of hardware
 * may. Over any other route it makes chosen attempts late: they fail at once, or say
 * nothing at all, ignore that they are to stop, land later, and are released and stopped
 * only then. Whatever frees memory, reuses a range, notifies or repeats by a result
 * instead of by a release is found by it.
 * <p>
 * Give it to the agent that initiates. One instance serves one agent.
 */
public final class LateRoute implements RouteProvider {

	private final RouteProvider route;

	/** Guarded by this. */
	private final SplittableRandom random;

	private final double share;

	private final Lateness lateness;

	private final long longestNanos;

	/** Late attempts whose bytes have not begun to land. */
	private final Set<LateRequest> waiting = ConcurrentHashMap.newKeySet();

	/** Guarded by this: what the next posts will be. */
	private final Queue<Lateness> next = new ArrayDeque<>();

	private LateRoute(RouteProvider route, long seed, double share, Lateness lateness, long longestNanos) {
		this.route = route;
		this.random = new SplittableRandom(seed);
		this.share = share;
		this.lateness = lateness;
		this.longestNanos = longestNanos;
	}

	/**
	 * Makes a route that is late when it is told to be, and lands when it is told to.
	 * @param route what carries the bytes
	 * @return the route, on time until {@link #late(Lateness, int)} is called
	 */
	public static LateRoute over(RouteProvider route) {
		return new LateRoute(route, 0, 0, Lateness.ON_TIME, -1);
	}

	/**
	 * Makes a route of which a part of all attempts fails first, for good, and lands
	 * later by itself.
	 * @param route what carries the bytes
	 * @param seed decides which attempts are late, and by how much
	 * @param share which part of the attempts is late, 0 to 1
	 * @param longest how long bytes take to land at most
	 * @return the route
	 */
	public static LateRoute random(RouteProvider route, long seed, double share, Duration longest) {
		return random(Lateness.FAILS_FIRST, route, seed, share, longest);
	}

	/**
	 * Makes a route of which a part of all attempts fails first and lands later by
	 * itself.
	 * @param how in which way they fail
	 * @param route what carries the bytes
	 * @param seed decides which attempts are late, and by how much
	 * @param share which part of the attempts is late, 0 to 1
	 * @param longest how long bytes take to land at most
	 * @return the route
	 */
	public static LateRoute random(Lateness how, RouteProvider route, long seed, double share, Duration longest) {
		return new LateRoute(route, seed, share, how, longest.toNanos());
	}

	/**
	 * Makes the next posts late, behind those of earlier calls.
	 * @param how in which way
	 * @param posts how many
	 * @return this
	 */
	public synchronized LateRoute late(Lateness how, int posts) {
		for (int i = 0; i < posts; i++) {
			this.next.add(how);
		}
		return this;
	}

	/**
	 * Returns how many late attempts have not begun to land.
	 * @return the number of them
	 */
	public int waiting() {
		return this.waiting.size();
	}

	/**
	 * Lets all bytes land that are late now. They have landed when their transfers are
	 * released.
	 */
	public void land() {
		List.copyOf(this.waiting).forEach(LateRequest::land);
	}

	@Override
	public String name() {
		return this.route.name();
	}

	@Override
	public RouteTraits traits() {
		return this.route.traits();
	}

	@Override
	public RouteBackend open(RouteContext context) {
		return new LateBackend(this, this.route.open(context), context.agentName());
	}

	synchronized Lateness nextPost() {
		Lateness told = this.next.poll();
		if (told != null) {
			return told;
		}
		return (this.share > 0 && this.random.nextDouble() < this.share) ? this.lateness : Lateness.ON_TIME;
	}

	/**
	 * Returns after which time a late attempt lands by itself.
	 * @return nanoseconds, or -1 if it waits for {@link #land()}
	 */
	synchronized long delayNanos() {
		return (this.longestNanos < 0) ? -1 : this.random.nextLong(this.longestNanos + 1);
	}

	void waits(LateRequest request) {
		this.waiting.add(request);
	}

	boolean lands(LateRequest request) {
		return this.waiting.remove(request);
	}

	/**
	 * How an attempt behaves.
	 */
	public enum Lateness {

		/** As on the route below. */
		ON_TIME,

		/** It is reported as failed at once, and lands later. */
		FAILS_FIRST,

		/**
		 * As {@link #FAILS_FIRST}, by the loss of a connection, so that it is repeated.
		 */
		LOST_FIRST,

		/** Nothing is reported until it has landed. */
		SILENT

	}

}
