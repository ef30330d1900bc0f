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

import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

import io.nixl4j.memory.DescriptorList;
import io.nixl4j.memory.MemoryType;
import io.nixl4j.memory.NixlException;
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
 * Watches over the promises between a route and what posts to it, while tests use both:
 * each fate is told once, nothing after the end of an attempt, no post before it. Makes
 * no object a post, so that allocations can be measured through it.
 */
final class CheckedRoute implements RouteProvider {

	private final RouteProvider provider;

	private final Queue<String> violations = new ConcurrentLinkedQueue<>();

	private final AtomicInteger unreleased = new AtomicInteger();

	CheckedRoute(RouteProvider provider) {
		this.provider = provider;
	}

	/** What was broken, for the end of a test. */
	Queue<String> violations() {
		return this.violations;
	}

	/** How many attempts are not released; zero when all is at rest. */
	int unreleased() {
		return this.unreleased.get();
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
	public RouteBackend open(RouteContext context) {
		RouteBackend backend = this.provider.open(context);
		return new RouteBackend() {

			@Override
			public Route connect(PeerLink link) {
				return new Checked(backend.connect(link));
			}

			@Override
			public void close() {
				backend.close();
			}

		};
	}

	private final class Checked implements Route {

		private final Route route;

		Checked(Route route) {
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
			return new Attempts(operation, events, (heard) -> this.route.prepare(operation, local, remote, heard));
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

	/** Compiles with the events of the watcher. */
	private interface Compiler {

		RouteRequest compile(AttemptEvents events);

	}

	private final class Attempts implements RouteRequest, AttemptEvents {

		private static final int FAILED = 1;

		private static final int RELEASED = 2;

		private static final int STOPPED = 4;

		private static final int ENDED = RELEASED | STOPPED;

		private final Operation operation;

		private final AttemptEvents events;

		private final RouteRequest request;

		/** Fates of the attempt under way; {@code ENDED} while there is none. */
		private final AtomicInteger fates = new AtomicInteger(ENDED);

		Attempts(Operation operation, AttemptEvents events, Compiler compiler) {
			this.operation = operation;
			this.events = events;
			this.request = compiler.compile(this);
		}

		@Override
		public void post(long requestId, int attempt) {
			if ((this.fates.getAndSet(0) & ENDED) != ENDED) {
				violated("posted while an attempt was under way");
			}
			CheckedRoute.this.unreleased.incrementAndGet();
			boolean posted = false;
			try {
				this.request.post(requestId, attempt);
				posted = true;
			}
			finally {
				if (!posted) {
					if (this.fates.getAndSet(ENDED) != 0) {
						violated("told a fate of an attempt that it refused");
					}
					CheckedRoute.this.unreleased.decrementAndGet();
				}
			}
		}

		@Override
		public void detach() {
			this.request.detach();
		}

		@Override
		public void poll() {
			this.request.poll();
		}

		@Override
		public void await(BooleanSupplier done) {
			this.request.await(done);
		}

		@Override
		public void stop() {
			this.request.stop();
		}

		@Override
		public void close() {
			if ((this.fates.get() & ENDED) != ENDED) {
				violated("closed while an attempt was under way");
			}
			this.request.close();
		}

		@Override
		public void done() {
			if (add(ENDED) != 0) {
				violated("done after another fate");
			}
			this.events.done();
		}

		@Override
		public void failed(NixlException cause) {
			add(FAILED);
			this.events.failed(cause);
		}

		@Override
		public void released() {
			add(RELEASED);
			this.events.released();
		}

		@Override
		public void stopped() {
			add(STOPPED);
			this.events.stopped();
		}

		private int add(int fate) {
			int before;
			do {
				before = this.fates.get();
			}
			while (!this.fates.compareAndSet(before, before | fate));
			if ((before & ENDED) == ENDED) {
				violated("told fate " + fate + " after the attempt's end");
			}
			else if ((before & fate) != 0) {
				violated("told fate " + fate + " twice");
			}
			if ((before & RELEASED) == 0 && (fate & RELEASED) != 0) {
				CheckedRoute.this.unreleased.decrementAndGet();
			}
			return before;
		}

		private void violated(String what) {
			CheckedRoute.this.violations.add(this.operation + " over " + name() + ": " + what);
		}

	}

}
