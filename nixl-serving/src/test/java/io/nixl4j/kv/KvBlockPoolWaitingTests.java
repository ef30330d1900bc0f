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

package io.nixl4j.kv;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerArray;

import io.nixl4j.memory.Incarnation;
import io.nixl4j.memory.NixlBusyException;
import io.nixl4j.memory.NixlOutOfRangeException;
import io.nixl4j.memory.NixlTimeoutException;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Waiting for blocks of a {@link KvBlockPool}.
 */
class KvBlockPoolWaitingTests {

	private static final Duration SECOND = Duration.ofSeconds(1);

	private static final Duration HOUR = Duration.ofHours(1);

	private static final CompletableFuture<Void> PROVED = CompletableFuture.completedFuture(null);

	private final ManualClock clock = new ManualClock();

	private final KvBlockPool pool = new KvBlockPool(40, 3, this.clock);

	private final KvHolder holder = new KvHolder("prefill-1", Incarnation.random(), "request-1", 1);

	private CompletableFuture<List<KvBlock>> ask(int count, Duration patience) {
		return this.pool.reserveWhenFree(count, this.holder, HOUR, patience);
	}

	@Test
	void whatIsFreeIsGivenOutAtOnce() {
		assertThat(ask(40, SECOND)).isCompletedWithValueMatching((blocks) -> blocks.size() == 40);
		assertThat(this.pool.waiting()).isZero();
		assertThat(this.pool.occupancy().filling()).isEqualTo(40);
	}

	@Test
	void blocksGoToThoseWhoAskedFirst() {
		List<KvBlock> all = this.pool.reserve(40, this.holder, HOUR);
		CompletableFuture<List<KvBlock>> large = ask(30, HOUR);
		CompletableFuture<List<KvBlock>> small = ask(1, HOUR);
		this.pool.release(all.subList(0, 29), PROVED);
		assertThat(large).isNotDone();
		assertThat(small).as("the small one does not overtake").isNotDone();
		assertThatExceptionOfType(NixlBusyException.class).isThrownBy(() -> this.pool.reserve(1, this.holder, HOUR))
			.withMessageContaining("2 wait before");
		assertThat(this.pool.waiting()).isEqualTo(2);
		this.pool.release(all.subList(29, 31), PROVED);
		assertThat(large.join()).hasSize(30);
		assertThat(small.join()).hasSize(1);
		assertThat(this.pool.waiting()).isZero();
		assertThat(this.pool.occupancy().filling()).isEqualTo(40);
	}

	@Test
	void theHoldBeginsWhenTheBlocksAreGivenOut() {
		List<KvBlock> all = this.pool.reserve(40, this.holder, HOUR);
		CompletableFuture<List<KvBlock>> late = this.pool.reserveWhenFree(1, this.holder, SECOND, HOUR);
		this.clock.advance(Duration.ofMinutes(1));
		this.pool.release(all, PROVED);
		KvBlock block = late.join().get(0);
		assertThat(this.pool.state(block)).isEqualTo(KvBlockState.FILLING);
		this.clock.advance(SECOND);
		assertThat(this.pool.state(block)).isEqualTo(KvBlockState.QUARANTINED);
	}

	@Test
	void nobodyWaitsLongerThanItsPatience() {
		List<KvBlock> all = this.pool.reserve(40, this.holder, HOUR);
		CompletableFuture<List<KvBlock>> impatient = ask(40, SECOND);
		CompletableFuture<List<KvBlock>> patient = ask(1, HOUR);
		this.clock.advance(SECOND);
		this.pool.release(all.subList(0, 1), PROVED);
		assertThatExceptionOfType(ExecutionException.class).isThrownBy(impatient::get)
			.withCauseInstanceOf(NixlTimeoutException.class)
			.withMessageContaining("40 blocks");
		assertThat(patient.join()).hasSize(1);
	}

	@Test
	void aWaitEndsWithoutAnyCall() {
		KvBlockPool real = new KvBlockPool(1, System::nanoTime);
		real.reserve(1, this.holder, HOUR);
		assertThatExceptionOfType(ExecutionException.class)
			.isThrownBy(
					() -> real.reserveWhenFree(1, this.holder, HOUR, Duration.ofMillis(5)).get(60, TimeUnit.SECONDS))
			.withCauseInstanceOf(NixlTimeoutException.class);
	}

