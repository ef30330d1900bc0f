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

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;

import io.nixl4j.memory.Incarnation;
import io.nixl4j.memory.MemoryType;
import io.nixl4j.memory.NixlError;
import io.nixl4j.memory.NixlException;
import io.nixl4j.memory.Permissions;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.fail;
import static org.awaitility.Awaitility.await;

class InMemoryNixlMetadataStoreTests {

	private static final MemoryDescriptor KV = new MemoryDescriptor(4096, 1 << 20, MemoryType.DRAM, 0,
			Permissions.READ_WRITE);

	private final InMemoryNixlMetadataStore store = new InMemoryNixlMetadataStore();

	@Test
	void anotherAgentFindsTheCardThatWasPut() {
		NixlMetadata card = card("decode-1");
		assertThat(this.store.put(card)).isCompleted();
		assertThat(this.store.get("decode-1")).isEqualTo(card);
		assertThat(this.store.find("decode-1")).contains(card);
		assertThat(this.store.get("decode-1")).as("the decoded card is kept").isSameAs(this.store.get("decode-1"));
	}

	@Test
	void aMissingEngineIsNotFoundThoughAnotherIdBeginsAlike() {
		this.store.put(card("worker-10")).join();
		assertThatExceptionOfType(NixlMetadataNotFoundException.class).isThrownBy(() -> this.store.get("worker-1"))
			.withMessage("metadata not found for engine worker-1")
			.satisfies((ex) -> {
				assertThat(ex.error()).isEqualTo(NixlError.METADATA_NOT_FOUND);
				assertThat(ex.peer()).contains("worker-1");
			});
		assertThat(this.store.find("worker-1")).isEmpty();
	}

	@Test
	void aLaterCardReplacesTheEarlierOne() {
		this.store.put(card("e")).join();
		NixlMetadata later = new NixlMetadata("e", Map.of("kv", KV), "b");
		this.store.put(later).join();
		assertThat(this.store.get("e")).isEqualTo(later);
	}

	@Test
	void cardsAreListedInTheOrderOfTheirIds() {
		for (String id : List.of("c", "\ud83d\ude00", "a", "\uffee", "b")) {
			this.store.put(card(id)).join();
		}
		assertThat(this.store.list()).extracting(NixlMetadata::engineId)
			.containsExactly("a", "b", "c", "\uffee", "\ud83d\ude00");
	}

	@Test
	void aDeletedCardIsGone() {
		this.store.put(card("e")).join();
		assertThat(this.store.delete("e").join()).isTrue();
		assertThat(this.store.find("e")).isEmpty();
		assertThat(this.store.delete("e").join()).isFalse();
	}

	@Test
	void aReplacedIncarnationNeitherDeletesNorPutsAnyMore() {
		Incarnation first = new Incarnation(1, 1);
		Incarnation second = new Incarnation(2, 2);
		this.store.put(card("e", first)).join();
		this.store.put(card("e", second)).join();
		assertThat(this.store.delete("e", first).join()).isFalse();
		NixlException refused = failure(this.store.put(card("e", first)));
		assertThat(refused.error()).isEqualTo(NixlError.STALE);
		assertThat(refused).hasMessageContaining("'e'");
		assertThat(this.store.get("e").additions().incarnation()).isEqualTo(second);
		assertThat(this.store.put(card("f", first))).as("another engine id is its own matter").isCompleted();
		assertThat(this.store.delete("e", second).join()).isTrue();
		assertThat(failure(this.store.put(card("e", first))).error()).isEqualTo(NixlError.STALE);
		assertThat(this.store.put(card("e", second))).as("who left may come back").isCompleted();
	}

