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

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import io.nixl4j.memory.LocalRegion;
import io.nixl4j.memory.MemoryRegion;
import io.nixl4j.memory.MemoryType;
import io.nixl4j.memory.NixlBusyException;
import io.nixl4j.memory.NixlError;
import io.nixl4j.memory.NixlException;
import io.nixl4j.memory.NixlTimeoutException;
import io.nixl4j.memory.Permissions;
import io.nixl4j.route.AttemptEvents;
import io.nixl4j.route.RouteRequest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

/**
 * The life of posts, over a route whose fates the test tells: deadlines, refusals,
 * cancels and results that meet each other.
 */
class TransferMachineTests {

	private final InProcessNetwork network = new InProcessNetwork();

	private final ExecutorService routeThread = Executors.newSingleThreadExecutor();

	private final List<NixlAgent> agents = new ArrayList<>();

	private MemoryRegion local;

	@AfterEach
	void close() {
		this.agents.forEach(NixlAgent::close);
		this.routeThread.shutdownNow();
	}

	private TransferBuilder transfer(ScriptedRoute.Script script) {
		NixlAgent initiator = agent("initiator", script);
		NixlAgent target = agent("target", script);
		this.local = initiator.allocate("local", 64, MemoryType.DRAM, Permissions.READ_WRITE);
		target.allocate("kv", 64, MemoryType.DRAM, Permissions.READ_WRITE);
		NixlPeer peer = initiator.connect("target");
		return peer.write(this.local.all(), peer.region("kv").all());
	}

	private NixlAgent agent(String name, ScriptedRoute.Script script) {
		NixlAgent agent = NixlAgent.builder()
			.name(name)
			.routes(List.of(new ScriptedRoute(script)))
			.tcp(null)
			.network(this.network)
			.timeouts(Timeouts.defaults().withDrain(Duration.ZERO))
			.build();
		this.agents.add(agent);
		agent.start();
		agent.publish();
		return agent;
	}

	@Test
	void deadlineThatMeetsTheResultNeverHitsTheNextPost() throws InterruptedException {
		Duration timeout = Duration.ofNanos(200_000);
		SplittableRandom random = new SplittableRandom(1);
		PreparedTransfer prepared = transfer((events) -> new Request() {

			@Override
			public void post(long requestId, int attempt) {
				if (random.nextInt(10) == 0) {
					throw NixlError.BUSY.exception("as the script says");
				}
				// About as long as the deadline, or hardly at all
				long end = System.nanoTime() + (random.nextBoolean() ? random.nextLong(400_000) : 0);
				boolean fails = random.nextInt(5) == 0;
				TransferMachineTests.this.routeThread.execute(() -> {
					while (System.nanoTime() < end) {
						Thread.onSpinWait();
					}
					if (fails) {
						events.failed(NixlError.BACKEND.exception("as the script says"));
						events.released();
						events.stopped();
					}
					else {
						events.done();
					}
				});
			}

		}).timeout(timeout).prepare();
		int timedOut = 0;
		int done = 0;
		for (int i = 0; i < 6_000; i++) {
			try {
				prepared.post();
				prepared.await();
				done++;
			}
			catch (NixlTimeoutException ex) {
				timedOut++;
				assertThat(prepared.durationNanos()).as("post %s", i).isGreaterThanOrEqualTo(timeout.toNanos());
			}
			catch (NixlBusyException ex) {
				assertThat(ex).hasMessage("as the script says");
			}
			catch (NixlException ex) {
				assertThat(ex.error()).isEqualTo(NixlError.BACKEND);
			}
			while (!prepared.isReleased() || !prepared.isStopped()) {
				Thread.onSpinWait();
			}
		}
		// The hold is given back just behind the release.
		await().until(() -> ((LocalRegion) this.local).holds() == 0);
		assertThat(timedOut).isPositive();
		assertThat(done).isPositive();
	}

