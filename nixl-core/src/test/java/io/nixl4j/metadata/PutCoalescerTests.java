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

package io.nixl4j.metadata;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

import io.nixl4j.memory.Incarnation;
import io.nixl4j.memory.NixlError;
import io.nixl4j.memory.NixlException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class PutCoalescerTests {

	private static final Duration SECOND = Duration.ofSeconds(1);

	private static final Incarnation INCARNATION = new Incarnation(1, 2);

	private static final Predecessors NOBODY = (earlier) -> CompletableFuture
		.completedFuture(Predecessors.Life.UNKNOWN);

	private final ManualScheduler scheduler = new ManualScheduler();

	private final HeldStore store = new HeldStore();

	private final PutCoalescer coalescer = new PutCoalescer(this.store, "e", INCARNATION, NOBODY, SECOND,
			this.scheduler, this.scheduler::nanoTime);

	@AfterEach
	void shutDown() {
		this.scheduler.shutdownNow();
	}

	@Test
	void theFirstCardGoesAtOnceButNotOnTheCallersThread() {
		CompletableFuture<Void> put = this.coalescer.put(card(1));
		assertThat(this.store.calls).isEmpty();
		this.scheduler.advance(Duration.ZERO);
		assertThat(this.store.calls).containsExactly("put 1");
		assertThat(put).isCompleted();
	}

	@Test
	void theStoreIsToldWhomToAskAboutPredecessors() {
		this.coalescer.put(card(1));
		this.scheduler.advance(Duration.ZERO);
		assertThat(this.store.asked).isSameAs(NOBODY);
	}

	@Test
	void withinAnIntervalTheLastCardGoesAndAllWhoWaitedHearOfIt() {
		this.coalescer.put(card(1));
		this.scheduler.advance(Duration.ofMillis(300));
		CompletableFuture<Void> second = this.coalescer.put(card(2));
		CompletableFuture<Void> third = this.coalescer.put(card(3));
		this.scheduler.advance(Duration.ofMillis(699));
		assertThat(this.store.calls).containsExactly("put 1");
		assertThat(second).isNotDone();
		this.scheduler.advance(Duration.ofMillis(1));
		assertThat(this.store.calls).containsExactly("put 1", "put 3");
		assertThat(second).isCompleted();
		assertThat(third).isCompleted();
	}

	@Test
	void aThousandCardsInTenSecondsAreElevenPuts() {
		for (int i = 0; i < 1000; i++) {
			this.coalescer.put(card(i));
			this.scheduler.advance(Duration.ofMillis(10));
			assertThat(this.scheduler.waiting()).isLessThanOrEqualTo(1);
		}
		this.scheduler.advance(SECOND);
		assertThat(this.store.calls).hasSize(11).endsWith("put 999");
		this.scheduler.advance(SECOND);
		assertThat(this.store.calls).as("nothing is put twice").hasSize(11);
	}

	@Test
	void aCardAfterAQuietTimeGoesAtOnce() {
		this.coalescer.put(card(1));
		this.scheduler.advance(Duration.ofSeconds(5));
		this.coalescer.put(card(2));
		this.scheduler.advance(Duration.ZERO);
		assertThat(this.store.calls).containsExactly("put 1", "put 2");
	}

	@Test
	void aSecondPutWaitsForTheStoresAnswerToTheFirst() {
		this.store.hold = true;
		this.coalescer.put(card(1));
		this.scheduler.advance(Duration.ZERO);
		CompletableFuture<Void> second = this.coalescer.put(card(2));
		this.scheduler.advance(Duration.ofSeconds(3));
		assertThat(this.store.calls).containsExactly("put 1");
		this.store.answerOne();
		this.scheduler.advance(Duration.ZERO);
		assertThat(this.store.calls).containsExactly("put 1", "put 2");
		assertThat(second).isNotDone();
		this.store.answerOne();
		assertThat(second).isCompleted();
	}

	@Test
	void aQuickAnswerDoesNotShortenTheInterval() {
		this.store.hold = true;
		this.coalescer.put(card(1));
		this.scheduler.advance(Duration.ZERO);
		this.coalescer.put(card(2));
		this.scheduler.advance(Duration.ofMillis(100));
		this.store.answerOne();
		this.scheduler.advance(Duration.ofMillis(899));
		assertThat(this.store.calls).containsExactly("put 1");
		this.scheduler.advance(Duration.ofMillis(1));
		assertThat(this.store.calls).containsExactly("put 1", "put 2");
	}

	@Test
	void aCardThatIsAskedForShowsTheStateOfTheMomentItIsPut() {
		AtomicLong state = new AtomicLong(1);
		this.coalescer.put(() -> card(state.get()));
		state.set(2);
		this.scheduler.advance(Duration.ZERO);
		this.coalescer.put(() -> card(state.get()));
		state.set(3);
		this.scheduler.advance(SECOND);
		assertThat(this.store.calls).containsExactly("put 2", "put 3");
	}

	@Test
	void aFailureIsToldToWhoWaitedAndTheNextCardGoes() {
		this.store.failure = NixlError.BACKEND.exception("the store is away", null, "put metadata", null);
		CompletableFuture<Void> first = this.coalescer.put(card(1));
		this.scheduler.advance(SECOND);
		assertThat(error(first)).isEqualTo(NixlError.BACKEND);
		this.store.failure = null;
		CompletableFuture<Void> second = this.coalescer.put(card(2));
		this.scheduler.advance(SECOND);
		assertThat(second).isCompleted();
	}

	@Test
	void aStoreThatThrowsDoesNotStopTheNextCard() {
		this.store.thrown = new IllegalStateException("on purpose");
		CompletableFuture<Void> first = this.coalescer.put(card(1));
		this.scheduler.advance(SECOND);
		assertThat(first).isCompletedExceptionally();
		this.store.thrown = null;
		this.coalescer.put(card(2));
		this.scheduler.advance(SECOND);
		assertThat(this.store.calls).endsWith("put 2");
	}

	@Test
	void closingPutsTheLastCardWithoutWaitingForTheInterval() {
		this.coalescer.put(card(1));
		this.scheduler.advance(Duration.ZERO);
		CompletableFuture<Void> second = this.coalescer.put(card(2));
		assertThat(this.coalescer.closed()).isNotDone();
		this.coalescer.close();
		assertThat(this.store.calls).containsExactly("put 1", "put 2");
		assertThat(second).isCompleted();
		assertThat(this.coalescer.closed()).isCompleted();
		assertThat(error(this.coalescer.put(card(3)))).isEqualTo(NixlError.CLOSED);
		this.scheduler.advance(SECOND);
		assertThat(this.store.calls).hasSize(2);
	}

	@Test
	void closingIsThroughWhenTheStoreHasAnswered() {
		this.store.hold = true;
		this.coalescer.put(card(1));
		this.scheduler.advance(Duration.ZERO);
		this.coalescer.put(card(2));
		this.coalescer.close();
		assertThat(this.store.calls).containsExactly("put 1");
		this.store.answerOne();
		assertThat(this.store.calls).containsExactly("put 1", "put 2");
		assertThat(this.coalescer.closed()).isNotDone();
		this.store.answerOne();
		assertThat(this.coalescer.closed()).isCompleted();
	}

	@Test
	void closingWithNothingToPutIsThroughAtOnce() {
		this.coalescer.close();
		this.coalescer.close();
		assertThat(this.coalescer.closed()).isCompleted();
		assertThat(this.store.calls).isEmpty();
	}

	@Test
	void withdrawingDropsTheCardThatWaitsAndDeletesAtOnce() {
		this.coalescer.put(card(1));
		this.scheduler.advance(Duration.ZERO);
		CompletableFuture<Void> second = this.coalescer.put(card(2));
		CompletableFuture<Boolean> withdrawn = this.coalescer.withdraw();
		assertThat(this.store.calls).containsExactly("put 1", "delete e");
		assertThat(withdrawn).isCompletedWithValue(true);
		assertThat(error(second)).isEqualTo(NixlError.CANCELLED);
		this.scheduler.advance(Duration.ofSeconds(5));
		assertThat(this.store.find("e")).as("no late put brings the card back").isEmpty();
	}

	@Test
	void withdrawingWaitsForAPutThatIsOnItsWay() {
		this.store.hold = true;
		this.coalescer.put(card(1));
		this.scheduler.advance(Duration.ZERO);
		CompletableFuture<Boolean> withdrawn = this.coalescer.withdraw();
		CompletableFuture<Boolean> again = this.coalescer.withdraw();
		CompletableFuture<Void> back = this.coalescer.put(card(2));
		assertThat(this.store.calls).containsExactly("put 1");
		this.store.answerOne();
		assertThat(this.store.calls).containsExactly("put 1", "delete e");
		this.store.answerOne();
		assertThat(withdrawn).isCompletedWithValue(true);
		assertThat(again).isCompletedWithValue(true);
		assertThat(back).isNotDone();
		this.scheduler.advance(SECOND);
		this.store.answerOne();
		assertThat(this.store.calls).containsExactly("put 1", "delete e", "put 2");
		assertThat(back).isCompleted();
	}

	@Test
	void aCallerWhoCancelsTakesTheCardFromNobodyElse() {
		CompletableFuture<Void> first = this.coalescer.put(card(1));
		CompletableFuture<Void> second = this.coalescer.put(card(2));
		first.cancel(true);
		this.scheduler.advance(Duration.ZERO);
		assertThat(second).isCompleted();
		assertThat(this.store.calls).containsExactly("put 2");
	}

	@Test
	void aSchedulerThatWasShutDownFailsTheCardTyped() {
		ScheduledExecutorService ended = Executors.newSingleThreadScheduledExecutor();
		ended.shutdown();
		PutCoalescer late = new PutCoalescer(this.store, "e", INCARNATION, NOBODY, SECOND, ended, System::nanoTime);
		assertThat(error(late.put(card(1)))).isEqualTo(NixlError.CLOSED);
		late.close();
		assertThat(late.closed()).isCompleted();
	}

	@Test
	void manyThreadsThatPutAtOnceLeaveTheLastCardOfEachRound() {
		ScheduledExecutorService real = Executors.newSingleThreadScheduledExecutor();
		try (PutCoalescer quick = new PutCoalescer(this.store, "e", INCARNATION, NOBODY, Duration.ofMillis(1), real,
				System::nanoTime)) {
			for (int round = 0; round < 50; round++) {
				List<CompletableFuture<Void>> puts = new ArrayList<>();
				for (int i = 0; i < 20; i++) {
					int count = round * 100 + i;
					puts.add(CompletableFuture.runAsync(() -> quick.put(card(count)).join()));
				}
				CompletableFuture<Void> all = CompletableFuture.allOf(puts.toArray(CompletableFuture[]::new));
				assertThat(all).succeedsWithin(30, TimeUnit.SECONDS);
				CompletableFuture<Void> last = quick.put(card(round * 100 + 99));
				assertThat(last).succeedsWithin(30, TimeUnit.SECONDS);
				assertThat(this.store.get("e")).isEqualTo(card(round * 100 + 99));
			}
		}
		finally {
			real.shutdownNow();
		}
	}

	private static NixlMetadata card(long count) {
		return new NixlMetadata("e", Map.of(), "a",
				NixlMetadata.Additions.none().withIncarnation(INCARNATION).withCapacity(Map.of("count", count)));
	}

	private static NixlError error(CompletableFuture<?> future) {
		assertThat(future).isCompletedExceptionally();
		Throwable failure = future.handle((value, cause) -> cause).join();
		Throwable cause = (failure instanceof NixlException || failure.getCause() == null) ? failure
				: failure.getCause();
		assertThat(cause).isInstanceOf(NixlException.class);
		return ((NixlException) cause).error();
	}

	/**
	 * The store in memory, slow or away when a test wants it so.
	 */
	private static final class HeldStore implements NixlMetadataStore {

		private final NixlMetadataStore real = new InMemoryNixlMetadataStore();

		private final List<String> calls = new ArrayList<>();

		private final Queue<Runnable> held = new ArrayDeque<>();

		private boolean hold;

		private @Nullable NixlException failure;

		private @Nullable RuntimeException thrown;

		private @Nullable Predecessors asked;

		@Override
		public CompletableFuture<Void> put(NixlMetadata metadata, Predecessors predecessors) {
			this.asked = predecessors;
			return put(metadata);
		}

		@Override
		public CompletableFuture<Void> put(NixlMetadata metadata) {
			this.calls.add("put " + metadata.additions().capacity().get("count"));
			if (this.thrown != null) {
				throw this.thrown;
			}
			if (this.failure != null) {
				return CompletableFuture.failedFuture(this.failure);
			}
			return answer(() -> this.real.put(metadata));
		}

		@Override
		public CompletableFuture<Boolean> delete(String engineId, Incarnation incarnation) {
			this.calls.add("delete " + engineId);
			return answer(() -> this.real.delete(engineId, incarnation));
		}

		void answerOne() {
			this.held.remove().run();
		}

		private <T> CompletableFuture<T> answer(Supplier<CompletableFuture<T>> call) {
			if (!this.hold) {
				return call.get();
			}
			CompletableFuture<T> answer = new CompletableFuture<>();
			this.held.add(() -> answer.complete(call.get().join()));
			return answer;
		}

		@Override
		public CompletableFuture<Boolean> delete(String engineId) {
			return this.real.delete(engineId);
		}

		@Override
		public Optional<NixlMetadata> find(String engineId) {
			return this.real.find(engineId);
		}

		@Override
		public List<NixlMetadata> list() {
			return this.real.list();
		}

		@Override
		public Watch watch(Executor executor, Listener listener) {
			return this.real.watch(executor, listener);
		}

		@Override
		public void close() {
			this.real.close();
		}

	}

}
