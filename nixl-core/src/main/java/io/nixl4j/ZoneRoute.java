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

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import io.nixl4j.memory.DescriptorList;
import io.nixl4j.memory.MemoryType;
import io.nixl4j.memory.NixlError;
import io.nixl4j.memory.NixlException;
import io.nixl4j.route.AttemptEvents;
import io.nixl4j.route.Operation;
import io.nixl4j.route.Route;
import io.nixl4j.route.RouteProvider;
import io.nixl4j.route.RouteRequest;
import io.nixl4j.route.RouteTraits;
import io.nixl4j.wire.AgentIdentity;

/**
 * Stands in the place of a route that does not lead from one zone to another, and says
 * so.
 */
final class ZoneRoute implements Route {

	/** The route that leads everywhere. */
	private static final String CROSSING = "tcp";

	private final RouteProvider provider;

	private final String peer;

	private final String reason;

	private final CompletableFuture<Void> drained = new CompletableFuture<>();

	/**
	 * Creates the place of a route.
	 * @param provider the route
	 * @param self this agent, which has a zone
	 * @param peer the peer, which has another one
	 */
	ZoneRoute(RouteProvider provider, AgentIdentity self, AgentIdentity peer) {
		this.provider = provider;
		this.peer = peer.engineId();
		this.reason = "zones differ: " + self.zone() + ", " + peer.zone();
	}

	/**
	 * Returns whether a route may be used between zones.
	 * @param provider the route
	 * @return {@code true} for sockets
	 */
	static boolean mayCross(RouteProvider provider) {
		return provider.name().equals(CROSSING);
	}

	@Override
	public String name() {
		return this.provider.name();
	}

	@Override
	public RouteTraits traits() {
		return this.provider.traits();
	}

	@Override
	public boolean reaches(MemoryType local, MemoryType remote) {
		return false;
	}

	@Override
	public CompletableFuture<Void> ready() {
		return CompletableFuture.failedFuture(refusal("connect"));
	}

	private NixlException refusal(String operation) {
		return NixlError.UNSUPPORTED.exception(this.reason, this.peer, operation, null);
	}

	@Override
	public RouteRequest prepare(Operation operation, DescriptorList local, DescriptorList remote,
			AttemptEvents events) {
		throw refusal(operation.tag());
	}

	@Override
	public CompletionStage<Void> fence(int lane) {
		return CompletableFuture.completedFuture(null);
	}

	@Override
	public void disconnect() {
		this.drained.complete(null);
	}

	@Override
	public CompletableFuture<Void> drained() {
		return this.drained;
	}

}
