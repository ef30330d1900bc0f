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

import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import io.nixl4j.memory.DescriptorList;
import io.nixl4j.memory.MemoryType;
import io.nixl4j.route.AttemptEvents;
import io.nixl4j.route.Operation;
import io.nixl4j.route.PeerLink;
import io.nixl4j.route.Route;
import io.nixl4j.route.RouteBackend;
import io.nixl4j.route.RouteContext;
import io.nixl4j.route.RouteProvider;
import io.nixl4j.route.RouteRequest;
import io.nixl4j.route.RouteTraits;

/**
 * A route that carries nothing: a test's script tells the fates of its attempts.
 *
 * @param script makes the requests
 */
record ScriptedRoute(Script script) implements RouteProvider {

	private static final RouteTraits TRAITS = new RouteTraits(Set.of(MemoryType.DRAM), RouteTraits.ReadKind.NATIVE,
			RouteTraits.Enforcement.TARGET, RouteTraits.StopProof.COPY_RETURNED, RouteTraits.ProgressDriver.ROUTE,
			Long.MAX_VALUE);

	@Override
	public String name() {
		return "scripted";
	}

	@Override
	public RouteTraits traits() {
		return TRAITS;
	}

	@Override
	public RouteBackend open(RouteContext context) {
		return new RouteBackend() {

			@Override
			public Route connect(PeerLink link) {
				return new Scripted(ScriptedRoute.this.script);
			}

			@Override
			public void close() {
				// There is nothing to free.
			}

		};
	}

	/**
	 * Makes requests.
	 */
	@FunctionalInterface
	interface Script {

		RouteRequest prepare(AttemptEvents events);

	}

	private record Scripted(Script script) implements Route {

		@Override
		public String name() {
			return "scripted";
		}

		@Override
		public RouteTraits traits() {
			return TRAITS;
		}

		@Override
		public CompletableFuture<Void> ready() {
			return CompletableFuture.completedFuture(null);
		}

		@Override
		public RouteRequest prepare(Operation operation, DescriptorList local, DescriptorList remote,
				AttemptEvents events) {
			return this.script.prepare(events);
		}

		@Override
		public CompletionStage<Void> fence(int lane) {
			return CompletableFuture.completedFuture(null);
		}

		@Override
		public void disconnect() {
			// The script ends its attempts itself.
		}

		@Override
		public CompletableFuture<Void> drained() {
			return CompletableFuture.completedFuture(null);
		}

	}

}
