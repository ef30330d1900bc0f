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

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.nixl4j.memory.Incarnation;
import io.nixl4j.memory.MemoryType;
import io.nixl4j.memory.NixlError;
import io.nixl4j.memory.NixlException;
import io.nixl4j.memory.Permissions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

/**
 * What every {@link NixlMetadataStore} does. Two stores look at the same cards, as two
 * agents have them: one writes, the other reads, which it may do a little behind.
 */
public abstract class MetadataStoreContract {

	private static final MemoryDescriptor KV = new MemoryDescriptor(4096, 1 << 20, MemoryType.DRAM, 0,
			Permissions.READ_WRITE);

	private static final Incarnation FIRST = new Incarnation(1, 1);

	private static final Incarnation SECOND = new Incarnation(2, 2);

	private static final String COUNT = "count";

	private static final int IN_FLIGHT = 100;

	/** Far fewer than one for each that is in flight. */
	private static final int FEW_THREADS = 20;

	private final List<String> events = Collections.synchronizedList(new ArrayList<>());

	/** Writes what {@link #reader} is to see. */
	protected NixlMetadataStore writer = new InMemoryNixlMetadataStore();

	/** Looks at the same cards. */
	protected NixlMetadataStore reader = this.writer;

	/**
	 * Opens a store.
	 * @return looks at the same cards as the others of the same test
	 * @throws Exception if that fails
	 */
	protected abstract NixlMetadataStore open() throws Exception;

	/**
	 * Begins a test: the stores that are opened from now on look at no cards of before.
	 */
	protected abstract void begin();

	@BeforeEach
	void openBoth() throws Exception {
		this.events.clear();
		begin();
		this.writer = open();
		this.reader = open();
	}

	@AfterEach
	void closeBoth() {
		this.reader.close();
		this.writer.close();
	}

	@Test
	void aCardThatWasPutIsFoundByOthersAndByItsWriterAtOnce() {
		NixlMetadata card = card("decode-1").withAdditions(NixlMetadata.Additions.none()
			.withIncarnation(FIRST)
			.withSessionEndpoint("[::1]:7400")
			.withRoles(List.of("decode"))
			.withCapacity(Map.of("blocks", 9L))
			.withModel("model")
			.withZone("zone"));
		done(this.writer.put(card));
		assertThat(this.writer.get("decode-1")).isEqualTo(card);
		await().untilAsserted(() -> assertThat(this.reader.find("decode-1")).contains(card));
		assertThat(this.reader.get("decode-1")).isEqualTo(card);
	}

	@Test
	void aMissingEngineIsNotFoundThoughAnotherIdBeginsAlike() {
		done(this.writer.put(card("worker-10")));
		await().until(() -> this.reader.find("worker-10").isPresent());
		assertThat(this.reader.find("worker-1")).isEmpty();
		assertThatExceptionOfType(NixlMetadataNotFoundException.class).isThrownBy(() -> this.reader.get("worker-1"))
			.withMessage("metadata not found for engine worker-1");
		assertThat(done(this.writer.delete("worker-1"))).isFalse();
		assertThat(this.writer.find("worker-10")).isPresent();
	}

	@Test
	void aLaterCardReplacesTheEarlierOne() {
		done(this.writer.put(card("e", FIRST)));
		NixlMetadata later = new NixlMetadata("e", Map.of("other", KV), "b",
				NixlMetadata.Additions.none().withIncarnation(FIRST));
		done(this.writer.put(later));
		await().untilAsserted(() -> assertThat(this.reader.find("e")).contains(later));
		assertThat(this.reader.list()).containsExactly(later);
	}

	@Test
	void cardsAreListedInTheOrderOfTheBytesOfTheirIds() {
		List<String> ids = List.of("c", "\ud83d\ude00", "a", "\uffee", "b", "a b", "a.b");
		ids.forEach((id) -> done(this.writer.put(card(id))));
		await().untilAsserted(() -> assertThat(this.reader.list()).extracting(NixlMetadata::engineId)
			.containsExactly("a", "a b", "a.b", "b", "c", "\uffee", "\ud83d\ude00"));
	}

	@Test
	void aDeletedCardIsGoneForOthersToo() {
		done(this.writer.put(card("e")));
		await().until(() -> this.reader.find("e").isPresent());
		assertThat(done(this.writer.delete("e"))).isTrue();
		assertThat(this.writer.find("e")).isEmpty();
		await().until(() -> this.reader.find("e").isEmpty());
		assertThat(done(this.writer.delete("e"))).isFalse();
	}