	@Test
	void anEngineIdIsKeptByAnIncarnationThatLivesAndTakenFromOneThatIsGone() {
		Incarnation first = new Incarnation(1, 1);
		Incarnation second = new Incarnation(2, 2);
		this.store.put(card("e", first)).join();
		List<String> asked = new ArrayList<>();
		NixlException refused = failure(this.store.put(card("e", second), asked(Predecessors.Life.ALIVE, asked)));
		assertThat(refused.error()).isEqualTo(NixlError.REFUSED);
		assertThat(refused).hasMessageContainingAll("'e'", "'agent of 1'", "an engine id of its own");
		assertThat(this.store.get("e").additions().incarnation()).isEqualTo(first);
		assertThat(this.store.put(card("e", second), asked(Predecessors.Life.GONE, asked))).isCompleted();
		assertThat(this.store.get("e").additions().incarnation()).isEqualTo(second);
		assertThat(failure(this.store.put(card("e", first), asked(Predecessors.Life.GONE, asked))).error())
			.as("who lost the id does not get it back")
			.isEqualTo(NixlError.STALE);
		assertThat(asked).containsExactly("e 1", "e 1");
	}

	@Test
	void anEngineIdIsTakenWhereNothingIsKnownBecauseThereAreNoLeases() {
		this.store.put(card("e", new Incarnation(1, 1))).join();
		this.store.put(card("f", new Incarnation(1, 1))).join();
		this.store.put(card("g", new Incarnation(1, 1))).join();
		Incarnation second = new Incarnation(2, 2);
		assertThat(this.store.put(card("e", second), asked(Predecessors.Life.UNKNOWN, new ArrayList<>())))
			.isCompleted();
		assertThat(this.store.put(card("f", second),
				(earlier) -> CompletableFuture.failedFuture(new IllegalStateException("on purpose"))))
			.isCompleted();
		assertThat(this.store.put(card("g", second), (earlier) -> {
			throw new IllegalStateException("on purpose");
		})).isCompleted();
		assertThat(this.store.list()).extracting((card) -> card.additions().incarnation()).containsOnly(second);
	}

	@Test
	void nobodyIsAskedAboutOnesOwnEarlierCardOrAboutOneOfNoIncarnation() {
		Incarnation first = new Incarnation(1, 1);
		Predecessors nobody = (earlier) -> fail("nobody is in the way");
		assertThat(this.store.put(card("e", first), nobody)).isCompleted();
		assertThat(this.store.put(card("e", first), nobody)).isCompleted();
		this.store.put(card("f")).join();
		assertThat(this.store.put(card("f", first), nobody)).isCompleted();
	}

	@Test
	void whoTakesAnEngineIdMeanwhileIsAskedAboutToo() {
		Incarnation first = new Incarnation(1, 1);
		Incarnation third = new Incarnation(3, 3);
		this.store.put(card("e", first)).join();
		Map<Long, CompletableFuture<Predecessors.Life>> answers = new HashMap<>();
		CompletableFuture<Void> put = this.store.put(card("e", new Incarnation(2, 2)),
				(earlier) -> answers.computeIfAbsent(number(earlier), (number) -> new CompletableFuture<>()));
		assertThat(answers).containsOnlyKeys(1L);
		this.store.put(card("e", third)).join();
		answers.get(1L).complete(Predecessors.Life.GONE);
		assertThat(put).isNotDone();
		answers.get(3L).complete(Predecessors.Life.ALIVE);
		assertThat(failure(put).error()).isEqualTo(NixlError.REFUSED);
		assertThat(this.store.get("e").additions().incarnation()).isEqualTo(third);
	}

	@Test
	void aCardThatIsTooLargeIsRefusedAndChangesNothing() {
		Map<String, MemoryDescriptor> regions = new HashMap<>();
		IntStream.range(0, 2000).forEach((i) -> regions.put("region-" + i, KV));
		this.store.put(card("e")).join();
		List<String> events = new ArrayList<>();
		this.store.watch(recorder(events));
		assertThat(failure(this.store.put(new NixlMetadata("e", regions, "a"))).error()).isEqualTo(NixlError.REFUSED);
		assertThat(this.store.get("e")).isEqualTo(card("e"));
		assertThat(events).containsExactly("put e");
	}

	@Test
	void aWatchTellsWhatIsThereAndThenWhatChanges() {
		this.store.put(card("b")).join();
		this.store.put(card("a")).join();
		List<String> events = new ArrayList<>();
		NixlMetadataStore.Watch watch = this.store.watch(recorder(events));
		assertThat(events).containsExactly("put a", "put b");
		this.store.put(card("c")).join();
		this.store.delete("a").join();
		this.store.delete("a").join();
		this.store.put(card("b")).join();
		watch.close();
		this.store.put(card("d")).join();
		assertThat(events).containsExactly("put a", "put b", "put c", "deleted a", "put b");
	}

