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

import java.util.Set;

import io.nixl4j.memory.MemoryType;
import io.nixl4j.route.RouteBackend;
import io.nixl4j.route.RouteContext;
import io.nixl4j.route.RouteProvider;
import io.nixl4j.route.RouteTraits;

/**
 * Provides the {@code memory} route between agents of one process: every byte is copied
 * by a thread of the initiator, every access is checked at the target.
 */
public final class LocalRouteProvider implements RouteProvider {

	static final String NAME = "memory";

	static final RouteTraits TRAITS = new RouteTraits(Set.of(MemoryType.DRAM), RouteTraits.ReadKind.NATIVE,
			RouteTraits.Enforcement.TARGET, RouteTraits.StopProof.COPY_RETURNED, RouteTraits.ProgressDriver.ROUTE,
			Long.MAX_VALUE);

	/**
	 * Creates the provider; called by the service loader too.
	 */
	public LocalRouteProvider() {
	}

	@Override
	public String name() {
		return NAME;
	}

	@Override
	public RouteTraits traits() {
		return TRAITS;
	}

	@Override
	public RouteBackend open(RouteContext context) {
		return new LocalRouteBackend(context.agentName(), context.queueDepth());
	}

}
