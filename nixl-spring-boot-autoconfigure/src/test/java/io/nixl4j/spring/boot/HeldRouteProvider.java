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

package io.nixl4j.spring.boot;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

import io.nixl4j.memory.DescriptorList;
import io.nixl4j.route.AttemptEvents;
import io.nixl4j.route.Operation;
import io.nixl4j.route.PeerLink;
import io.nixl4j.route.Route;
import io.nixl4j.route.RouteBackend;
import io.nixl4j.route.RouteContext;
import io.nixl4j.route.RouteProvider;
import io.nixl4j.route.RouteRequest;
import io.nixl4j.route.RouteTraits;
import io.nixl4j.route.local.LocalRouteProvider;

/**
 * The {@code memory} route, with transfers that move only when the test says so.
 */
final class HeldRouteProvider implements RouteProvider {

	private final RouteProvider memory = new LocalRouteProvider();

	private final Consumer<String> closed;

	private final Deque<Runnable> held = new ArrayDeque<>();

	/**
	 * Creates the route.
	 * @param closed told the agent's name when its backend is closed
	 */
	HeldRouteProvider(Consumer<String> closed) {
		this.closed = closed;
	}

	/**
	 * Says how many transfers wait.
	 * @return the number
	 */
	synchronized int held() {
		return this.held.size();
	}

	/**
	 * Lets all transfers move that wait.
	 */
	synchronized void release() {
		while (!this.held.isEmpty()) {
			this.held.remove().run();
		}
	}

	private synchronized void hold(Runnable transfer) {
		this.held.add(transfer);
	}

	@Override
	public String name() {
		return this.memory.name();
	}

	@Override
	public RouteTraits traits() {
		return this.memory.traits();
	}

	@Override
	public RouteBackend open(RouteContext context) {
		RouteBackend backend = this.memory.open(context);
		return new RouteBackend() {

			@Override
			public Route connect(PeerLink link) {
				return new HeldRoute(backend.connect(link));
			}

			@Override
			public void close() {
				HeldRouteProvider.this.closed.accept(context.agentName());
				backend.close();
			}

		};
	}

	private final class HeldRoute implements Route {

		private final Route route;

		HeldRoute(Route route) {
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
		public RouteRequest prepare(Operation operation, DescriptorList local, DescriptorList remote,
				AttemptEvents events) {
			return new HeldRequest(this.route.prepare(operation, local, remote, events));
		}

		@Override
		public CompletionStage<Void> fence(int lane) {
			return this.route.fence(lane);
		}

		@Override
		public void disconnect() {
			this.route.disconnect();
		}

		@Override
		public CompletableFuture<Void> drained() {
			return this.route.drained();
		}

	}

	private final class HeldRequest implements RouteRequest {

		private final RouteRequest request;

		HeldRequest(RouteRequest request) {
			this.request = request;
		}

		@Override
		public void post(long requestId, int attempt) {
			hold(() -> this.request.post(requestId, attempt));
		}

		@Override
		public void stop() {
			this.request.stop();
		}

		@Override
		public void close() {
			this.request.close();
		}

	}

}
