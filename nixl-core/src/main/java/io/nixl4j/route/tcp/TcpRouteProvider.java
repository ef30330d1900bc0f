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

import java.util.Set;

import io.nixl4j.memory.MemoryType;
import io.nixl4j.memory.NixlError;
import io.nixl4j.route.RouteBackend;
import io.nixl4j.route.RouteContext;
import io.nixl4j.route.RouteProvider;
import io.nixl4j.route.RouteTraits;
import io.nixl4j.wire.WireEndpoint;

/**
 * Provides the {@code tcp} route: between any two agents that reach each other by
 * sockets; every access is checked at the target.
 */
public final class TcpRouteProvider implements RouteProvider {

	/** The route's name. */
	static final String NAME = "tcp";

	static final RouteTraits TRAITS = traits(Set.of(MemoryType.DRAM));

	/** Of an agent with memory of devices. */
	static final RouteTraits TRAITS_WITH_DEVICES = traits(Set.of(MemoryType.DRAM, MemoryType.VRAM));

	/**
	 * Creates the provider; called by the service loader too.
	 */
	public TcpRouteProvider() {
	}

	private static RouteTraits traits(Set<MemoryType> memory) {
		return new RouteTraits(memory, RouteTraits.ReadKind.EMULATED, RouteTraits.Enforcement.TARGET,
				RouteTraits.StopProof.TARGET_ACKNOWLEDGED, RouteTraits.ProgressDriver.CALLER, Long.MAX_VALUE);
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
		WireEndpoint endpoint = context.resource(WireEndpoint.class)
			.orElseThrow(() -> NixlError.UNSUPPORTED
				.exception("The tcp route needs the agent's sockets, and this agent has none", null, "start", null));
		StagingPool staging = context.regions()
			.devices()
			.find(MemoryType.VRAM)
			.map((device) -> new StagingPool(device, context.agentName(), context.stagingMemory(),
					endpoint.settings().limits().maxBody()))
			.orElse(null);
		return new TcpRouteBackend(endpoint, context.queueDepth(), staging);
	}

}
