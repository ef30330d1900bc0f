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

package io.nixl4j.session;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import io.nixl4j.memory.DescriptorList;
import io.nixl4j.route.AttemptEvents;
import io.nixl4j.route.Operation;
import io.nixl4j.route.Route;
import io.nixl4j.route.RouteRequest;
import io.nixl4j.route.RouteTraits;

/**
 * A route that carries nothing, and is drained and fenced when a test says so.
 */
final class RecordingRoute implements Route {

	private final CompletableFuture<Void> drained = new CompletableFuture<>();

	private final CompletableFuture<Void> fenced = new CompletableFuture<>();

	private volatile boolean disconnected;

	boolean isDisconnected() {
		return this.disconnected;
	}

	CompletableFuture<Void> fenced() {
		return this.fenced;
	}

	@Override
	public String name() {
		return "recording";
	}

	@Override
	public RouteTraits traits() {
		throw new UnsupportedOperationException();
	}

	@Override
	public CompletableFuture<Void> ready() {
		return CompletableFuture.completedFuture(null);
	}

	@Override
	public RouteRequest prepare(Operation operation, DescriptorList local, DescriptorList remote,
			AttemptEvents events) {
		throw new UnsupportedOperationException();
	}

	@Override
	public CompletionStage<Void> fence(int lane) {
		return this.fenced;
	}

	@Override
	public void disconnect() {
		this.disconnected = true;
	}

	@Override
	public CompletableFuture<Void> drained() {
		return this.drained;
	}

}
