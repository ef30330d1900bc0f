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

import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;

import io.nixl4j.memory.DescriptorList;
import io.nixl4j.memory.MemoryType;
import io.nixl4j.memory.NixlError;
import io.nixl4j.memory.NixlException;
import io.nixl4j.route.AttemptEvents;
import io.nixl4j.route.Operation;
import io.nixl4j.route.Route;
import io.nixl4j.route.RouteRequest;
import io.nixl4j.route.RouteTraits;

/**
 * The route to one peer. What is held back has not begun to move, and never will once the
 * session has ended, so its drain is that of the route below.
 */
final class FaultRoute implements Route {

	private final Route route;

	private final FaultBoard board;

	private final ScheduledExecutorService timer;

	private final EnginePair engines;

	private final Set<FaultRequest> disturbed = ConcurrentHashMap.newKeySet();

	private volatile boolean disconnected;

	FaultRoute(Route route, FaultBoard board, ScheduledExecutorService timer, EnginePair engines) {
		this.route = route;
		this.board = board;
		this.timer = timer;
		this.engines = engines;
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
	public boolean reaches(MemoryType local, MemoryType remote) {
		return this.route.reaches(local, remote);
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
		return new FaultRequest(this, operation, events,
				(heard) -> this.route.prepare(operation, local, remote, heard));
	}

	@Override
	public CompletionStage<Void> fence(int lane) {
		return this.route.fence(lane);
	}

	@Override
	public void disconnect() {
		this.route.disconnect();
		this.disconnected = true;
		this.disturbed.forEach((request) -> request.disconnected(lost()));
	}

	@Override
	public CompletableFuture<Void> drained() {
		return this.route.drained();
	}

	FaultBoard board() {
		return this.board;
	}

	ScheduledExecutorService timer() {
		return this.timer;
	}

	EnginePair engines() {
		return this.engines;
	}

	/**
	 * An attempt is held back from now on, until {@link #end(FaultRequest)}.
	 * @param request whose attempt
	 */
	void begin(FaultRequest request) {
		this.disturbed.add(request);
		if (this.disconnected) {
			request.disconnected(lost());
		}
	}

	void end(FaultRequest request) {
		this.disturbed.remove(request);
	}

	private static NixlException lost() {
		return NixlError.PEER_LOST.exception("The session with the peer has ended; connect again", null, null, null);
	}

}