	@Test
	void cancelInTheMiddleOfPostingLeavesNothingWatched() throws InterruptedException {
		PreparedTransfer prepared = transfer((events) -> new Request() {

			private final AtomicBoolean underWay = new AtomicBoolean();

			@Override
			public void post(long requestId, int attempt) {
				this.underWay.set(true);
			}

			@Override
			public void stop() {
				if (this.underWay.compareAndSet(true, false)) {
					events.released();
					events.stopped();
				}
			}

		}).timeout(Duration.ofDays(1)).prepare();
		DeadlineWatch watch = ((ReusableTransfer) prepared).plan().deadlines();
		prepared.post();
		assertThat(prepared.cancel()).isTrue();
		for (int i = 0; i < 3; i++) {
			Thread poster = new Thread(prepared::post);
			// keeps the poster between the beginning of its post and the watch
			synchronized (watch) {
				poster.start();
				await().until(() -> poster.getState() == Thread.State.BLOCKED);
				assertThat(prepared.cancel()).isTrue();
			}
			poster.join(60_000);
			assertThat(catchThrowableOfType(NixlException.class, prepared::poll).error())
				.isEqualTo(NixlError.CANCELLED);
			assertThat(prepared.isReleased() && prepared.isStopped()).isTrue();
			assertThat(watch.awaitNone(Duration.ZERO)).as("nothing is watched").isTrue();
		}
		assertThat(((LocalRegion) this.local).holds()).isZero();
	}

	@Test
	void refusedPostIsNotDoneAndTheRequestIsUsableAfterIt() throws InterruptedException {
		AtomicInteger posts = new AtomicInteger();
		PreparedTransfer prepared = transfer((events) -> new Request() {

			@Override
			public void post(long requestId, int attempt) {
				if (posts.incrementAndGet() == 2) {
					throw NixlError.BUSY.exception("as the script says");
				}
				events.done();
			}

		}).prepare();
		prepared.post();
		assertThat(prepared.poll()).isTrue();
		assertThatExceptionOfType(NixlBusyException.class).isThrownBy(prepared::post);
		assertThatExceptionOfType(NixlBusyException.class).isThrownBy(prepared::poll);
		assertThatExceptionOfType(NixlBusyException.class).isThrownBy(prepared::await);
		assertThat(((LocalRegion) this.local).holds()).isZero();
		prepared.post();
		prepared.await();
	}

	@Test
	void exceptionOfAnyTypeFromARouteLeavesNothingHeld() {
		AtomicInteger closed = new AtomicInteger();
		TransferBuilder builder = transfer((events) -> new Request() {

			@Override
			public void post(long requestId, int attempt) {
				throw new IllegalStateException("as the script says");
			}

			@Override
			public void close() {
				closed.incrementAndGet();
			}

		});
		assertThatExceptionOfType(IllegalStateException.class).isThrownBy(builder::submit);
		assertThat(((LocalRegion) this.local).holds()).isZero();
		assertThat(closed).as("the compiled form is dropped").hasPositiveValue();
		PreparedTransfer prepared = builder.prepare();
		assertThatExceptionOfType(IllegalStateException.class).isThrownBy(prepared::post);
		assertThat(catchThrowableOfType(NixlException.class, prepared::poll).error()).isEqualTo(NixlError.BACKEND);
	}

	@Test
	void everyFateMayComeBeforePostReturns() throws Exception {
		Transfer transfer = transfer((events) -> new Request() {

			@Override
			public void post(long requestId, int attempt) {
				events.failed(NixlError.CORRUPT.exception("as the script says"));
				events.stopped();
				events.released();
			}

		}).submit();
		assertThat(catchThrowableOfType(NixlException.class, transfer::await).error()).isEqualTo(NixlError.CORRUPT);
		transfer.released().get(60, TimeUnit.SECONDS);
		transfer.stopped().get(60, TimeUnit.SECONDS);
	}

	@Test
	void nextAttemptFollowsOnlyWhenTheFailedOneIsReleasedAndStopped() throws Exception {
		List<AttemptEvents> attempts = Collections.synchronizedList(new ArrayList<>());
		List<Long> ids = Collections.synchronizedList(new ArrayList<>());
		Transfer transfer = transfer((events) -> new Request() {

			@Override
			public void post(long requestId, int attempt) {
				attempts.add(events);
				ids.add(requestId);
				assertThat(attempt).isEqualTo(attempts.size());
			}

		}).submit();
		SplittableRandom random = new SplittableRandom(3);
		for (int i = 1; i <= 20; i++) {
			int count = i;
			AttemptEvents events = attempts.get(i - 1);
			events.failed(NixlError.PEER_LOST.exception("as the script says"));
			boolean releasedFirst = random.nextBoolean();
			if (releasedFirst) {
				events.released();
			}
			else {
				events.stopped();
			}
			// Long enough for a next attempt that must not be.
			await().during(Duration.ofMillis(5)).until(() -> attempts.size() == count);
			assertThat(transfer.released()).as("another attempt may follow").isNotDone();
			assertThat(transfer.result()).isNotDone();
			if (releasedFirst) {
				events.stopped();
			}
			else {
				events.released();
			}
			await().until(() -> attempts.size() == count + 1);
		}
		attempts.get(20).done();
		transfer.await();
		assertThat(ids).as("one request").containsOnly(ids.get(0));
		assertThat(transfer.released()).succeedsWithin(Duration.ofSeconds(60));
		assertThat(((LocalRegion) this.local).holds()).isZero();
	}

