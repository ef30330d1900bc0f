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

package io.nixl4j.spring.boot.test;

import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;

import io.nixl4j.route.PeerLink;
import io.nixl4j.route.Route;
import io.nixl4j.route.RouteBackend;
import io.nixl4j.route.RouteContext;

/**
 * The routes of one agent, and the thread on which attempts fail and begin to move, in
 * that order. There is no such thread before the first fault.
 */
final class FaultRouteBackend implements RouteBackend {

	private final RouteBackend backend;

	private final FaultBoard board;

	private final String engineId;

	private final ScheduledExecutorService timer;

	FaultRouteBackend(RouteBackend backend, FaultBoard board, RouteContext context) {
		this.backend = backend;
		this.board = board;
		this.engineId = context.engineId();
		this.timer = Executors.newSingleThreadScheduledExecutor((task) -> {
			Thread thread = new Thread(task, "nixl-" + context.agentName() + "-faults");
			thread.setDaemon(true);
			return thread;
		});
	}

	@Override
	public Route connect(PeerLink link) {
		return new FaultRoute(this.backend.connect(link), this.board, this.timer,
				EnginePair.of(this.engineId, link.engineId()));
	}

	@Override
	public void close() {
		this.backend.close();
		// All routes are disconnected, so nothing waits for the timer any more.
		this.timer.shutdownNow();
	}

}