	@Test
	void aCardMayBeDeletedByWhomeverReadsIt() {
		done(this.writer.put(card("e", FIRST)));
		assertThat(done(this.reader.delete("e"))).isTrue();
		await().until(() -> this.writer.find("e").isEmpty());
	}

	@Test
	void aReplacedIncarnationNeitherDeletesNorPutsAnyMore() {
		done(this.writer.put(card("e", FIRST)));
		done(this.reader.put(card("e", SECOND)));
		assertThat(done(this.writer.delete("e", FIRST))).isFalse();
		NixlException refused = failure(this.writer.put(card("e", FIRST)));
		assertThat(refused.error()).isEqualTo(NixlError.STALE);
		assertThat(refused).hasMessageContaining("'e'");
		assertThat(this.reader.get("e").additions().incarnation()).isEqualTo(SECOND);
		done(this.writer.put(card("f", FIRST)));
		assertThat(done(this.reader.delete("e", SECOND))).isTrue();
		done(this.reader.put(card("e", SECOND)));
		await().untilAsserted(() -> assertThat(this.writer.find("e")).contains(card("e", SECOND)));
	}

	@Test
	void aCardThatIsTooLargeIsRefusedAndChangesNothing() {
		Map<String, MemoryDescriptor> regions = new HashMap<>();
		IntStream.range(0, 2000).forEach((i) -> regions.put("region-" + i, KV));
		done(this.writer.put(card("e")));
		NixlException refused = failure(this.writer.put(new NixlMetadata("e", regions, "a")));
		assertThat(refused.error()).isEqualTo(NixlError.REFUSED);
		assertThat(refused).hasMessageContaining("65536");
		await().untilAsserted(() -> assertThat(this.reader.find("e")).contains(card("e")));
		assertThat(this.writer.get("e")).isEqualTo(card("e"));
	}

	@Test
	void theLargestCardIsCarried() {
		Map<String, MemoryDescriptor> regions = new HashMap<>();
		IntStream.range(0, 700).forEach((i) -> regions.put("region-" + i, KV));
		NixlMetadata large = new NixlMetadata("e", regions, "a");
		assertThat(NixlMetadataCodec.encode(large)).hasSizeGreaterThan(NixlMetadataCodec.MAX_CARD_BYTES / 2);
		done(this.writer.put(large));
		await().untilAsserted(() -> assertThat(this.reader.find("e")).contains(large));
	}

	@Test
	void aWatchTellsWhatIsThereAndThenEachChangeInOrder() {
		done(this.writer.put(card("b")));
		done(this.writer.put(card("a")));
		await().until(() -> this.reader.list().size() == 2);
		NixlMetadataStore.Watch watch = this.reader.watch(recorder());
		heard("put a", "put b");
		done(this.writer.put(card("c")));
		heard("put a", "put b", "put c");
		done(this.writer.delete("a"));
		heard("put a", "put b", "put c", "deleted a");
		done(this.writer.put(card("a")));
		heard("put a", "put b", "put c", "deleted a", "put a");
		watch.close();
		List<String> later = Collections.synchronizedList(new ArrayList<>());
		this.reader.watch(Runnable::run, new Recorder(later));
		done(this.writer.put(card("d")));
		await().until(() -> later.contains("put d"));
		assertThat(this.events).doesNotContain("put d");
	}

	@Test
	void aWatchMissesNothingAndGoesNeverBack() throws Exception {
		int engines = 5;
		long puts = 400;
		Map<String, Long> last = new HashMap<>();
		List<Long> order = Collections.synchronizedList(new ArrayList<>());
		try (NixlMetadataStore.Watch watch = this.reader.watch(new NixlMetadataStore.Listener() {

			@Override
			public void put(NixlMetadata metadata) {
				order.add(count(metadata));
			}

			@Override
			public void deleted(String engineId) {
				order.add(-1L);
			}

		})) {
			assertThat(watch).isNotNull();
			for (long count = 1; count <= puts; count++) {
				String engine = "engine-" + count % engines;
				done(this.writer.put(counted(engine, count)));
				last.put(engine, count);
			}
			await().until(() -> order.contains(puts));
		}
		assertThat(order).isSorted().doesNotHaveDuplicates().doesNotContain(-1L);
		assertThat(order).as("the last of each").containsAll(last.values());
		last.forEach((engine, count) -> assertThat(count(this.reader.get(engine))).isEqualTo(count));
	}

