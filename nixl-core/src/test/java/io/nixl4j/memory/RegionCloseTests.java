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

package io.nixl4j.memory;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

class RegionCloseTests {

	private static final RegionOptions OPTIONS = RegionOptions.of("kv");

	private static final Duration NEVER = Duration.ofHours(1);

	private static final Duration SOON = Duration.ofMillis(20);

	private final CountingMemory memory = new CountingMemory();

	private final ExecutorService executor = Executors.newFixedThreadPool(2,
			(task) -> new Thread(task, "nixl-test-callback"));

	@AfterEach
	void stop() throws InterruptedException {
		this.executor.shutdown();
		assertThat(this.executor.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
	}

	@Test
	void memoryIsFreedOnceNobodyHoldsIt() {
		RegionTable table = table(NEVER);
		LocalRegion region = table.allocate(4096, OPTIONS);
		assertThat(region.hold()).isTrue();
		assertThat(region.hold()).isTrue();
		region.close();
		region.window(0).putLong(8, 42);
		region.unhold();
		assertThat(region.closed()).isNotDone();
		assertThat(region.window(0).getLong(8)).isEqualTo(42);
		assertThat(this.memory.freed).hasValue(0);
		region.unhold();
		assertThat(region.closed()).succeedsWithin(10, TimeUnit.SECONDS);
		assertThat(this.memory.freed).hasValue(1);
		assertThat(table.byId(region.id())).isEmpty();
	}

	@Test
	void memoryIsFreedOnceEveryGranteeProved() {
		RegionTable table = table(NEVER);
		Grantees first = new Grantees();
		Grantees second = new Grantees();
		table.addListener(first);
		table.addListener(second);
		LocalRegion region = table.allocate(4096, OPTIONS);
		region.close();
		region.close();
		assertThat(first.events).containsExactly("opened 1", "withdraw 1");
		assertThat(second.events).containsExactly("opened 1", "withdraw 1");
		first.proof.complete(null);
		assertThat(region.closed()).isNotDone();
		assertThat(this.memory.freed).hasValue(0);
		assertThat(table.byId(region.id())).contains(region);
		second.proof.complete(null);
		assertThat(region.closed()).succeedsWithin(10, TimeUnit.SECONDS);
		assertThat(this.memory.freed).hasValue(1);
	}

	@Test
	void closedCompletesOnTheExecutor() throws Exception {
		RegionTable table = table(NEVER);
		LocalRegion region = table.allocate(4096, OPTIONS);
		region.hold();
		region.close();
		CompletableFuture<String> thread = region.closed().thenApply((closed) -> Thread.currentThread().getName());
		region.unhold();
		assertThat(thread.get(10, TimeUnit.SECONDS)).isEqualTo("nixl-test-callback");
	}

	@Test
	void proofThatComesLateFreesFromQuarantine() {
		RegionTable table = table(SOON);
		Grantees grantees = new Grantees();
		table.addListener(grantees);
		Instant before = Instant.now();
		LocalRegion region = table.allocate(4096, OPTIONS);
		assertThat(table.quarantined()).isEmpty();
		region.close();
		await().untilAsserted(() -> assertThat(table.quarantined()).hasSize(1));
		Quarantine quarantine = table.quarantined().get(0);
		assertThat(quarantine.region()).isEqualTo("kv");
		assertThat(quarantine.regionId()).isEqualTo(region.id());
		assertThat(quarantine.bytes()).isEqualTo(4096);
		assertThat(quarantine.since()).isBetween(before, Instant.now());
		assertThat(quarantine.reason()).contains("decode-1").doesNotContain("hold");
		assertThat(region.closed()).isNotDone();
		assertThat(this.memory.freed).hasValue(0);
		grantees.proof.complete(null);
		assertThat(region.closed()).succeedsWithin(10, TimeUnit.SECONDS);
		assertThat(this.memory.freed).hasValue(1);
		assertThat(table.quarantined()).isEmpty();
	}

	@Test
	void holdKeepsMemoryInQuarantine() {
		RegionTable table = table(SOON);
		LocalRegion region = table.allocate(4096, OPTIONS);
		region.hold();
		region.close();
		await().untilAsserted(() -> assertThat(table.quarantined()).hasSize(1));
		assertThat(table.quarantined().get(0).reason()).contains("1 operations");
		region.window(0).put(0, (byte) 1);
		region.unhold();
		assertThat(region.closed()).succeedsWithin(10, TimeUnit.SECONDS);
		assertThat(table.quarantined()).isEmpty();
	}

	@Test
	void memoryThatCanNeverBeProvedFreeStaysAllocated() {
		RegionTable table = table(NEVER);
		Grantees grantees = new Grantees();
		table.addListener(grantees);
		LocalRegion region = table.allocate(4096, OPTIONS);
		region.close();
		grantees.proof.completeExceptionally(new IllegalStateException("the peer's machine was cut off"));
		await().untilAsserted(() -> assertThat(table.quarantined()).hasSize(1));
		assertThat(table.quarantined().get(0).reason()).contains("could not be withdrawn");
		assertThat(region.closed()).isNotDone();
		assertThat(this.memory.freed).hasValue(0);
	}

	@Test
	void listenerThatFailsIsNoProof() {
		RegionTable table = table(NEVER);
		Grantees grantees = new Grantees();
		grantees.failure = new IllegalStateException("no session");
		table.addListener(grantees);
		LocalRegion region = table.allocate(4096, OPTIONS);
		region.close();
		await().untilAsserted(() -> assertThat(table.quarantined()).hasSize(1));
		assertThat(this.memory.freed).hasValue(0);
	}

	@Test
	void freedRegionIsNeverQuarantined() {
		RegionTable table = table(Duration.ZERO);
		for (int i = 0; i < 100; i++) {
			LocalRegion region = table.allocate(16, OPTIONS);
			region.close();
			assertThat(region.closed()).succeedsWithin(10, TimeUnit.SECONDS);
		}
		assertThat(table.quarantined()).isEmpty();
		assertThat(this.memory.freed).hasValue(100);
	}

	@Test
	void listenerMayRefuseARegion() {
		RegionTable table = table(NEVER);
		Grantees grantees = new Grantees();
		grantees.proof.complete(null);
		table.addListener(grantees);
		table.addListener(new Grantees() {
			@Override
			public void opened(LocalRegion region) {
				throw new IllegalArgumentException("the card is full");
			}

			@Override
			public CompletionStage<Void> withdraw(LocalRegion region) {
				return CompletableFuture.completedFuture(null);
			}
		});
		assertThatIllegalArgumentException().isThrownBy(() -> table.allocate(4096, OPTIONS))
			.withMessage("the card is full");
		assertThat(grantees.events).containsExactly("opened 1", "withdraw 1");
		assertThat(table.open()).isEmpty();
		await().untilAsserted(() -> assertThat(this.memory.freed).hasValue(1));
	}

	@Test
	void regionThatClosesWhileItOpensIsWithdrawnAfterwards() {
		RegionTable table = table(NEVER);
		List<String> order = new ArrayList<>();
		table.addListener(new Grantees() {
			@Override
			public void opened(LocalRegion region) {
				region.close();
				order.add("opened");
			}

			@Override
			public CompletionStage<Void> withdraw(LocalRegion region) {
				order.add("withdraw");
				return CompletableFuture.completedFuture(null);
			}
		});
		LocalRegion region = table.allocate(4096, OPTIONS);
		assertThat(order).containsExactly("opened", "withdraw");
		assertThat(region.closed()).succeedsWithin(10, TimeUnit.SECONDS);
	}

	@Test
	void nameIsFreeOnlyAfterPeersWereTold() {
		RegionTable table = table(NEVER);
		AtomicReference<NixlException> refusal = new AtomicReference<>();
		table.addListener(new Grantees() {
			@Override
			public CompletionStage<Void> withdraw(LocalRegion region) {
				try {
					table.allocate(16, OPTIONS);
				}
				catch (NixlRefusedException ex) {
					refusal.set(ex);
				}
				return CompletableFuture.completedFuture(null);
			}
		});
		table.allocate(16, OPTIONS).close();
		assertThat(refusal.get()).isNotNull();
		LocalRegion next = table.allocate(16, OPTIONS);
		assertThat(next.isOpen()).isTrue();
		refusal.set(null);
		next.close();
		assertThat(next.closed()).succeedsWithin(10, TimeUnit.SECONDS);
	}

	@Test
	void memoryThatTheJdkStillUsesIsFreedLater() {
		RegionTable table = table(NEVER);
		LocalRegion region = table.allocate(4096, OPTIONS);
		this.memory.refusals.set(2);
		region.close();
		assertThat(region.closed()).succeedsWithin(10, TimeUnit.SECONDS);
		assertThat(this.memory.freed).hasValue(1);
	}

	@Test
	void memoryIsFreedThoughTheExecutorIsGone() {
		RegionTable table = new RegionTable(NEVER, (task) -> {
			throw new RejectedExecutionException("shut down");
		}, this.memory);
		LocalRegion region = table.allocate(4096, OPTIONS);
		region.hold();
		region.close();
		region.unhold();
		assertThat(region.closed()).isCompleted();
		assertThat(this.memory.freed).hasValue(1);
	}

	@Test
	void whoeverHoldsSeesItsOwnBytesWhileOthersClose() throws Exception {
		int rounds = 1_000;
		int threads = 4;
		RegionTable table = table(NEVER);
		AtomicReference<LocalRegion> current = new AtomicReference<>();
		AtomicInteger held = new AtomicInteger();
		CyclicBarrier barrier = new CyclicBarrier(threads + 1);
		ExecutorService workers = Executors.newFixedThreadPool(threads);
		try {
			List<Future<?>> results = new ArrayList<>();
			for (int t = 0; t < threads; t++) {
				int slot = t * Long.BYTES;
				results.add(workers.submit(() -> {
					for (int round = 0; round < rounds; round++) {
						barrier.await(30, TimeUnit.SECONDS);
						LocalRegion region = current.get();
						while (region.hold()) {
							held.incrementAndGet();
							int freed = this.memory.freed.get();
							ByteBuffer window = region.window(0);
							window.putLong(slot, round);
							assertThat(window.getLong(slot)).isEqualTo(round);
							assertThat(this.memory.freed).hasValue(freed);
							region.unhold();
						}
						barrier.await(30, TimeUnit.SECONDS);
					}
					return null;
				}));
			}
			for (int round = 0; round < rounds; round++) {
				LocalRegion region = table.allocate(64, OPTIONS);
				current.set(region);
				barrier.await(30, TimeUnit.SECONDS);
				region.close();
				barrier.await(30, TimeUnit.SECONDS);
				assertThat(region.closed()).succeedsWithin(10, TimeUnit.SECONDS);
				assertThat(this.memory.freed).hasValue(round + 1);
				assertThat(region.holds()).isZero();
			}
			for (Future<?> result : results) {
				result.get(30, TimeUnit.SECONDS);
			}
		}
		finally {
			workers.shutdownNow();
		}
		assertThat(held).hasPositiveValue();
		assertThat(this.memory.freed).hasValue(rounds);
	}

	@Test
	void manyClosersCloseOnce() throws Exception {
		RegionTable table = table(NEVER);
		Grantees grantees = new Grantees();
		grantees.proof.complete(null);
		table.addListener(grantees);
		ExecutorService workers = Executors.newFixedThreadPool(4);
		try {
			for (int round = 1; round <= 500; round++) {
				LocalRegion region = table.allocate(64, OPTIONS);
				CountDownLatch start = new CountDownLatch(1);
				List<Future<?>> closers = new ArrayList<>();
				for (int i = 0; i < 4; i++) {
					closers.add(workers.submit(() -> {
						start.await();
						region.close();
						return null;
					}));
				}
				start.countDown();
				for (Future<?> closer : closers) {
					closer.get(30, TimeUnit.SECONDS);
				}
				assertThat(region.closed()).succeedsWithin(10, TimeUnit.SECONDS);
				assertThat(this.memory.freed).hasValue(round);
			}
		}
		finally {
			workers.shutdownNow();
		}
		assertThat(grantees.events).hasSize(1000);
	}

	@Test
	void regionsThatOpenWhileTheTableClosesAreClosed() throws Exception {
		for (int round = 0; round < 200; round++) {
			CountingMemory counting = new CountingMemory();
			RegionTable table = new RegionTable(NEVER, this.executor, counting);
			CyclicBarrier barrier = new CyclicBarrier(2);
			Future<LocalRegion> opener = this.executor.submit(() -> {
				barrier.await(30, TimeUnit.SECONDS);
				return table.allocate(64, OPTIONS);
			});
			barrier.await(30, TimeUnit.SECONDS);
			table.close();
			try {
				LocalRegion region = opener.get(30, TimeUnit.SECONDS);
				assertThat(region.closed()).succeedsWithin(10, TimeUnit.SECONDS);
			}
			catch (ExecutionException ex) {
				assertThat(ex).hasCauseInstanceOf(NixlBackendException.class);
			}
			assertThat(table.open()).isEmpty();
			assertThat(table.closed()).succeedsWithin(10, TimeUnit.SECONDS);
			assertThatExceptionOfType(NixlBackendException.class).isThrownBy(() -> table.allocate(64, OPTIONS));
		}
	}

	private RegionTable table(Duration closeTimeout) {
		return new RegionTable(closeTimeout, this.executor, this.memory);
	}

	/**
	 * Grantees that prove when the test says so.
	 */
	private static class Grantees implements RegionTable.Listener {

		final List<String> events = Collections.synchronizedList(new ArrayList<>());

		final CompletableFuture<Void> proof = new CompletableFuture<>();

		RuntimeException failure;

		@Override
		public void opened(LocalRegion region) {
			this.events.add("opened " + region.id());
		}

		@Override
		public CompletionStage<Void> withdraw(LocalRegion region) {
			this.events.add("withdraw " + region.id());
			if (this.failure != null) {
				throw this.failure;
			}
			return this.proof;
		}

		@Override
		public List<String> unproved(LocalRegion region) {
			return List.of("decode-1");
		}

	}

}
