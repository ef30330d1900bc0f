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

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;

import io.nixl4j.memory.NixlException;
import io.nixl4j.route.Route;
import io.nixl4j.session.Session;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches the sessions and routes of an agent for its {@link PeerListener}s. Looks when
 * something changes, never at transfers.
 */
final class PeerDesk {

	private static final Logger logger = LoggerFactory.getLogger(PeerDesk.class);

	private final String agentName;

	private final Executor executor;

	/** Guarded by this, as all that follows. */
	private final Map<Session, Known> known = new LinkedHashMap<>();

	private final List<PeerListener> listeners = new ArrayList<>();

	private final Queue<Event> waiting = new ArrayDeque<>();

	private boolean delivering;

	PeerDesk(String agentName, Executor executor) {
		this.agentName = agentName;
		this.executor = executor;
	}

	void add(PeerListener listener) {
		synchronized (this) {
			if (this.listeners.contains(listener)) {
				return;
			}
			this.listeners.add(listener);
			for (Known peer : this.known.values()) {
				RouteChange route = peer.route;
				if (route != null) {
					RouteChange first = new RouteChange(null, route.after(), route.reason());
					tell(List.of(listener), (each) -> each.joined(peer.peer, first));
					if (!peer.listed) {
						tell(List.of(listener), (each) -> each.delisted(peer.peer));
					}
				}
			}
		}
		begin();
	}

	synchronized void remove(PeerListener listener) {
		this.listeners.remove(listener);
	}

	/**
	 * A session can be used.
	 * @param session the session
	 * @param peer what users see of it
	 */
	void opened(Session session, NixlPeer peer) {
		synchronized (this) {
			if (!session.isOpen()) {
				// Its end was told before, or will find nothing.
				return;
			}
			this.known.put(session, new Known(peer));
		}
		session.routes().forEach((route) -> route.ready().thenRun(() -> watch(session, route)));
	}

	private void watch(Session session, Route route) {
		route.usable().whenComplete((nothing, failure) -> {
			look(session);
			if (failure == null && session.isOpen()) {
				route.unusable().thenRun(() -> {
					look(session);
					watch(session, route);
				});
			}
		});
	}

	private void look(Session session) {
		synchronized (this) {
			Known peer = this.known.get(session);
			if (peer != null && session.isOpen()) {
				look(session, peer);
			}
		}
		begin();
	}

	/**
	 * Whether a peer is to be given new work has changed.
	 * @param session the session with it
	 */
	void listing(Session session) {
		look(session);
	}

	private void look(Session session, Known peer) {
		lookAtRoute(session, peer);
		boolean listed = session.isListed();
		if (peer.route != null && peer.listed != listed) {
			peer.listed = listed;
			logger.info("Agent {}: peer {} is {}", this.agentName, session.engineId(),
					listed ? "in the metadata store again"
							: "not in the metadata store any more and gets no new work; what has begun goes on");
			tell(this.listeners, (listener) -> {
				if (listed) {
					listener.listed(peer.peer);
				}
				else {
					listener.delisted(peer.peer);
				}
			});
		}
	}

	private void lookAtRoute(Session session, Known peer) {
		String now = RouteChoice.firstUsable(session);
		RouteChange last = peer.route;
		String before = (last != null) ? last.after() : null;
		if (Objects.equals(before, now)) {
			return;
		}
		RouteChange change = new RouteChange(before, now, RouteChoice.reason(session, now));
		peer.route = change;
		if (last == null) {
			tell(this.listeners, (listener) -> listener.joined(peer.peer, change));
		}
		else {
			logger.info("Agent {}: the route to peer {} is {} after {}: {}", this.agentName, session.engineId(),
					(now != null) ? now : "none", (before != null) ? before : "none", change.reason());
			tell(this.listeners, (listener) -> listener.routeChanged(peer.peer, change));
		}
	}

	/**
	 * A session that could be used has ended.
	 * @param session the session
	 * @param cause why
	 */
	void ended(Session session, NixlException cause) {
		synchronized (this) {
			Known peer = this.known.remove(session);
			if (peer != null && peer.route != null) {
				tell(this.listeners, (listener) -> listener.left(peer.peer, cause));
			}
		}
		begin();
	}

	private void tell(List<PeerListener> who, Consumer<PeerListener> what) {
		if (!who.isEmpty()) {
			this.waiting.add(new Event(List.copyOf(who), what));
		}
	}

	private void begin() {
		synchronized (this) {
			if (this.delivering || this.waiting.isEmpty()) {
				return;
			}
			this.delivering = true;
		}
		try {
			this.executor.execute(this::deliver);
		}
		catch (RejectedExecutionException ex) {
			// The agent is closed, and its users want nothing more of it.
			forget();
		}
	}

	private synchronized void forget() {
		this.waiting.clear();
		this.delivering = false;
	}

	private void deliver() {
		Event next = next();
		while (next != null) {
			for (PeerListener listener : next.who()) {
				if (isListening(listener)) {
					call(listener, next.what());
				}
			}
			next = next();
		}
	}

	private synchronized @Nullable Event next() {
		Event next = this.waiting.poll();
		this.delivering = (next != null);
		return next;
	}

	private synchronized boolean isListening(PeerListener listener) {
		return this.listeners.contains(listener);
	}

	private void call(PeerListener listener, Consumer<PeerListener> what) {
		try {
			what.accept(listener);
		}
		catch (RuntimeException ex) {
			logger.error("A peer listener of agent {} failed", this.agentName, ex);
		}
	}

	private record Event(List<PeerListener> who, Consumer<PeerListener> what) {
	}

	/** What was told of a session. */
	private static final class Known {

		private final NixlPeer peer;

		private @Nullable RouteChange route;

		private boolean listed = true;

		Known(NixlPeer peer) {
			this.peer = peer;
		}

	}

}