	@Test
	void aFullLineRefuses() {
		this.pool.reserve(40, this.holder, HOUR);
		for (int i = 0; i < 3; i++) {
			ask(1, HOUR);
		}
		assertThatExceptionOfType(NixlBusyException.class).isThrownBy(() -> ask(1, HOUR))
			.withMessageContaining("3 wait already");
		assertThat(this.pool.waiting()).isEqualTo(3);
		KvBlockPool noLine = new KvBlockPool(1, 0, this.clock);
		assertThat(noLine.reserveWhenFree(1, this.holder, HOUR, HOUR)).isCompleted();
		assertThatExceptionOfType(NixlBusyException.class)
			.isThrownBy(() -> noLine.reserveWhenFree(1, this.holder, HOUR, HOUR));
	}

	@Test
	void whoCancelsLeavesTheLine() {
		List<KvBlock> all = this.pool.reserve(40, this.holder, HOUR);
		CompletableFuture<List<KvBlock>> large = ask(40, HOUR);
		CompletableFuture<List<KvBlock>> small = ask(1, HOUR);
		this.pool.release(all.subList(0, 1), PROVED);
		assertThat(small).isNotDone();
		large.cancel(false);
		assertThat(small.join()).hasSize(1);
		assertThat(this.pool.waiting()).isZero();
	}

	@Test
	void atTheQuarantineCapNobodyIsServedAndNobodyGetsInLine() {
		List<KvBlock> all = this.pool.reserve(40, this.holder, SECOND);
		CompletableFuture<List<KvBlock>> waiter = ask(1, HOUR);
		this.clock.advance(SECOND);
		this.pool.release(all.subList(0, 36), PROVED);
		assertThat(this.pool.occupancy().isAtQuarantineCap()).isTrue();
		assertThat(waiter).isNotDone();
		assertThatExceptionOfType(NixlBusyException.class).isThrownBy(() -> ask(1, HOUR))
			.satisfies((ex) -> assertThat(ex.peer()).contains("prefill-1"));
		this.pool.release(all.subList(36, 37), PROVED);
		assertThat(waiter.join()).hasSize(1);
	}

	@Test
	void whatCanNeverBeIsNoMatterOfWaiting() {
		assertThatExceptionOfType(NixlOutOfRangeException.class).isThrownBy(() -> ask(41, HOUR));
		assertThatExceptionOfType(NixlOutOfRangeException.class).isThrownBy(() -> ask(0, HOUR));
		assertThatExceptionOfType(NixlOutOfRangeException.class).isThrownBy(() -> ask(1, Duration.ZERO));
		assertThatExceptionOfType(NixlOutOfRangeException.class).isThrownBy(() -> new KvBlockPool(1, -1, this.clock));
		assertThat(this.pool.waiting()).isZero();
	}

	@Test
	void blocksHaveOneOwnerWhateverIsCancelledWhen() throws Exception {
		KvBlockPool real = new KvBlockPool(20, System::nanoTime);
		AtomicIntegerArray owners = new AtomicIntegerArray(20);
		ExecutorService threads = Executors.newFixedThreadPool(6);
		List<Future<?>> done = new ArrayList<>();
		for (int thread = 1; thread <= 6; thread++) {
			int owner = thread;
			done.add(threads.submit(() -> useBlocks(real, owners, owner)));
		}
		for (Future<?> each : done) {
			each.get(60, TimeUnit.SECONDS);
		}
		threads.shutdown();
		assertThat(real.waiting()).isZero();
		assertThat(real.occupancy().free()).isEqualTo(20);
	}

	private void useBlocks(KvBlockPool real, AtomicIntegerArray owners, int owner) {
		Random random = new Random(owner);
		for (int round = 0; round < 1_000; round++) {
			CompletableFuture<List<KvBlock>> asked = real.reserveWhenFree(1 + random.nextInt(8), this.holder, HOUR,
					HOUR);
			if (random.nextInt(3) == 0 && asked.cancel(false)) {
				continue;
			}
			List<KvBlock> blocks;
			try {
				blocks = asked.get(60, TimeUnit.SECONDS);
			}
			catch (Exception ex) {
				throw new AssertionError(ex);
			}
			blocks.forEach((block) -> assertThat(owners.compareAndSet(block.index(), 0, owner)).isTrue());
			blocks.forEach((block) -> assertThat(owners.compareAndSet(block.index(), owner, 0)).isTrue());
			real.release(blocks, PROVED);
		}
	}

}
