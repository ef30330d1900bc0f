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

package io.nixl4j.spring.boot.event;

import java.util.IdentityHashMap;
import java.util.Map;
import java.util.function.Consumer;

import io.nixl4j.NixlAgent;
import io.nixl4j.NixlPeer;
import io.nixl4j.PeerListener;
import io.nixl4j.RouteChange;
import io.nixl4j.memory.NixlException;
import org.jspecify.annotations.Nullable;

import org.springframework.context.ApplicationEventPublisher;

/**
 * Publishes what one agent tells of its peers.
 */
final class AgentEvents implements PeerListener {

	private final String beanName;

	private final NixlAgent agent;

	private final ApplicationEventPublisher publisher;

	private final Consumer<AgentEvents> peersHaveLeft;

	/** The last route to each peer that has joined and not left; guarded by this. */
	private final Map<NixlPeer, @Nullable String> routes = new IdentityHashMap<>();

	AgentEvents(String beanName, NixlAgent agent, ApplicationEventPublisher publisher,
			Consumer<AgentEvents> peersHaveLeft) {
		this.beanName = beanName;
		this.agent = agent;
		this.publisher = publisher;
		this.peersHaveLeft = peersHaveLeft;
	}

	void begin() {
		this.agent.addPeerListener(this);
	}

	void end() {
		this.agent.removePeerListener(this);
	}

	/**
	 * Returns whether a peer has joined of which the end was not published yet.
	 */
	synchronized boolean hasPeers() {
		return !this.routes.isEmpty();
	}

	@Override
	public void joined(NixlPeer peer, RouteChange route) {
		note(peer, route);
		publish(new NixlPeerJoined(this.agent, this.beanName, peer, route.after(), route.reason()));
	}

	@Override
	public void routeChanged(NixlPeer peer, RouteChange change) {
		note(peer, change);
		publish(new NixlRouteChanged(this.agent, this.beanName, peer, change));
	}

	private synchronized void note(NixlPeer peer, RouteChange route) {
		this.routes.put(peer, route.after());
	}

	@Override
	public void left(NixlPeer peer, NixlException cause) {
		String route;
		synchronized (this) {
			route = this.routes.get(peer);
		}
		try {
			publish(new NixlPeerLeft(this.agent, this.beanName, peer, route, cause));
		}
		finally {
			forget(peer);
		}
	}

	private void forget(NixlPeer peer) {
		boolean last;
		synchronized (this) {
			this.routes.remove(peer);
			last = this.routes.isEmpty();
		}
		if (last) {
			this.peersHaveLeft.accept(this);
		}
	}

	private void publish(NixlPeerEvent event) {
		this.publisher.publishEvent(event);
	}

}
