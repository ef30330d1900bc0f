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

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;

import io.nixl4j.memory.DescriptorList;
import io.nixl4j.memory.NixlError;
import io.nixl4j.memory.NixlException;
import io.nixl4j.route.AttemptEvents;
import io.nixl4j.route.Operation;
import io.nixl4j.route.PeerLink;
import io.nixl4j.route.Route;
import io.nixl4j.route.RouteRequest;
import io.nixl4j.route.RouteTraits;

/**
 * The {@code memory} route to one peer.
 */
final class LocalRoute implements Route {

	private static final int DISCONNECTED = Integer.MIN_VALUE;

	private final PeerLink link;

	private final Copier copier;

	private final int maxAttempts;

	private final CompletableFuture<Void> ready;

	private final CompletableFuture<Void> drained = new CompletableFuture<>();

	/** Attempts under way in the lower 31 bits; the sign bit is set by the end. */
	private final AtomicInteger attempts = new AtomicInteger();

	LocalRoute(PeerLink link, Copier copier, int maxAttempts) {
		this.link = link;
		this.copier = copier;
		this.maxAttempts = maxAttempts;
		this.ready = link.opposite().isPresent() ? CompletableFuture.completedFuture(null)
				: CompletableFuture.failedFuture(NixlError.UNSUPPORTED.exception("The peer is in another process",
						link.engineId(), "connect", null));
	}

	@Override
	public String name() {
		return LocalRouteProvider.NAME;
	}

	@Override
	public RouteTraits traits() {
		return LocalRouteProvider.TRAITS;
	}

	@Override
	public CompletableFuture<Void> ready() {
		return this.ready;
	}

	@Override
	public RouteRequest prepare(Operation operation, DescriptorList local, DescriptorList remote,
			AttemptEvents events) {
		Optional<PeerLink> target = this.link.opposite();
		if (target.isEmpty()) {
			throw NixlError.UNSUPPORTED.exception("The peer is in another process", this.link.engineId(),
					operation.tag(), null);
		}
		return new LocalRequest(this, target.get(), operation, local, remote, events);
	}

	@Override
	public CompletionStage<Void> fence(int lane) {
		return CompletableFuture.completedFuture(null);
	}

	@Override
	public void disconnect() {
		int before = this.attempts.getAndUpdate((count) -> count | DISCONNECTED);
		if (before == 0) {
			this.drained.complete(null);
		}
	}

	@Override
	public CompletableFuture<Void> drained() {
		return this.drained;
	}

	String peer() {
		return this.link.engineId();
	}

	boolean isDisconnected() {
		return this.attempts.get() < 0;
	}

	/**
	 * Begins an attempt.
	 * @param request what to copy
	 */
	void begin(LocalRequest request) {
		int before = this.attempts.getAndIncrement();
		if (before < 0) {
			end();
			throw lost();
		}
		if (before >= this.maxAttempts) {
			end();
			throw NixlError.BUSY.exception("More than " + this.maxAttempts + " transfers wait for this peer; wait for"
					+ " some, or raise tuning.queue_depth", peer(), null, null);
		}
		if (!this.copier.add(request)) {
			end();
			throw lost();
		}
	}

	void end() {
		if (this.attempts.decrementAndGet() == DISCONNECTED) {
			this.drained.complete(null);
		}
	}

	NixlException lost() {
		return NixlError.PEER_LOST.exception("The session with the peer has ended; connect again", this.link.engineId(),
				null, null);
	}

}
