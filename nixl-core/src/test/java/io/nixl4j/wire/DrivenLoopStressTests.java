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

package io.nixl4j.wire;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Many callers share a loop in all ways at once. Each task must be run once, by one
 * thread at a time, and nobody may wait in vain.
 */
@Timeout(180)
class DrivenLoopStressTests {

	private static final int CALLERS = 8;

	private static final int TASKS = 3_000;

	/** Written by tasks only, without a lock: lost if two threads drove at once. */
	private long count;

	private boolean inside;

	private boolean violated;

	static Stream<Arguments> loops() {
		return Stream.of(Transports.best(), Transports.nio(null))
			.flatMap((transports) -> Stream.of(Duration.ZERO, Duration.ofNanos(20_000), Duration.ofMillis(1))
				.map((spin) -> Arguments.of(transports, spin)));
	}

	@ParameterizedTest
	@MethodSource("loops")
	void everyTaskIsRunOnceByOneAtATime(Transports transports, Duration spin) throws Exception {
		DrivenLoopGroup group = new DrivenLoopGroup(1, Thread::new, transports, spin.toNanos(), LoopSpin.CROWDED_NANOS);
		DrivenLoop loop = (DrivenLoop) group.next();
		ExecutorService threads = Executors.newFixedThreadPool(CALLERS);
		try {
			List<Future<?>> callers = new ArrayList<>();
			for (int i = 0; i < CALLERS; i++) {
				Caller caller = new Caller(loop, new Random(i));
				callers.add(threads.submit(caller));
			}
			for (Future<?> caller : callers) {
				caller.get(150, TimeUnit.SECONDS);
			}
			assertThat(loop.submit(() -> this.violated).get()).isFalse();
			assertThat(loop.submit(() -> this.count).get()).isEqualTo((long) CALLERS * TASKS);
		}
		finally {
			threads.shutdownNow();
			group.shutdownGracefully(0, 0, TimeUnit.SECONDS);
			assertThat(group.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
		}
	}

	/** Hands tasks over and waits for each in one of the ways that callers have. */
	private final class Caller implements Runnable {

		private final DrivenLoop loop;

		private final Random random;

		private volatile boolean done;

		private volatile Thread waiter = Thread.currentThread();

		Caller(DrivenLoop loop, Random random) {
			this.loop = loop;
			this.random = random;
		}

		@Override
		public void run() {
			this.waiter = Thread.currentThread();
			for (int i = 0; i < TASKS; i++) {
				this.done = false;
				switch (this.random.nextInt(4)) {
					case 0 -> posted();
					case 1 -> polled();
					case 2 -> attended();
					default -> interrupted();
				}
			}
		}

		private void hand() {
			boolean entered = this.loop.enter();
			this.loop.execute(this::task);
			if (entered) {
				this.loop.leave();
			}
		}

		private void task() {
			DrivenLoopStressTests test = DrivenLoopStressTests.this;
			test.violated |= test.inside || !this.loop.inEventLoop();
			test.inside = true;
			test.count++;
			Thread.onSpinWait();
			test.inside = false;
			this.done = true;
			LockSupport.unpark(this.waiter);
		}

		private void posted() {
			hand();
			this.loop.await(() -> this.done);
		}

		private void polled() {
			hand();
			while (!this.done) {
				this.loop.poll();
				Thread.yield();
			}
		}

		/** Nobody drives for it: as a virtual thread waits, or the stage of a future. */
		private void attended() {
			this.loop.attend(1);
			this.loop.execute(this::task);
			while (!this.done) {
				LockSupport.park(this);
			}
			this.loop.attend(-1);
		}

		private void interrupted() {
			hand();
			Thread.currentThread().interrupt();
			this.loop.await(() -> this.done);
			assertThat(Thread.interrupted()).isTrue();
			this.loop.await(() -> this.done);
		}

	}

}