	@Test
	void aWatchThatBeginsWhileCardsArePutEndsWithTheLastOfEach() throws Exception {
		ExecutorService other = Executors.newSingleThreadExecutor();
		try {
			for (int round = 0; round < 10; round++) {
				int first = round * 20;
				Future<?> puts = other.submit(() -> IntStream.rangeClosed(first + 1, first + 20)
					.forEach((count) -> done(this.writer.put(counted("e", count)))));
				List<Long> counts = Collections.synchronizedList(new ArrayList<>());
				try (NixlMetadataStore.Watch watch = this.reader.watch(new NixlMetadataStore.Listener() {

					@Override
					public void put(NixlMetadata metadata) {
						counts.add(count(metadata));
					}

					@Override
					public void deleted(String engineId) {
						counts.add(-1L);
					}

				})) {
					assertThat(watch).isNotNull();
					puts.get(60, TimeUnit.SECONDS);
					await().until(() -> counts.contains((long) first + 20));
				}
				assertThat(counts).isSorted().doesNotHaveDuplicates();
			}
		}
		finally {
			other.shutdownNow();
		}
	}

	@Test
	void aSlowListenerHearsOfLastStatesOnly() {
		Queue<Runnable> executor = new ConcurrentLinkedQueue<>();
		this.reader.watch(executor::add, recorder());
		done(this.writer.put(card("a")));
		done(this.writer.put(card("b")));
		done(this.writer.delete("a"));
		for (int count = 1; count <= 50; count++) {
			done(this.writer.put(counted("c", count)));
		}
		await().until(() -> this.reader.find("c").filter((card) -> count(card) == 50).isPresent());
		await().until(() -> !executor.isEmpty());
		assertThat(executor).as("one call at a time").hasSize(1);
		executor.remove().run();
		heard("put b", "deleted a", "put c");
		done(this.writer.delete("b"));
		await().until(() -> !executor.isEmpty());
		executor.remove().run();
		assertThat(this.events).endsWith("deleted b");
	}

