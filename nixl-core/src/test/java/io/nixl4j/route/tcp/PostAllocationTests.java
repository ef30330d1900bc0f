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
import java.lang.management.ThreadInfo;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

import com.sun.management.ThreadMXBean;
import io.nixl4j.memory.LocalRegion;
import io.nixl4j.memory.NixlException;
import io.nixl4j.memory.Permissions;
import io.nixl4j.route.AttemptEvents;
import io.nixl4j.route.Operation;
import io.nixl4j.route.RouteRequest;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

class PostAllocationTests {

	private static final int POSTS = 6000;

	private static final int LARGE_POSTS = 300;

	/** Netty uses entries of a socket's queue again on threads of its own kind only. */
	private static final int QUEUED_BYTES_A_POST = 256;

	/**
	 * Netty makes an object when a socket becomes readable and writable at once, which is
	 * the more often the slower the other end is. An object a block would be twice that.
	 */
	private static final int BYTES_A_LARGE_TRANSFER = 4096;

	/** A chunk of a queue now and then, or what a compiler thread's victim remembers. */
	private static final int TOLERANCE = 4096;

	@ParameterizedTest
	@CsvSource({ "WRITE, false", "READ, false", "WRITE, true", "READ, true" })
	void transfersAllocateNothingOnTheLoopsOfEitherEnd(Operation operation, boolean checksums) {
		try (RouteEnd opener = new RouteEnd("opener", 3, checksums);
				RouteEnd acceptor = new RouteEnd("acceptor", 3, checksums)) {
			RouteEnd.connect(opener, acceptor, 128);
			await().atMost(Duration.ofSeconds(30)).until(() -> opener.route().openLanes().length == 3);
			LocalRegion near = opener.allocate("near", 16 << 20, Permissions.READ_WRITE);
			LocalRegion far = acceptor.allocate("far", 16 << 20, Permissions.READ_WRITE);
			Waking events = new Waking(Thread.currentThread());
			RouteRequest small = opener.route()
				.prepare(operation, near.blocks(64, 3, 1, 7), acceptor.granted(far).blocks(64, 9, 5, 11), events);
			RouteRequest large = opener.route()
				.prepare(operation, near.all(), acceptor.granted(far).strided(0, 65_536, 65_536, 256), events);
			post(small, events, 0, POSTS);
			post(large, events, POSTS, POSTS + LARGE_POSTS);
			long before = allocatedByLoops();
			post(small, events, 2 * POSTS, 3 * POSTS);
			long afterSmall = allocatedByLoops();
			post(large, events, 3 * POSTS, 3 * POSTS + LARGE_POSTS);
			long afterLarge = allocatedByLoops();
			assertThat(afterSmall - before).as("bytes of %d short transfers", POSTS).isLessThan(TOLERANCE);
			assertThat(afterLarge - afterSmall).as("bytes of %d large transfers", LARGE_POSTS)
				.isLessThan(LARGE_POSTS * BYTES_A_LARGE_TRANSFER);
		}
	}

	private static long allocatedByLoops() {
		ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
		long bytes = 0;
		for (ThreadInfo thread : threads.getThreadInfo(threads.getAllThreadIds())) {
			if (thread != null && thread.getThreadName().contains("-loop-")) {
				bytes += threads.getThreadAllocatedBytes(thread.getThreadId());
			}
		}
		return bytes;
	}

	@ParameterizedTest
	@EnumSource(Operation.class)
	void aPostAllocatesNothingOnTheCallersThread(Operation operation) {
		assertThat(allocatedHere(operation, PostAllocationTests::post)).as("bytes of %d posts", POSTS).isZero();
	}

	@ParameterizedTest
	@EnumSource(Operation.class)
	void aCallerThatDrivesTheLoopAllocatesWhatNettyQueuesOnly(Operation operation) {
		assertThat(allocatedHere(operation, PostAllocationTests::drive)).as("bytes of %d posts", POSTS)
			.isLessThan(POSTS * QUEUED_BYTES_A_POST + TOLERANCE);
	}

	/** What warm posts take on this thread. */
	private static long allocatedHere(Operation operation, Posts posts) {
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
			posts.make(request, events, 0, POSTS);
			long before = threads.getCurrentThreadAllocatedBytes();
			posts.make(request, events, POSTS, 2 * POSTS);
			return threads.getCurrentThreadAllocatedBytes() - before;
		}
	}

	private static void drive(RouteRequest request, Waking events, int from, int to) {
		for (int i = from; i < to; i++) {
			events.done = false;
			request.post(i + 1, 1);
			request.await(events.isDone);
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

	/** Makes posts one after the other. */
	private interface Posts {

		void make(RouteRequest request, Waking events, int from, int to);

	}

	/** Wakes the caller. */
	private static final class Waking implements AttemptEvents {

		private final Thread caller;

		private final BooleanSupplier isDone = () -> this.done;

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