	@Test
	void aListenerThatThrowsEndsNeitherItsWatchNorTheStore() {
		List<String> events = new ArrayList<>();
		NixlMetadataStore.Listener recorder = recorder(events);
		this.store.watch(new NixlMetadataStore.Listener() {

			@Override
			public void put(NixlMetadata metadata) {
				recorder.put(metadata);
				throw new IllegalStateException("on purpose");
			}

			@Override
			public void deleted(String engineId) {
				recorder.deleted(engineId);
			}

		});
		assertThat(this.store.put(card("a"))).isCompleted();
		this.store.delete("a").join();
		assertThat(events).containsExactly("put a", "deleted a");
	}

	@Test
	void otherThreadsUseTheStoreWhileAListenerIsCalled() {
		List<String> events = Collections.synchronizedList(new ArrayList<>());
		this.store.watch(new NixlMetadataStore.Listener() {

			@Override
			public void put(NixlMetadata metadata) {
				events.add("put " + metadata.engineId());
				if (metadata.engineId().equals("a")) {
					CompletableFuture<Void> other = CompletableFuture.runAsync(() -> {
						InMemoryNixlMetadataStoreTests.this.store.put(card("b")).join();
						InMemoryNixlMetadataStoreTests.this.store.watch(recorder(new ArrayList<>())).close();
						assertThat(InMemoryNixlMetadataStoreTests.this.store.list()).hasSize(2);
					});
					assertThat(other).succeedsWithin(10, TimeUnit.SECONDS);
				}
			}

			@Override
			public void deleted(String engineId) {
				fail("nothing is deleted");
			}

		});
		this.store.put(card("a")).join();
		await().untilAsserted(() -> assertThat(events).containsExactly("put a", "put b"));
	}

	@Test
	void aListenerMayChangeTheStoreAndEndItsWatch() {
		List<String> events = new ArrayList<>();
		NixlMetadataStore.Listener recorder = recorder(events);
		List<NixlMetadataStore.Watch> watches = new ArrayList<>();
		watches.add(this.store.watch(new NixlMetadataStore.Listener() {

			@Override
			public void put(NixlMetadata metadata) {
				recorder.put(metadata);
				InMemoryNixlMetadataStoreTests.this.store.delete(metadata.engineId()).join();
			}

			@Override
			public void deleted(String engineId) {
				recorder.deleted(engineId);
				watches.get(0).close();
			}

		}));
		this.store.put(card("a")).join();
		this.store.put(card("b")).join();
		assertThat(events).containsExactly("put a", "deleted a");
	}

	@Test
	void aSlowListenerHearsOfLastStatesOnly() {
		Queue<Runnable> executor = new ArrayDeque<>();
		List<String> events = new ArrayList<>();
		this.store.watch(executor::add, recorder(events));
		this.store.put(card("a")).join();
		this.store.put(card("b")).join();
		this.store.delete("a").join();
		for (int i = 0; i < 100; i++) {
			this.store.put(card("c")).join();
		}
		assertThat(executor).hasSize(1);
		executor.remove().run();
		assertThat(events).containsExactly("put b", "deleted a", "put c");
		this.store.delete("b").join();
		executor.remove().run();
		assertThat(events).endsWith("deleted b");
	}

	@Test
	void aClosedWatchCallsNobodyThoughChangesWait() {
		Queue<Runnable> executor = new ArrayDeque<>();
		List<String> events = new ArrayList<>();
		NixlMetadataStore.Watch watch = this.store.watch(executor::add, recorder(events));
		this.store.put(card("a")).join();
		watch.close();
		executor.remove().run();
		assertThat(events).isEmpty();
	}

	@Test
	void anExecutorThatRefusesEndsItsWatchAndNothingElse() {
		List<String> events = new ArrayList<>();
		this.store.watch((task) -> {
			events.add("refused");
			throw new RejectedExecutionException("on purpose");
		}, recorder(events));
		List<String> others = new ArrayList<>();
		this.store.watch(recorder(others));
		assertThat(this.store.put(card("a"))).isCompleted();
		assertThat(this.store.put(card("b"))).isCompleted();
		assertThat(events).containsExactly("refused");
		assertThat(others).containsExactly("put a", "put b");
	}

