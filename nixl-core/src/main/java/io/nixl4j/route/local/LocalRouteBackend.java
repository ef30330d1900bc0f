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

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

import io.nixl4j.route.PeerLink;
import io.nixl4j.route.Route;
import io.nixl4j.route.RouteBackend;

/**
 * The thread that copies for one agent. It ends when it has nothing to do, so an idle
 * agent has none.
 */
final class LocalRouteBackend implements RouteBackend {

	private static final long KEEP_ALIVE_SECONDS = 10;

	private final ThreadPoolExecutor copier;

	LocalRouteBackend(String agentName, int queueDepth) {
		this.copier = new ThreadPoolExecutor(1, 1, KEEP_ALIVE_SECONDS, TimeUnit.SECONDS,
				new ArrayBlockingQueue<>(2 * queueDepth), (task) -> {
					Thread thread = new Thread(task, "nixl-" + agentName + "-copy");
					thread.setDaemon(true);
					return thread;
				});
		this.copier.allowCoreThreadTimeOut(true);
	}

	@Override
	public Route connect(PeerLink link) {
		return new LocalRoute(link, this.copier);
	}

	@Override
	public void close() {
		this.copier.shutdown();
	}

}
