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

package io.nixl4j.route.local;

import io.nixl4j.route.PeerLink;
import io.nixl4j.route.Route;
import io.nixl4j.route.RouteBackend;

/**
 * The {@code memory} routes of one agent, and the thread that copies for them.
 */
final class LocalRouteBackend implements RouteBackend {

	private final Copier copier;

	private final int maxAttempts;

	LocalRouteBackend(String agentName, int queueDepth) {
		this.copier = new Copier(agentName);
		// As many again may wait.
		this.maxAttempts = (int) Math.min(Integer.MAX_VALUE, 2L * queueDepth);
	}

	@Override
	public Route connect(PeerLink link) {
		return new LocalRoute(link, this.copier, this.maxAttempts);
	}

	@Override
	public void close() {
		this.copier.close();
	}

}