	@Test
	void aClosedStoreTakesNoCardsButCanBeReadAndCleared() {
		List<String> events = new ArrayList<>();
		this.store.put(card("a")).join();
		this.store.watch(recorder(events));
		this.store.close();
		this.store.close();
		assertThat(failure(this.store.put(card("b"))).error()).isEqualTo(NixlError.CLOSED);
		assertThatExceptionOfType(NixlException.class).isThrownBy(() -> this.store.watch(recorder(events)))
			.satisfies((ex) -> assertThat(ex.error()).isEqualTo(NixlError.CLOSED));
		assertThat(this.store.get("a")).isEqualTo(card("a"));
		assertThat(this.store.delete("a").join()).isTrue();
		assertThat(events).containsExactly("put a");
	}

	@Test
	void agentsThatPutAtTheSameTimeAreAllSeenInOrder()
			throws ExecutionException, InterruptedException, TimeoutException {
		int agents = 4;
		int puts = 500;
		Map<String, Long> last = new ConcurrentHashMap<>();
		List<String> outOfOrder = Collections.synchronizedList(new ArrayList<>());
		ExecutorService callbacks = Executors.newFixedThreadPool(2);
		ExecutorService writers = Executors.newFixedThreadPool(agents);
		try {
			this.store.watch(callbacks, new NixlMetadataStore.Listener() {

				@Override
				public void put(NixlMetadata metadata) {
					long count = metadata.additions().capacity().getOrDefault("count", -1L);
					Long earlier = last.put(metadata.engineId(), count);
					if (earlier != null && earlier >= count) {
						outOfOrder.add(metadata.engineId() + " " + earlier + " then " + count);
					}
				}

				@Override
				public void deleted(String engineId) {
					outOfOrder.add("deleted " + engineId);
				}

			});
			List<Future<?>> running = new ArrayList<>();
			for (int agent = 0; agent < agents; agent++) {
				String engineId = "engine-" + agent;
				running.add(writers.submit(() -> {
					for (long count = 1; count <= puts; count++) {
						NixlMetadata card = new NixlMetadata(engineId, Map.of(), "a",
								NixlMetadata.Additions.none().withCapacity(Map.of("count", count)));
						this.store.put(card).join();
						assertThat(this.store.get(engineId)).isEqualTo(card);
					}
				}));
			}
			for (Future<?> writer : running) {
				writer.get(60, TimeUnit.SECONDS);
			}
			await().untilAsserted(() -> assertThat(last).hasSize(agents)
				.allSatisfy((engineId, count) -> assertThat(count).isEqualTo(puts)));
			assertThat(outOfOrder).isEmpty();
		}
		finally {
			writers.shutdownNow();
			callbacks.shutdownNow();
		}
	}

	private static NixlMetadata card(String engineId) {
		return new NixlMetadata(engineId, Map.of("kv", KV), "agent of " + engineId.length());
	}

	private static NixlMetadata card(String engineId, Incarnation incarnation) {
		return card(engineId).withAdditions(NixlMetadata.Additions.none().withIncarnation(incarnation));
	}

	private static Predecessors asked(Predecessors.Life answer, List<String> asked) {
		return (earlier) -> {
			asked.add(earlier.engineId() + " " + number(earlier));
			return CompletableFuture.completedFuture(answer);
		};
	}

	private static long number(NixlMetadata card) {
		return ByteBuffer.wrap(Objects.requireNonNull(card.additions().incarnation()).toBytes()).getLong();
	}

	private static NixlMetadataStore.Listener recorder(List<String> events) {
		return new NixlMetadataStore.Listener() {

			@Override
			public void put(NixlMetadata metadata) {
				events.add("put " + metadata.engineId());
			}

			@Override
			public void deleted(String engineId) {
				events.add("deleted " + engineId);
			}

		};
	}

	private static NixlException failure(CompletableFuture<?> future) {
		assertThat(future).isCompletedExceptionally();
		Throwable failure = future.handle((value, cause) -> cause).join();
		assertThat(failure).isInstanceOf(NixlException.class);
		return (NixlException) failure;
	}

}
