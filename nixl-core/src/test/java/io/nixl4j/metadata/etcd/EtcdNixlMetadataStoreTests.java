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
package io.nixl4j.metadata.etcd;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import io.etcd.jetcd.ClientBuilder;
import io.nixl4j.memory.NixlError;
import io.nixl4j.memory.NixlException;
import io.nixl4j.metadata.NixlMetadata;
import io.nixl4j.metadata.NixlMetadataCodec;
import io.nixl4j.metadata.NixlMetadataNotFoundException;
import io.nixl4j.metadata.NixlMetadataStore;
import io.nixl4j.metadata.StoreState.Kind;
import io.nixl4j.metadata.etcd.StoreFixtures.Recorder;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static io.nixl4j.metadata.etcd.StoreFixtures.FIRST;
import static io.nixl4j.metadata.etcd.StoreFixtures.SECOND;
import static io.nixl4j.metadata.etcd.StoreFixtures.card;
import static io.nixl4j.metadata.etcd.StoreFixtures.key;
import static io.nixl4j.metadata.etcd.StoreFixtures.options;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * The store on an etcd that is well.
 */
@Tag("etcd")
class EtcdNixlMetadataStoreTests {

	private static final byte[] NONSENSE = { 1, 2, 3 };

	private static EtcdProcess etcd;

	private EtcdNixlMetadataStore store;

	private EtcdNixlMetadataStore other;

	@BeforeAll
	static void startEtcd() {
		etcd = EtcdProcess.start();
	}

	@AfterAll
	static void stopEtcd() {
		etcd.close();
	}

	@BeforeEach
	void open() {
		this.store = EtcdNixlMetadataStore.open(options(etcd));
		this.other = EtcdNixlMetadataStore.open(options(etcd));
	}

	@AfterEach
	void close() {
		this.store.close();
		this.other.close();
		assertThat(etcd.keys("default/nixl_metadata/")).as("what the lease holds goes with it")
			.allMatch((key) -> key.contains("foreign"));
		etcd.ctl("del", "--prefix", "");
	}

	@Test
	void aCardThatWasPutIsInEtcdAndInEveryCopy() {
		NixlMetadata card = card("decode-1", FIRST);
		this.store.put(card).join();
		assertThat(etcd.get(key("decode-1"))).hasValue(NixlMetadataCodec.encode(card));
		assertThat(this.store.get("decode-1")).isEqualTo(card);
		awaitCurrent(this.other);
		assertThat(this.other.get("decode-1")).isEqualTo(card);
		assertThat(this.other.list()).containsExactly(card);
		NixlMetadata later = new NixlMetadata("decode-1", card.memoryDescriptors(), "b", card.additions());
		this.store.put(later).join();
		await().untilAsserted(() -> assertThat(this.other.get("decode-1")).isEqualTo(later));
		assertThat(this.store.delete("decode-1", FIRST).join()).isTrue();
		assertThat(etcd.get(key("decode-1"))).isEmpty();
		assertThat(this.store.find("decode-1")).isEmpty();
		await().untilAsserted(() -> assertThat(this.other.find("decode-1")).isEmpty());
	}

	@Test
	void aStoreThatHasReadNothingYetAsksEtcd() {
		this.store.put(card("worker-10")).join();
		try (EtcdNixlMetadataStore cold = EtcdNixlMetadataStore.open(options(etcd))) {
			assertThat(cold.find("worker-10")).contains(card("worker-10"));
			assertThat(cold.list()).containsExactly(card("worker-10"));
		}
		try (EtcdNixlMetadataStore cold = EtcdNixlMetadataStore.open(options(etcd))) {
			assertThatExceptionOfType(NixlMetadataNotFoundException.class).isThrownBy(() -> cold.get("worker-1"))
				.withMessage("metadata not found for engine worker-1");
		}
	}

	@Test
	void listenersHearOfWhatIsThereAndOfChanges() {
		this.store.put(card("a")).join();
		Recorder recorder = new Recorder();
		awaitCurrent(this.other);
		try (NixlMetadataStore.Watch watch = this.other.watch(recorder)) {
			assertThat(watch).isNotNull();
			await().untilAsserted(() -> assertThat(recorder.heard()).containsExactly("put a"));
			this.store.put(card("b")).join();
			await().untilAsserted(() -> assertThat(recorder.heard()).containsExactly("put a", "put b"));
			this.store.delete("a").join();
			await().untilAsserted(() -> assertThat(recorder.heard()).containsExactly("put a", "put b", "deleted a"));
		}
	}

