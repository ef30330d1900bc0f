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

import io.nixl4j.NixlAgent;
import io.nixl4j.NixlPeer;
import io.nixl4j.memory.Incarnation;
import org.jspecify.annotations.Nullable;

import org.springframework.context.ApplicationEvent;

/**
 * Something happened to a peer of an agent. Of each session with a peer there are, in
 * this order, one {@link NixlPeerJoined}, a {@link NixlRouteChanged} for each change of
 * the route, one {@link NixlPeerLeft}.
 * <p>
 * Published on the agent's callback executor, one event of an agent after the other, so a
 * listener hears them in order as long as it runs where they are published; events of
 * different agents come side by side. A listener that takes long delays later events of
 * the agent, and nothing else. By the time of an event things may have changed again.
 */
public abstract sealed class NixlPeerEvent extends ApplicationEvent
		permits NixlPeerJoined, NixlPeerLeft, NixlRouteChanged {

	private static final long serialVersionUID = 1L;

	private final String agentName;

	private final transient NixlPeer peer;

	private final @Nullable String route;

	private final String reason;

	NixlPeerEvent(NixlAgent agent, String agentName, NixlPeer peer, @Nullable String route, String reason) {
		super(agent);
		this.agentName = agentName;
		this.peer = peer;
		this.route = route;
		this.reason = reason;
	}

	/**
	 * Returns the agent whose peer it is.
	 * @return the agent
	 */
	public NixlAgent getAgent() {
		return (NixlAgent) getSource();
	}

	/**
	 * Returns the name of the agent's bean.
	 * @return the name
	 */
	public String getAgentName() {
		return this.agentName;
	}

	/**
	 * Returns the peer, the same object in all events of a session.
	 * @return the peer, which may be lost by now
	 */
	public NixlPeer getPeer() {
		return this.peer;
	}

	/**
	 * Returns the peer's engine.
	 * @return the engine id
	 */
	public String getEngineId() {
		return this.peer.engineId();
	}

	/**
	 * Returns which life of the peer it is.
	 * @return the incarnation
	 */
	public Incarnation getIncarnation() {
		return this.peer.incarnation();
	}

	/**
	 * Returns the first usable route to the peer.
	 * @return the route's name, that of the last one if the peer has left, or
	 * {@code null} if there is none
	 */
	public @Nullable String getRoute() {
		return this.route;
	}

	/**
	 * Returns why.
	 * @return why the route is not a better one, or why the peer has left
	 */
	public String getReason() {
		return this.reason;
	}

	@Override
	public String toString() {
		return getClass().getSimpleName() + "[agent " + this.agentName + ", peer " + getEngineId() + ", route "
				+ this.route + ": " + this.reason + "]";
	}

}
