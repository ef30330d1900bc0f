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
import io.nixl4j.RouteChange;
import org.jspecify.annotations.Nullable;

/**
 * Another route leads to a peer now, or none for the time being: transfers wait for one
 * then, while their time-outs last.
 */
public final class NixlRouteChanged extends NixlPeerEvent {

	private static final long serialVersionUID = 1L;

	private final @Nullable String previousRoute;

	NixlRouteChanged(NixlAgent agent, String agentName, NixlPeer peer, RouteChange change) {
		super(agent, agentName, peer, change.after(), change.reason());
		this.previousRoute = change.before();
	}

	/**
	 * Returns the route before.
	 * @return its name, or {@code null} if there was none
	 */
	public @Nullable String getPreviousRoute() {
		return this.previousRoute;
	}

}