	@Test
	void aListenerMayUseTheStoreAndWaitForIt() {
		List<NixlMetadata> found = new CopyOnWriteArrayList<>();
		this.other.watch(new NixlMetadataStore.Listener() {

			@Override
			public void put(NixlMetadata metadata) {
				EtcdNixlMetadataStoreTests.this.other.check();
				found.addAll(EtcdNixlMetadataStoreTests.this.other.list());
			}

			@Override
			public void deleted(String engineId) {
			}

		});
		this.store.put(card("a")).join();
		await().untilAsserted(() -> assertThat(found).contains(card("a")));
	}

	@Test
	void theFirstCardOfAnIncarnationTakesTheIdAndTheLoserIsTold() {
		this.store.put(card("e", FIRST)).join();
		awaitCurrent(this.store);
		Recorder recorder = new Recorder();
		this.store.watch(recorder);
		this.other.put(card("e", SECOND)).join();
		await().untilAsserted(() -> assertThat(this.store.get("e").additions().incarnation()).isEqualTo(SECOND));
		await().untilAsserted(() -> assertThat(recorder.heard()).containsExactly("put e", "put e"));
		assertThat(failure(this.store.put(card("e", FIRST))).error()).isEqualTo(NixlError.STALE);
		assertThat(this.store.delete("e", FIRST).join()).isFalse();
		assertThat(NixlMetadataCodec.decode(etcd.get(key("e")).orElseThrow())).isEqualTo(card("e", SECOND));
	}

	@Test
	void theLoserIsToldByItsNextPutIfItHasNotHeardBefore() {
		this.store.put(card("e", FIRST)).join();
		etcd.put(key("e"), NixlMetadataCodec.encode(card("e", SECOND)));
		assertThat(failure(this.store.put(card("e", FIRST))).error()).isEqualTo(NixlError.STALE);
		assertThat(failure(this.store.put(card("e", FIRST))).error()).isEqualTo(NixlError.STALE);
		assertThat(this.store.delete("e").join()).isTrue();
	}

	@Test
	void manyPutsAreUnderWayWithoutAThreadEach() {
		awaitCurrent(this.store);
		Set<Thread> before = Thread.getAllStackTraces().keySet();
		List<CompletableFuture<Void>> puts = IntStream.range(0, 100)
			.mapToObj((i) -> this.store.put(card("many-" + i)))
			.toList();
		Set<Thread> during = Thread.getAllStackTraces().keySet();
		puts.forEach(CompletableFuture::join);
		assertThat(during).filteredOn((thread) -> !before.contains(thread)).hasSizeLessThan(5);
		assertThat(this.store.list()).hasSize(100);
		assertThat(etcd.keys("default/nixl_metadata/")).hasSize(100);
	}

	@Test
	void aLargeCardIsRefusedAndForeignEntriesAreSkipped() {
		awaitCurrent(this.other);
		etcd.put(key("foreign-1"), NONSENSE);
		etcd.put(key("foreign/2"), NONSENSE);
		etcd.put(key("foreign-3"), new byte[300_000]);
		etcd.put(key("foreign-4"), NixlMetadataCodec.encode(card("another")));
		this.store.put(card("good")).join();
		await().untilAsserted(() -> assertThat(this.other.find("good")).isPresent());
		assertThat(this.other.list()).containsExactly(card("good"));
		try (EtcdNixlMetadataStore cold = EtcdNixlMetadataStore.open(options(etcd))) {
			assertThat(cold.find("foreign-4")).isEmpty();
			assertThat(cold.list()).containsExactly(card("good"));
		}
		NixlMetadata large = new NixlMetadata("large",
				IntStream.range(0, 2000)
					.boxed()
					.collect(Collectors.toMap((i) -> "region-" + i,
							(i) -> card("good").memoryDescriptors().values().iterator().next())),
				"agent");
		assertThat(failure(this.store.put(large)).error()).isEqualTo(NixlError.REFUSED);
	}