	@Test
	void failureThatIsTheTransfersIsNotTriedAgain() {
		for (NixlError error : List.of(NixlError.PERMISSION, NixlError.STALE, NixlError.OUT_OF_RANGE,
				NixlError.REGION_CLOSED, NixlError.PROTOCOL, NixlError.BACKEND)) {
			AtomicInteger posts = new AtomicInteger();
			Transfer transfer = transfer((events) -> new Request() {

				@Override
				public void post(long requestId, int attempt) {
					posts.incrementAndGet();
					events.failed(error.exception("as the script says"));
					events.released();
					events.stopped();
				}

			}).submit();
			assertThat(catchThrowableOfType(NixlException.class, transfer::await).error()).isEqualTo(error);
			assertThat(posts).hasValue(1);
			close();
			this.agents.clear();
		}
	}

	@Test
	void checksumThatIsWrongThreeTimesIsAFailure() {
		AtomicInteger posts = new AtomicInteger();
		Transfer transfer = transfer((events) -> new Request() {

			@Override
			public void post(long requestId, int attempt) {
				posts.incrementAndGet();
				events.failed(NixlError.CORRUPT.exception("as the script says"));
				events.released();
				events.stopped();
			}

		}).submit();
		assertThat(catchThrowableOfType(NixlException.class, transfer::await).error()).isEqualTo(NixlError.CORRUPT);
		assertThat(posts).hasValue(3);
	}

	@Test
	void deadlineBeforeTheProofIsIndeterminateAndNothingIsTriedAgain() throws Exception {
		List<AttemptEvents> attempts = Collections.synchronizedList(new ArrayList<>());
		Transfer transfer = transfer((events) -> new Request() {

			@Override
			public void post(long requestId, int attempt) {
				attempts.add(events);
				events.failed(NixlError.PEER_LOST.exception("as the script says"));
				events.released();
			}

		}).timeout(Duration.ofMillis(50)).submit();
		NixlException failure = catchThrowableOfType(NixlException.class, transfer::await);
		assertThat(failure.error()).isEqualTo(NixlError.INDETERMINATE);
		assertThat(failure).hasRootCauseMessage("as the script says");
		assertThat(transfer.released()).succeedsWithin(Duration.ofSeconds(60));
		assertThat(transfer.stopped()).isNotDone();
		attempts.get(0).stopped();
		assertThat(transfer.stopped()).succeedsWithin(Duration.ofSeconds(60));
		assertThat(attempts).hasSize(1);
	}

	@Test
	void cancelMeetsTheNextAttempt() throws Exception {
		SplittableRandom random = new SplittableRandom(4);
		AtomicInteger underWay = new AtomicInteger();
		TransferBuilder builder = transfer((events) -> new Request() {

			private final AtomicInteger state = new AtomicInteger();

			@Override
			public void post(long requestId, int attempt) {
				assertThat(underWay.incrementAndGet()).as("one attempt at a time").isOne();
				this.state.set(1);
				if (attempt < 3) {
					TransferMachineTests.this.routeThread.execute(() -> {
						if (this.state.compareAndSet(1, 0)) {
							events.failed(NixlError.PEER_LOST.exception("as the script says"));
							underWay.decrementAndGet();
							events.stopped();
							events.released();
						}
					});
				}
			}

			@Override
			public void stop() {
				if (this.state.compareAndSet(1, 0)) {
					underWay.decrementAndGet();
					events.released();
					events.stopped();
				}
			}

		});
		for (int round = 0; round < 300; round++) {
			Transfer transfer = builder.submit();
			long end = System.nanoTime() + random.nextLong(8_000_000);
			while (System.nanoTime() < end) {
				Thread.onSpinWait();
			}
			assertThat(transfer.cancel()).isTrue();
			assertThat(catchThrowableOfType(NixlException.class, transfer::await).error())
				.isEqualTo(NixlError.CANCELLED);
			transfer.released().get(60, TimeUnit.SECONDS);
			transfer.stopped().get(60, TimeUnit.SECONDS);
			assertThat(underWay).hasValue(0);
		}
		await().until(() -> ((LocalRegion) this.local).holds() == 0);
	}

