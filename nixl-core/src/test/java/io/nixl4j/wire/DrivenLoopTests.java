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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoRegistration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

@Timeout(120)
class DrivenLoopTests {

	/** Nobody falls asleep while a test looks. */
	private static final Duration LONG = Duration.ofSeconds(100);

	private final List<DrivenLoopGroup> groups = new ArrayList<>();

	private final List<Thread> keepers = new ArrayList<>();

	private final ExecutorService callers = Executors.newCachedThreadPool();

	static Stream<Transports> transports() {
		return Stream.of(Transports.best(), Transports.nio(null));
	}

	@AfterEach
	void close() throws InterruptedException {
		for (DrivenLoopGroup group : this.groups) {
			group.shutdownGracefully(0, 0, TimeUnit.SECONDS);
			assertThat(group.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
		}
		for (Thread keeper : this.keepers) {
			keeper.join(20_000);
			assertThat(keeper.isAlive()).isFalse();
		}
		this.callers.shutdownNow();
	}

	@ParameterizedTest
	@MethodSource("transports")
	void aCallerThatWaitsRunsTheLoopsTasks(Transports transports) {
		DrivenLoop loop = loop(transports, LONG);
		assertThat(driving(loop)).isSameAs(Thread.currentThread());
	}

	@ParameterizedTest
	@MethodSource("transports")
	void theKeeperTakesBackALoopThatNobodyDrives(Transports transports) {
		DrivenLoop loop = loop(transports, LONG);
		driving(loop);
		loop.execute(() -> {
		});
		await().until(() -> loop.inEventLoop(this.keepers.get(0)));
		assertThat(run(loop)).isSameAs(this.keepers.get(0));
	}

	@ParameterizedTest
	@MethodSource("transports")
	void tasksOfACallerWhoEntersRunWhenItLeaves(Transports transports) {
		DrivenLoop loop = loop(transports, LONG);
		AtomicReference<@Nullable Thread> ranOn = new AtomicReference<>();
		enter(loop);
		loop.execute(() -> ranOn.set(Thread.currentThread()));
		assertThat(ranOn.get()).isNull();
		loop.leave();
		assertThat(ranOn.get()).isSameAs(Thread.currentThread());
	}

	@Test
	void onlyOneEntersAtATime() throws Exception {
		DrivenLoop loop = loop(Transports.best(), LONG);
		enter(loop);
		assertThat(this.callers.submit(loop::enter).get()).isFalse();
		assertThat(loop.enter()).isFalse();
		loop.leave();
	}

	@Test
	void inEventModeTheKeeperDoesAllWork() {
		DrivenLoop loop = loop(Transports.best(), Duration.ZERO);
		assertThat(loop.canDrive()).isFalse();
		assertThat(loop.enter()).isFalse();
		assertThat(driving(loop)).isSameAs(this.keepers.get(0));
	}

	@Test
	void aCallerWhoFindsNothingToDoLeavesTheLoopToTheKeeper() throws Exception {
		DrivenLoop loop = loop(Transports.best(), Duration.ofMillis(1));
		Caller caller = waiting(loop);
		await()
			.until(() -> caller.thread().getState() == Thread.State.WAITING && loop.inEventLoop(this.keepers.get(0)));
		caller.finish();
	}

	@ParameterizedTest
	@MethodSource("transports")
	void anInterruptedCallerLeaves(Transports transports) throws Exception {
		DrivenLoop loop = loop(transports, LONG);
		Caller caller = waiting(loop);
		await().until(() -> caller.drives(loop));
		caller.thread().interrupt();
		assertThat(caller.end().get(20, TimeUnit.SECONDS)).isTrue();
		assertThat(run(loop)).isSameAs(this.keepers.get(0));
	}

	@Test
	void callersInLineAreCalledWhenTheDriverLeaves() throws Exception {
		DrivenLoop loop = loop(Transports.best(), LONG);
		enter(loop);
		Caller caller = waiting(loop);
		await().until(() -> caller.thread().getState() == Thread.State.WAITING);
		loop.leave();
		await().until(() -> loop.inEventLoop(caller.thread()) || loop.inEventLoop(this.keepers.get(0)));
		caller.finish();
	}

	@ParameterizedTest
	@MethodSource("transports")
	void aLoopEndsWhileACallerDrives(Transports transports) throws Exception {
		DrivenLoop loop = loop(transports, LONG);
		Caller caller = waiting(loop);
		await().until(() -> caller.drives(loop));
		loop.shutdownGracefully(0, 0, TimeUnit.SECONDS);
		assertThat(loop.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
		assertThatExceptionOfType(RejectedExecutionException.class).isThrownBy(() -> loop.execute(() -> {
		}));
		caller.finish();
	}

	@Test
	void tasksThatMeetTheEndOfALoopRunOrAreRejected() throws Exception {
		for (int round = 0; round < 100; round++) {
			DrivenLoop loop = loop(Transports.nio(null), LONG);
			List<Future<Integer>> accepted = new ArrayList<>();
			List<AtomicInteger> ran = List.of(new AtomicInteger(), new AtomicInteger());
			CountDownLatch begun = new CountDownLatch(ran.size());
			for (AtomicInteger own : ran) {
				accepted.add(this.callers.submit(() -> handOverUntilRejected(loop, own, begun)));
			}
			begun.await();
			loop.shutdownGracefully(0, 0, TimeUnit.SECONDS);
			assertThat(loop.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
			for (int i = 0; i < ran.size(); i++) {
				assertThat(ran.get(i)).as("round %d", round).hasValue(accepted.get(i).get(20, TimeUnit.SECONDS));
			}
		}
	}

	private static int handOverUntilRejected(DrivenLoop loop, AtomicInteger ran, CountDownLatch begun) {
		int accepted = 0;
		try {
			while (true) {
				loop.execute(ran::incrementAndGet);
				accepted++;
				if (accepted == 10) {
					begun.countDown();
				}
				// no more than a loop that ends can do
				while (accepted - ran.get() > 3 && !loop.isTerminated()) {
					Thread.onSpinWait();
				}
			}
		}
		catch (RejectedExecutionException ex) {
			return accepted;
		}
	}

	@Test
	void aLoopWhoseTransportFailsRestsBetweenItsTriesAndGoesOn() {
		AtomicBoolean broken = new AtomicBoolean(true);
		Transports nio = Transports.nio(null);
		DrivenLoop loop = loop(new Transports(nio.name(),
				(executor) -> new BrokenHandler(nio.ioHandler().newHandler(executor), broken), nio.server(),
				nio.client(), null), LONG);
		Thread keeper = this.keepers.get(0);
		await().until(() -> LockSupport.getBlocker(keeper) == loop && loop.inEventLoop(keeper));
		broken.set(false);
		assertThat(run(loop)).isSameAs(keeper);
	}

	@ParameterizedTest
	@MethodSource("transports")
	void scheduledTasksRunWhoeverDrives(Transports transports) throws Exception {
		DrivenLoop loop = loop(transports, LONG);
		CompletableFuture<Void> ran = new CompletableFuture<>();
		enter(loop);
		loop.schedule(() -> ran.complete(null), 1, TimeUnit.MILLISECONDS);
		loop.leave();
		ran.get(20, TimeUnit.SECONDS);
		CompletableFuture<Void> again = new CompletableFuture<>();
		Thread waiter = Thread.currentThread();
		loop.schedule(() -> {
			again.complete(null);
			LockSupport.unpark(waiter);
		}, 20, TimeUnit.MILLISECONDS);
		loop.await(again::isDone);
	}

	@Test
	void turnsAreShortForAWhileWhenSomebodyIsInAHurry() {
		DrivenLoop loop = loop(Transports.best(), LONG);
		enter(loop);
		try {
			assertThat(loop.turnBytes()).isEqualTo(LoopTurns.BYTES);
			long taskNanos = loop.taskNanos(System.nanoTime());
			loop.hurry();
			// both at once: it does not last
			int hurriedBytes = loop.turnBytes();
			long hurriedTaskNanos = loop.taskNanos(System.nanoTime());
			assertThat(hurriedBytes).isLessThan(LoopTurns.BYTES);
			assertThat(hurriedTaskNanos).isLessThan(taskNanos);
			await().pollInSameThread().until(() -> loop.turnBytes() == LoopTurns.BYTES);
		}
		finally {
			loop.leave();
		}
	}

	@Test
	void aCallerLeavesTheLoopToTheKeeperWhileOthersNeedTheProcessor() throws Exception {
		DrivenLoop loop = loop(Transports.best(), LONG, Duration.ZERO);
		Caller caller = waiting(loop);
		await()
			.until(() -> caller.thread().getState() == Thread.State.WAITING && loop.inEventLoop(this.keepers.get(0)));
		assertThat(run(loop)).isSameAs(this.keepers.get(0));
		caller.finish();
	}

	private DrivenLoop loop(Transports transports, Duration spin) {
		return loop(transports, spin, LONG);
	}

	private DrivenLoop loop(Transports transports, Duration spin, Duration crowded) {
		DrivenLoopGroup group = new DrivenLoopGroup(1, (task) -> {
			Thread keeper = new Thread(task, "keeper");
			this.keepers.add(keeper);
			return keeper;
		}, transports, spin.toNanos(), crowded.toNanos());
		this.groups.add(group);
		return (DrivenLoop) group.next();
	}

	/** Who runs a task that comes while a caller waits for it. */
	private @Nullable Thread driving(DrivenLoop loop) {
		Thread waiter = Thread.currentThread();
		AtomicReference<@Nullable Thread> ranOn = new AtomicReference<>();
		AtomicBoolean again = new AtomicBoolean();
		Caller caller = new Caller(waiter, new AtomicBoolean(), again, CompletableFuture.completedFuture(false));
		this.callers.execute(() -> {
			if (loop.canDrive()) {
				await().until(() -> caller.drives(loop));
			}
			loop.execute(() -> {
				ranOn.set(Thread.currentThread());
				LockSupport.unpark(waiter);
			});
		});
		while (ranOn.get() == null) {
			loop.await(() -> ranOn.get() != null || again.getAndSet(false));
		}
		return ranOn.get();
	}

	/** A thread that waits in the loop until it is told to go, or interrupted. */
	private Caller waiting(DrivenLoop loop) throws Exception {
		AtomicBoolean done = new AtomicBoolean();
		AtomicBoolean again = new AtomicBoolean();
		CompletableFuture<Thread> waiting = new CompletableFuture<>();
		Future<Boolean> end = this.callers.submit(() -> {
			waiting.complete(Thread.currentThread());
			while (!done.get() && !Thread.currentThread().isInterrupted()) {
				loop.await(() -> done.get() || again.getAndSet(false));
			}
			return Thread.interrupted();
		});
		return new Caller(waiting.get(), done, again, end);
	}

	private static Thread run(DrivenLoop loop) {
		return CompletableFuture.supplyAsync(Thread::currentThread, loop).join();
	}

	private static void enter(DrivenLoop loop) {
		await().pollInSameThread().pollInterval(Duration.ofMillis(1)).until(() -> {
			loop.poll();
			return loop.enter();
		});
	}

	private record Caller(Thread thread, AtomicBoolean done, AtomicBoolean again, Future<Boolean> end) {

		/**
		 * Whether it drives; if not, it is to try again: it asks the keeper only for a
		 * moment, in which that one may not have had a processor.
		 */
		boolean drives(DrivenLoop loop) {
			boolean drives = loop.inEventLoop(this.thread);
			if (!drives) {
				this.again.set(true);
				LockSupport.unpark(this.thread);
			}
			return drives;
		}

		void finish() throws Exception {
			this.done.set(true);
			LockSupport.unpark(this.thread);
			this.end.get(20, TimeUnit.SECONDS);
		}

	}

	/**
	 * A transport that fails for a time.
	 *
	 * @param whole does the work
	 * @param broken whether it fails now
	 */
	private record BrokenHandler(IoHandler whole, AtomicBoolean broken) implements IoHandler {

		@Override
		public void initialize() {
			this.whole.initialize();
		}

		@Override
		public int run(IoHandlerContext context) {
			if (this.broken.get()) {
				throw new IllegalStateException("as the test says");
			}
			return this.whole.run(context);
		}

		@Override
		public void prepareToDestroy() {
			this.whole.prepareToDestroy();
		}

		@Override
		public void destroy() {
			this.whole.destroy();
		}

		@Override
		public IoRegistration register(IoHandle handle) throws Exception {
			return this.whole.register(handle);
		}

		@Override
		public void wakeup() {
			this.whole.wakeup();
		}

		@Override
		public boolean isCompatible(Class<? extends IoHandle> handleType) {
			return this.whole.isCompatible(handleType);
		}

	}

}
