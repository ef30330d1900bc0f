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

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

import com.sun.management.ThreadMXBean;
import io.nixl4j.memory.LocalRegion;
import io.nixl4j.memory.NixlException;
import io.nixl4j.memory.Permissions;
import io.nixl4j.route.AttemptEvents;
import io.nixl4j.route.Operation;
import io.nixl4j.route.RouteRequest;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

class PostAllocationTests {

	private static final int POSTS = 6000;

	@ParameterizedTest
	@EnumSource(Operation.class)
	void aPostAllocatesNothingOnTheCallersThread(Operation operation) {
		ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
		try (RouteEnd opener = new RouteEnd("opener", 2, false);
				RouteEnd acceptor = new RouteEnd("acceptor", 2, false)) {
			RouteEnd.connect(opener, acceptor, 128);
			await().atMost(Duration.ofSeconds(30)).until(() -> opener.route().ready().isDone());
			LocalRegion near = opener.allocate("near", 4096, Permissions.READ_WRITE);
			LocalRegion far = acceptor.allocate("far", 4096, Permissions.READ_WRITE);
			Waking events = new Waking(Thread.currentThread());
			RouteRequest request = opener.route()
				.prepare(operation, near.blocks(64, 3, 1, 7), acceptor.granted(far).blocks(64, 9, 5, 11), events);
			post(request, events, 0, POSTS);
			long before = threads.getCurrentThreadAllocatedBytes();
			post(request, events, POSTS, 2 * POSTS);
			long allocated = threads.getCurrentThreadAllocatedBytes() - before;
			assertThat(allocated).as("bytes of %d posts", POSTS).isZero();
		}
	}

	private static void post(RouteRequest request, Waking events, int from, int to) {
		for (int i = from; i < to; i++) {
			events.done = false;
			request.post(i + 1, 1);
			while (!events.done) {
				LockSupport.park();
			}
		}
	}

	/** Wakes the caller. */
	private static final class Waking implements AttemptEvents {

		private final Thread caller;

		private volatile boolean done;

		Waking(Thread caller) {
			this.caller = caller;
		}

		@Override
		public void done() {
			this.done = true;
			LockSupport.unpark(this.caller);
		}

		@Override
		public void failed(NixlException cause) {
			throw cause;
		}

		@Override
		public void released() {
		}

		@Override
		public void stopped() {
		}

	}

}