	@Test
	void aListenerThatThrowsEndsNothing() {
		NixlMetadataStore.Listener recorder = recorder();
		this.reader.watch(new NixlMetadataStore.Listener() {

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
		done(this.writer.put(card("a")));
		heard("put a");
		done(this.writer.delete("a"));
		heard("put a", "deleted a");
	}

	@Test
	void aListenerWithAnExecutorMayUseTheStoreAndWaitForIt() {
		ExecutorService executor = Executors.newSingleThreadExecutor();
		try {
			NixlMetadataStore.Listener recorder = recorder();
			this.reader.watch(executor, new NixlMetadataStore.Listener() {

				@Override
				public void put(NixlMetadata metadata) {
					recorder.put(metadata);
					done(MetadataStoreContract.this.reader.delete(metadata.engineId()));
				}

				@Override
				public void deleted(String engineId) {
					recorder.deleted(engineId);
				}

			});
			done(this.writer.put(card("a")));
			heard("put a", "deleted a");
		}
		finally {
			executor.shutdownNow();
		}
	}

	@Test
	void aClosedWatchCallsNobodyThoughChangesWait() {
		Queue<Runnable> executor = new ConcurrentLinkedQueue<>();
		NixlMetadataStore.Watch watch = this.reader.watch(executor::add, recorder());
		done(this.writer.put(card("a")));
		await().until(() -> !executor.isEmpty());
		watch.close();
		executor.remove().run();
		assertThat(this.events).isEmpty();
	}

	@Test
	void aClosedStoreTakesNoCardsAndTellsNothing() {
		this.reader.watch(recorder());
		done(this.writer.put(card("a")));
		heard("put a");
		this.reader.close();
		this.reader.close();
		assertThat(failure(this.reader.put(card("b"))).error()).isEqualTo(NixlError.CLOSED);
		assertThatExceptionOfType(NixlException.class).isThrownBy(() -> this.reader.watch(recorder()))
			.satisfies((ex) -> assertThat(ex.error()).isEqualTo(NixlError.CLOSED));
		assertThat(this.events).containsExactly("put a");
	}

	@Test
	void manyPutsInFlightTakeNoThreadEach() {
		done(this.writer.put(card("before")));
		int threads = Thread.activeCount();
		List<CompletableFuture<Void>> puts = IntStream.range(0, IN_FLIGHT)
			.mapToObj((i) -> this.writer.put(card("engine-%03d".formatted(i))))
			.toList();
		assertThat(Thread.activeCount() - threads).isLessThan(FEW_THREADS);
		puts.forEach(MetadataStoreContract::done);
		List<String> expected = Stream
			.concat(Stream.of("before"), IntStream.range(0, IN_FLIGHT).mapToObj("engine-%03d"::formatted))
			.toList();
		await().untilAsserted(() -> assertThat(this.reader.list()).extracting(NixlMetadata::engineId)
			.containsExactlyElementsOf(expected));
	}

	@Test
	void putsOfOneEngineInFlightEndWithTheLastOne() {
		List<CompletableFuture<Void>> puts = IntStream.rangeClosed(1, IN_FLIGHT)
			.mapToObj((count) -> this.writer.put(counted("e", count)))
			.toList();
		puts.forEach(MetadataStoreContract::done);
		assertThat(count(this.writer.get("e"))).isEqualTo(IN_FLIGHT);
		await().untilAsserted(() -> assertThat(count(this.reader.get("e"))).isEqualTo(IN_FLIGHT));
	}

	@Test
	void agentsThatPutAtTheSameTimeAreAllSeenInOrder() throws Exception {
		int agents = 4;
		long puts = 100;
		List<String> outOfOrder = Collections.synchronizedList(new ArrayList<>());
		Map<String, Long> last = Collections.synchronizedMap(new HashMap<>());
		ExecutorService writers = Executors.newFixedThreadPool(agents);
		try {
			this.reader.watch(new NixlMetadataStore.Listener() {

				@Override
				public void put(NixlMetadata metadata) {
					Long earlier = last.put(metadata.engineId(), count(metadata));
					if (earlier != null && earlier >= count(metadata)) {
						outOfOrder.add(metadata.engineId() + " " + earlier + " then " + count(metadata));
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
						done(this.writer.put(counted(engineId, count)));
						assertThat(count(this.writer.get(engineId))).isEqualTo(count);
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
		}
	}

	/**
	 * Makes a card without additions.
	 * @param engineId the engine
	 * @return the card
	 */
	protected static NixlMetadata card(String engineId) {
		return new NixlMetadata(engineId, Map.of("kv", KV), "agent of " + engineId.length());
	}

	/**
	 * Makes a card of an incarnation.
	 * @param engineId the engine
	 * @param incarnation who writes it
	 * @return the card
	 */
	protected static NixlMetadata card(String engineId, Incarnation incarnation) {
		return card(engineId).withAdditions(NixlMetadata.Additions.none().withIncarnation(incarnation));
	}

	private static NixlMetadata counted(String engineId, long count) {
		return card(engineId).withAdditions(NixlMetadata.Additions.none().withCapacity(Map.of(COUNT, count)));
	}

	private static long count(NixlMetadata card) {
		return card.additions().capacity().getOrDefault(COUNT, 0L);
	}

	/**
	 * Waits for a future that must succeed.
	 * @param <T> what it gives
	 * @param future the future
	 * @return its value
	 */
	protected static <T> T done(CompletableFuture<T> future) {
		assertThat(future).succeedsWithin(10, TimeUnit.SECONDS);
		return future.join();
	}

	/**
	 * Waits for a future that must fail.
	 * @param future the future
	 * @return why it failed
	 */
	protected static NixlException failure(CompletableFuture<?> future) {
		Throwable failure = catchThrowable(() -> future.get(10, TimeUnit.SECONDS));
		assertThat(failure).isInstanceOf(ExecutionException.class).hasCauseInstanceOf(NixlException.class);
		return (NixlException) failure.getCause();
	}

	private NixlMetadataStore.Listener recorder() {
		return new Recorder(this.events);
	}

	private void heard(String... expected) {
		await().untilAsserted(() -> assertThat(this.events).containsExactly(expected));
	}

	/**
	 * Writes down what it hears.
	 *
	 * @param events where to
	 */
	private record Recorder(List<String> events) implements NixlMetadataStore.Listener {

		@Override
		public void put(NixlMetadata metadata) {
			this.events.add("put " + metadata.engineId());
		}

		@Override
		public void deleted(String engineId) {
			this.events.add("deleted " + engineId);
		}

	}

}