	@Test
	void sessionThatEndsBetweenTwoAttemptsEndsTheTransfer() {
		TransferBuilder builder = transfer((events) -> new Request() {

			@Override
			public void post(long requestId, int attempt) {
				events.failed(NixlError.PEER_LOST.exception("as the script says"));
				events.released();
			}

		});
		Transfer transfer = builder.submit();
		this.agents.get(1).stop();
		assertThat(catchThrowableOfType(NixlException.class, transfer::await).error()).isEqualTo(NixlError.PEER_LOST);
	}

	@Test
	void attemptsHaveNumbersOfTheirOwn() throws InterruptedException {
		List<Long> numbers = new ArrayList<>();
		PreparedTransfer prepared = transfer((events) -> new Request() {

			@Override
			public void post(long requestId, int attempt) {
				numbers.add(requestId);
				assertThat(attempt).isOne();
				events.done();
			}

		}).prepare();
		for (int i = 0; i < 100; i++) {
			prepared.post();
			prepared.await();
		}
		assertThat(numbers).doesNotHaveDuplicates().hasSize(100);
	}

	@Test
	void deadlinesComeInTheirOrderWhateverTheOrderOfThePosts() throws Exception {
		SplittableRandom random = new SplittableRandom(2);
		List<AttemptEvents> stopped = new ArrayList<>();
		TransferBuilder builder = transfer((events) -> new Request() {

			@Override
			public void post(long requestId, int attempt) {
				// Silent until it is stopped.
			}

			@Override
			public void stop() {
				synchronized (stopped) {
					stopped.add(events);
				}
			}

		});
		List<Duration> timeouts = new ArrayList<>();
		List<Transfer> transfers = new ArrayList<>();
		// A long one first, so that the watch sleeps when a shorter one comes.
		Transfer longest = builder.timeout(Duration.ofMinutes(5)).submit();
		for (int i = 0; i < 100; i++) {
			Duration timeout = Duration.ofMillis(1 + random.nextInt(200));
			timeouts.add(timeout);
			transfers.add(builder.timeout(timeout).submit());
		}
		for (int i = 0; i < transfers.size(); i++) {
			Transfer transfer = transfers.get(i);
			assertThatExceptionOfType(NixlTimeoutException.class).isThrownBy(transfer::await);
			assertThat(((SubmittedTransfer) transfer).resultNanos()).isBetween(timeouts.get(i).toNanos(),
					Duration.ofSeconds(30).toNanos());
		}
		assertThat(longest.result()).isNotDone();
		assertThat(longest.cancel()).isTrue();
		await().until(() -> {
			synchronized (stopped) {
				return stopped.size() == 101;
			}
		});
		assertThat(((LocalRegion) this.local).holds()).isEqualTo(101);
		stopped.forEach((events) -> {
			events.released();
			events.stopped();
		});
		assertThat(((LocalRegion) this.local).holds()).isZero();
	}

	@Test
	void interruptedWaitLeavesTheTransferAlone() throws InterruptedException {
		List<AttemptEvents> attempts = new ArrayList<>();
		PreparedTransfer prepared = transfer((events) -> new Request() {

			@Override
			public void post(long requestId, int attempt) {
				attempts.add(events);
			}

		}).prepare();
		prepared.post();
		Thread.currentThread().interrupt();
		assertThatExceptionOfType(InterruptedException.class).isThrownBy(prepared::await);
		assertThat(prepared.poll()).isFalse();
		attempts.get(0).done();
		prepared.await();
	}

	/**
	 * A request of which a test says what it needs.
	 */
	private abstract static class Request implements RouteRequest {

		@Override
		public void stop() {
			// Ends as the script says.
		}

		@Override
		public void close() {
			// Nothing is kept.
		}

	}

}
