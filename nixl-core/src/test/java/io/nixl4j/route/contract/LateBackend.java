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

import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;

import io.nixl4j.memory.DescriptorList;
import io.nixl4j.memory.NixlError;
import io.nixl4j.memory.NixlException;
import io.nixl4j.route.AttemptEvents;
import io.nixl4j.route.Operation;
import io.nixl4j.route.PeerLink;
import io.nixl4j.route.Route;
import io.nixl4j.route.RouteBackend;
import io.nixl4j.route.RouteRequest;
import io.nixl4j.route.RouteTraits;

/**
 * The routes of one {@link LateRoute}, and the thread on which late attempts fail and
 * begin to land, in that order.
 */
final class LateBackend implements RouteBackend {

	private final LateRoute late;

	private final RouteBackend backend;

	private final ScheduledExecutorService timer;

	LateBackend(LateRoute late, RouteBackend backend, String agentName) {
		this.late = late;
		this.backend = backend;
		this.timer = Executors.newSingleThreadScheduledExecutor((task) -> {
			Thread thread = new Thread(task, "nixl-" + agentName + "-late");
			thread.setDaemon(true);
			return thread;
		});
	}

	@Override
	public Route connect(PeerLink link) {
		return new LatePeer(this.backend.connect(link));
	}

	@Override
	public void close() {
		this.backend.close();
		// What is to land by itself still does, then the thread ends.
		this.timer.shutdown();
	}

	/**
	 * The route to one peer. Its drain waits for late bytes, which is what keeps memory
	 * in quarantine.
	 */
	final class LatePeer implements Route {

		private final Route route;

		private final Set<LateRequest> underWay = ConcurrentHashMap.newKeySet();

		private final CompletableFuture<Void> noneLate = new CompletableFuture<>();

		private volatile boolean disconnected;

		LatePeer(Route route) {
			this.route = route;
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
		public CompletableFuture<Void> ready() {
			return this.route.ready();
		}

		@Override
		public CompletableFuture<Void> usable() {
			return this.route.usable();
		}

		@Override
		public CompletableFuture<Void> unusable() {
			return this.route.unusable();
		}

		@Override
		public RouteRequest prepare(Operation operation, DescriptorList local, DescriptorList remote,
				AttemptEvents events) {
			return new LateRequest(LateBackend.this.late, LateBackend.this.timer, this, events,
					(heard) -> this.route.prepare(operation, local, remote, heard));
		}

		void begin(LateRequest request) {
			this.underWay.add(request);
			if (this.disconnected) {
				request.lost(lost());
			}
		}

		void end(LateRequest request) {
			this.underWay.remove(request);
			checkDrained();
		}

		private void checkDrained() {
			if (this.disconnected && this.underWay.isEmpty()) {
				this.noneLate.complete(null);
			}
		}

		@Override
		public CompletionStage<Void> fence(int lane) {
			return this.route.fence(lane);
		}

		@Override
		public void disconnect() {
			this.route.disconnect();
			this.disconnected = true;
			this.underWay.forEach((request) -> request.lost(lost()));
			checkDrained();
		}

		@Override
		public CompletableFuture<Void> drained() {
			return CompletableFuture.allOf(this.route.drained(), this.noneLate);
		}

		private static NixlException lost() {
			return NixlError.PEER_LOST.exception("The session with the peer has ended", null, null, null);
		}

	}

}
