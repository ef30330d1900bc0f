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

import io.nixl4j.memory.NixlException;

/**
 * Hears which peers an agent has and which route leads to each. Of each session these
 * come in this order: {@link #joined} once, {@link #routeChanged}, {@link #delisted} and
 * {@link #listed} as often as that happens, {@link #left} once. A session that ends
 * before a route to the peer was usable, or as soon as it is, is not told of.
 * <p>
 * Called on the agent's callback executor, for one event of an agent after the other; a
 * listener that blocks keeps later events waiting and nothing else. By then things may
 * have changed again. What a listener throws is logged.
 */
public interface PeerListener {

	/**
	 * There is a session with a peer, whoever opened it, and a route to it.
	 * @param peer the peer, the same object in what follows for this session
	 * @param route the route to it; there was none before
	 */
	default void joined(NixlPeer peer, RouteChange route) {
	}

	/**
	 * Another route leads to a peer now, or none for the time being: transfers wait for
	 * one then, while their time-outs last.
	 * @param peer the peer
	 * @param change from which route to which
	 */
	default void routeChanged(NixlPeer peer, RouteChange change) {
	}

	/**
	 * A peer was taken off the metadata store: it leaves, or the store has not heard of
	 * it for too long. It is to get no new work; its session, and what runs over it, goes
	 * on.
	 * @param peer the peer
	 */
	default void delisted(NixlPeer peer) {
	}

	/**
	 * A peer that was taken off the metadata store is there again.
	 * @param peer the peer
	 */
	default void listed(NixlPeer peer) {
	}

	/**
	 * The session with a peer has ended. {@link NixlPeer#drained()} says when nothing of
	 * it can touch this agent's memory any more.
	 * @param peer the peer
	 * @param cause why
	 */
	default void left(NixlPeer peer, NixlException cause) {
	}

}