	@Test
	void moreCardsThanOnePageHasAreRead() {
		List<CompletableFuture<Void>> puts = IntStream.range(0, 600)
			.mapToObj((i) -> this.store.put(card("many-" + i)))
			.toList();
		puts.forEach(CompletableFuture::join);
		try (EtcdNixlMetadataStore cold = EtcdNixlMetadataStore.open(options(etcd))) {
			assertThat(cold.list()).hasSize(600).isEqualTo(this.store.list());
			awaitCurrent(cold);
			assertThat(cold.list()).isEqualTo(this.store.list());
		}
	}

	@Test
	void pagesThatAreTooLargeAreReadInParts() {
		this.store.put(card("small")).join();
		for (int i = 0; i < 20; i++) {
			etcd.put(key("foreign-" + i), new byte[30_000]);
		}
		EtcdOptions narrow = options(etcd)
			.withClientCustomizer((builder) -> ((ClientBuilder) builder).maxInboundMessageSize(100_000));
		try (EtcdNixlMetadataStore cold = EtcdNixlMetadataStore.open(narrow)) {
			assertThat(cold.list()).containsExactly(card("small"));
			awaitCurrent(cold);
			assertThat(cold.list()).containsExactly(card("small"));
		}
	}

	@Test
	void namespacesDoNotSeeEachOther() {
		try (EtcdNixlMetadataStore apart = EtcdNixlMetadataStore.open(options(etcd).withNamespace("default2"))) {
			apart.put(card("foreign-e")).join();
			this.store.put(card("e")).join();
			awaitCurrent(apart);
			assertThat(apart.list()).extracting(NixlMetadata::engineId).containsExactly("foreign-e");
			assertThat(etcd.keys("default2/")).containsExactly("default2/nixl_metadata/foreign-e");
		}
	}

	@Test
	void whatSomebodyElseDeletesStaysDeletedUntilItIsPutAgain() {
		this.store.put(card("e", FIRST)).join();
		awaitCurrent(this.store);
		assertThat(this.other.delete("e").join()).isTrue();
		await().untilAsserted(() -> assertThat(this.store.find("e")).isEmpty());
		await().during(Duration.ofSeconds(2)).untilAsserted(() -> assertThat(etcd.get(key("e"))).isEmpty());
		this.store.put(card("e", FIRST)).join();
		assertThat(etcd.get(key("e"))).isPresent();
	}

	@Test
	void closingEndsEverythingThatWasStarted() {
		this.store.close();
		this.other.close();
		Set<Thread> before = Thread.getAllStackTraces().keySet();
		EtcdNixlMetadataStore third = EtcdNixlMetadataStore.open(options(etcd));
		third.put(card("e", FIRST)).join();
		third.watch(new Recorder());
		awaitCurrent(third);
		third.close();
		third.close();
		assertThat(etcd.get(key("e"))).isEmpty();
		assertThat(failure(third.put(card("e", FIRST))).error()).isEqualTo(NixlError.CLOSED);
		assertThatExceptionOfType(NixlException.class).isThrownBy(third::check)
			.satisfies((ex) -> assertThat(ex.error()).isEqualTo(NixlError.CLOSED));
		await().untilAsserted(() -> assertThat(Thread.getAllStackTraces().keySet())
			.filteredOn((thread) -> !before.contains(thread) && !isOfTheJvm(thread))
			.extracting(Thread::getName)
			.isEmpty());
	}

	private static boolean isOfTheJvm(Thread thread) {
		// Shared by all of a process, they end by themselves when nobody needs them.
		return thread.getName().startsWith("globalEventExecutor") || thread.getName().startsWith("awaitility")
				|| thread.getThreadGroup() == null || thread.getName().startsWith("CompletableFutureDelayScheduler");
	}

	private static void awaitCurrent(EtcdNixlMetadataStore store) {
		await().until(() -> store.state().kind() == Kind.CURRENT);
	}

	private static NixlException failure(CompletableFuture<?> future) {
		try {
			future.join();
		}
		catch (CompletionException ex) {
			return (NixlException) ex.getCause();
		}
		throw new AssertionError("it did not fail");
	}

}
