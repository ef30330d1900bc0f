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

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

import io.nixl4j.route.PeerLink;
import io.nixl4j.route.Route;
import io.nixl4j.route.RouteBackend;
import io.nixl4j.wire.WireEndpoint;
import org.jspecify.annotations.Nullable;

/**
 * The {@code tcp} route of one incarnation of an agent.
 */
final class TcpRouteBackend implements RouteBackend {

	private final WireEndpoint endpoint;

	private final int queueDepth;

	private final @Nullable StagingPool staging;

	private final Duration beat;

	private final Set<TcpRoute> routes = ConcurrentHashMap.newKeySet();

	private final AtomicBoolean beating = new AtomicBoolean();

	private volatile boolean closed;

	/**
	 * Creates a backend.
	 * @param endpoint the agent's sockets
	 * @param queueDepth how many requests may be in flight to one peer
	 * @param staging for memory that sockets cannot reach, or {@code null} if this agent
	 * has none
	 */
	TcpRouteBackend(WireEndpoint endpoint, int queueDepth, @Nullable StagingPool staging) {
		this.endpoint = endpoint;
		this.queueDepth = queueDepth;
		this.staging = staging;
		this.beat = endpoint.peerTimeout().dividedBy(Lane.BEATS_A_TIMEOUT);
	}

	@Override
	public Route connect(PeerLink link) {
		TcpRoute route = new TcpRoute(link, this.endpoint, this.queueDepth,
				(this.staging != null) ? this.staging.peer() : null);
		this.routes.add(route);
		route.drained().thenRun(() -> this.routes.remove(route));
		route.open();
		if (this.beating.compareAndSet(false, true)) {
			this.endpoint.loops().schedule(this.beat, this::beat);
		}
		return route;
	}

	/** One timer for all lanes, which touches those only that are waited for. */
	private void beat() {
		if (!this.closed) {
			this.routes.forEach(TcpRoute::beat);
			this.endpoint.loops().schedule(this.beat, this::beat);
		}
	}

	@Override
	public void close() {
		// sockets and threads are the agent's
		this.closed = true;
		if (this.staging != null) {
			this.staging.close();
		}
	}

}
