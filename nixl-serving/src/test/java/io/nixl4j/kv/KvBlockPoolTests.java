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
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;

import io.nixl4j.memory.Incarnation;
import io.nixl4j.memory.NixlBusyException;
import io.nixl4j.memory.NixlError;
import io.nixl4j.memory.NixlException;
import io.nixl4j.memory.NixlOutOfRangeException;
import io.nixl4j.memory.NixlRefusedException;
import io.nixl4j.memory.NixlStaleException;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Each step of a block, and each refusal.
 */
class KvBlockPoolTests {

	private static final Duration SECOND = Duration.ofSeconds(1);

	private static final CompletableFuture<Void> PROVED = CompletableFuture.completedFuture(null);

	private final ManualClock clock = new ManualClock();

	private final KvBlockPool pool = new KvBlockPool(40, this.clock);

	private final KvHolder prefill = holder("prefill-1", "request-1", 1);

	@Test
	void givingOutRaisesTheGeneration() {
		KvBlock first = this.pool.reserve(1, this.prefill, SECOND).get(0);
		this.pool.release(List.of(first), PROVED);
		KvBlock second = this.pool.reserve(1, this.prefill, SECOND).get(0);
		assertThat(second.index()).isEqualTo(first.index());
		assertThat(second.pool()).isEqualTo(first.pool());
		assertThat(second.generation()).isEqualTo(first.generation() + 1);
	}

	@Test
	void aBlockGoesThroughItsStates() {
		List<KvBlock> blocks = this.pool.reserve(3, this.prefill, SECOND);
		assertThat(this.pool.occupancy()).isEqualTo(new KvOccupancy(40, 37, 3, 0, 0, 0, 4));
		this.pool.ready(this.prefill, blocks);
		assertThat(this.pool.occupancy()).isEqualTo(new KvOccupancy(40, 37, 0, 3, 0, 0, 4));
		KvHolder decode = holder("decode-1", "request-1", 1);
		this.pool.lease(decode, blocks, SECOND);
		assertThat(this.pool.occupancy()).isEqualTo(new KvOccupancy(40, 37, 0, 0, 3, 0, 4));
		this.pool.ready(decode, blocks.subList(0, 2));
		assertThat(blocks).extracting(this.pool::state)
			.containsExactly(KvBlockState.READY, KvBlockState.READY, KvBlockState.LEASED);
		this.clock.advance(SECOND);
		assertThat(blocks).extracting(this.pool::state)
			.containsExactly(KvBlockState.READY, KvBlockState.READY, KvBlockState.QUARANTINED);
		this.pool.free(blocks.subList(0, 2));
		this.pool.release(blocks.subList(2, 3), PROVED);
		assertThat(this.pool.occupancy()).isEqualTo(new KvOccupancy(40, 40, 0, 0, 0, 0, 4));
	}

	@Test
	void reservationIsAllOrNothing() {
		this.pool.reserve(30, this.prefill, SECOND);
		assertThatExceptionOfType(NixlBusyException.class).isThrownBy(() -> this.pool.reserve(11, this.prefill, SECOND))
			.satisfies((ex) -> assertThat(ex.error()).isEqualTo(NixlError.BUSY))
			.withMessageContaining("11 blocks");
		assertThat(this.pool.occupancy().free()).isEqualTo(10);
		assertThat(this.pool.reserve(10, this.prefill, SECOND)).hasSize(10);
	}

	@Test
	void neighboursArePreferred() {
		List<KvBlock> all = this.pool.reserve(40, this.prefill, SECOND);
		this.pool.ready(this.prefill, all);
		this.pool.free(List.of(all.get(1), all.get(5), all.get(20), all.get(21), all.get(22), all.get(39)));
		assertThat(this.pool.reserve(3, this.prefill, SECOND)).extracting(KvBlock::index).containsExactly(20, 21, 22);
		assertThat(this.pool.reserve(3, this.prefill, SECOND)).extracting(KvBlock::index).containsExactly(1, 5, 39);
	}

	@Test
	void whatCanNeverBeIsNoMatterOfWaiting() {
		for (int wrong : new int[] { 0, -1, 41, Integer.MAX_VALUE, Integer.MIN_VALUE }) {
			refused(NixlOutOfRangeException.class, () -> this.pool.reserve(wrong, this.prefill, SECOND));
		}
		refused(NixlOutOfRangeException.class, () -> this.pool.reserve(1, this.prefill, Duration.ZERO));
		refused(NixlOutOfRangeException.class, () -> this.pool.reserve(1, this.prefill, SECOND.negated()));
		refused(NixlOutOfRangeException.class, () -> new KvBlockPool(0, this.clock));
		assertThat(this.pool.occupancy().free()).isEqualTo(40);
	}

	@Test
	void longTimeoutsDoNotOverflow() {
		List<KvBlock> blocks = this.pool.reserve(1, this.prefill, Duration.ofSeconds(Long.MAX_VALUE));
		this.clock.advance(Duration.ofDays(365));
		blocks = new ArrayList<>(blocks);
		blocks.addAll(this.pool.reserve(1, this.prefill, Duration.ofNanos(Long.MAX_VALUE)));
		this.clock.advance(Duration.ofDays(365));
		assertThat(blocks).extracting(this.pool::state).containsOnly(KvBlockState.FILLING);
	}

	@Test
	void fillingIsFreedByNothingButProof() {
		List<KvBlock> blocks = this.pool.reserve(1, this.prefill, SECOND);
		refused(NixlRefusedException.class, () -> this.pool.free(blocks));
		CompletableFuture<Void> proof = new CompletableFuture<>();
		this.pool.release(blocks, proof);
		refused(NixlRefusedException.class, () -> this.pool.free(blocks));
		refused(NixlRefusedException.class, () -> this.pool.ready(this.prefill, blocks));
		assertThat(this.pool.occupancy().filling()).isOne();
		proof.complete(null);
		assertThat(this.pool.occupancy().free()).isEqualTo(40);
	}

	@Test
	void timeQuarantinesAndOnlyProofFreesThen() {
		List<KvBlock> blocks = this.pool.reserve(2, this.prefill, SECOND);
		CompletableFuture<Void> proof = new CompletableFuture<>();
		this.pool.release(blocks, proof);
		this.clock.advance(SECOND.minusNanos(1));
		assertThat(this.pool.occupancy().filling()).isEqualTo(2);
		this.clock.advance(Duration.ofNanos(1));
		assertThat(this.pool.occupancy().quarantined()).isEqualTo(2);
		this.clock.advance(Duration.ofDays(1000));
		assertThat(this.pool.occupancy().quarantined()).isEqualTo(2);
		refused(NixlRefusedException.class, () -> this.pool.free(blocks));
		refused(NixlRefusedException.class, () -> this.pool.ready(this.prefill, blocks));
		proof.complete(null);
		assertThat(this.pool.occupancy().free()).isEqualTo(40);
		assertThat(this.pool.quarantinedByEngine()).isEmpty();
	}

	@Test
	void aFailedProofQuarantinesUntilAnotherOneComes() {
		List<KvBlock> blocks = this.pool.reserve(2, this.prefill, SECOND);
		CompletableFuture<Void> first = new CompletableFuture<>();
		CompletableFuture<Void> second = new CompletableFuture<>();
		this.pool.release(blocks, first);
		first.completeExceptionally(new IllegalStateException("lost"));
		assertThat(this.pool.occupancy().quarantined()).isEqualTo(2);
		this.pool.release(blocks, second);
		assertThat(this.pool.occupancy().quarantined()).isEqualTo(2);
		second.complete(null);
		assertThat(this.pool.occupancy().free()).isEqualTo(40);
	}

	@Test
	void aProofFreesOnlyTheGivingOutThatItIsAbout() {
		List<KvBlock> blocks = this.pool.reserve(2, this.prefill, SECOND);
		CompletableFuture<Void> fast = new CompletableFuture<>();
		CompletableFuture<Void> slow = new CompletableFuture<>();
		CompletableFuture<Void> failing = new CompletableFuture<>();
		this.pool.release(blocks, fast);
		this.pool.release(blocks, slow);
		this.pool.release(blocks, failing);
		fast.complete(null);
		List<KvBlock> again = this.pool.reserve(2, this.prefill, SECOND);
		assertThat(again).extracting(KvBlock::index).containsExactly(0, 1);
		slow.complete(null);
		failing.completeExceptionally(new IllegalStateException("lost"));
		assertThat(again).extracting(this.pool::state).containsOnly(KvBlockState.FILLING);
	}

	@Test
	void readyBlocksWaitForTheProofIfTheyAreReleased() {
		List<KvBlock> blocks = this.pool.reserve(2, this.prefill, SECOND);
		this.pool.ready(this.prefill, blocks);
		CompletableFuture<Void> proof = new CompletableFuture<>();
		this.pool.release(blocks, proof);
		refused(NixlRefusedException.class, () -> this.pool.lease(this.prefill, blocks, SECOND));
		refused(NixlRefusedException.class, () -> this.pool.free(blocks));
		proof.completeExceptionally(new IllegalStateException("lost"));
		assertThat(this.pool.quarantinedByEngine()).containsExactly(Map.entry("prefill-1", 2));
	}

	@Test
	void theQuarantineHasACapAndNamesThePeer() {
		this.pool.reserve(1, holder("prefill-2", "request-2", 1), SECOND);
		List<KvBlock> stuck = this.pool.reserve(3, this.prefill, SECOND);
		assertThat(this.pool.occupancy().isAtQuarantineCap()).isFalse();
		this.clock.advance(SECOND);
		assertThat(this.pool.occupancy().isAtQuarantineCap()).isTrue();
		assertThatExceptionOfType(NixlBusyException.class).isThrownBy(() -> this.pool.reserve(1, this.prefill, SECOND))
			.withMessageContaining("prefill-1=3")
			.withMessageContaining("prefill-2=1")
			.satisfies((ex) -> assertThat(ex.peer()).contains("prefill-1"));
		assertThat(this.pool.quarantinedByEngine()).containsExactly(Map.entry("prefill-1", 3),
				Map.entry("prefill-2", 1));
		this.pool.release(stuck.subList(0, 1), PROVED);
		assertThat(this.pool.reserve(1, this.prefill, SECOND)).hasSize(1);
	}

	@Test
	void theEndOfAnIncarnationFreesAllThatItHeld() {
		KvHolder other = holder("prefill-2", "request-2", 1);
		KvHolder later = new KvHolder("prefill-1", this.prefill.incarnation(), "request-3", 1);
		List<KvBlock> kept = this.pool.reserve(1, other, SECOND);
		List<KvBlock> done = this.pool.reserve(3, this.prefill, SECOND);
		this.pool.ready(this.prefill, done);
		this.pool.reserve(2, this.prefill, SECOND);
		this.clock.advance(SECOND);
		this.pool.reserve(2, later, SECOND);
		CompletableFuture<Void> drained = new CompletableFuture<>();
		assertThat(this.pool.releaseAllOf(this.prefill.incarnation(), drained)).isEqualTo(4);
		List<KvBlock> afterwards = this.pool.reserve(1, later, SECOND);
		assertThat(this.pool.occupancy()).isEqualTo(new KvOccupancy(40, 31, 3, 3, 0, 3, 4));
		drained.complete(null);
		assertThat(this.pool.occupancy()).isEqualTo(new KvOccupancy(40, 35, 1, 3, 0, 1, 4));
		assertThat(kept).extracting(this.pool::state).containsOnly(KvBlockState.QUARANTINED);
		assertThat(afterwards).extracting(this.pool::state).containsOnly(KvBlockState.FILLING);
	}

	@Test
	void whatAnotherAttemptSaysIsRefused() {
		List<KvBlock> blocks = this.pool.reserve(2, this.prefill, SECOND);
		KvHolder retry = new KvHolder("prefill-1", this.prefill.incarnation(), "request-1", 2);
		KvHolder reborn = holder("prefill-1", "request-1", 1);
		refused(NixlStaleException.class, () -> this.pool.ready(retry, blocks));
		refused(NixlStaleException.class, () -> this.pool.ready(reborn, blocks));
		assertThat(blocks).extracting(this.pool::state).containsOnly(KvBlockState.FILLING);
	}

	@Test
	void staleHandlesAreRefused() {
		KvBlock old = this.pool.reserve(1, this.prefill, SECOND).get(0);
		this.pool.release(List.of(old), PROVED);
		stale(old);
		KvBlock current = this.pool.reserve(1, this.prefill, SECOND).get(0);
		stale(old);
		stale(new KvBlock(current.pool(), 0, current.generation() + 1));
		stale(new KvBlock(current.pool() + 1, 0, current.generation()));
		stale(new KvBlock(current.pool(), 1, 1));
		KvBlock outside = new KvBlock(current.pool(), 40, 1);
		refused(NixlOutOfRangeException.class, () -> this.pool.state(outside));
		assertThat(this.pool.state(current)).isEqualTo(KvBlockState.FILLING);
	}

	private void stale(KvBlock block) {
		List<KvBlock> one = List.of(block);
		refused(NixlStaleException.class, () -> this.pool.state(block));
		refused(NixlStaleException.class, () -> this.pool.ready(this.prefill, one));
		refused(NixlStaleException.class, () -> this.pool.lease(this.prefill, one, SECOND));
		refused(NixlStaleException.class, () -> this.pool.free(one));
		refused(NixlStaleException.class, () -> this.pool.release(one, PROVED));
	}

	@Test
	void aRefusedBlockKeepsTheOthersAsTheyAre() {
		List<KvBlock> filling = this.pool.reserve(1, this.prefill, SECOND);
		List<KvBlock> ready = this.pool.reserve(1, this.prefill, SECOND);
		this.pool.ready(this.prefill, ready);
		List<KvBlock> mixed = List.of(ready.get(0), filling.get(0));
		List<KvBlock> reversed = List.of(filling.get(0), ready.get(0));
		List<KvBlock> twice = List.of(ready.get(0), ready.get(0));
		KvOccupancy before = this.pool.occupancy();
		refused(NixlRefusedException.class, () -> this.pool.free(mixed));
		refused(NixlRefusedException.class, () -> this.pool.lease(this.prefill, mixed, SECOND));
		refused(NixlRefusedException.class, () -> this.pool.ready(this.prefill, reversed));
		refused(NixlRefusedException.class, () -> this.pool.free(twice));
		refused(NixlRefusedException.class, () -> this.pool.release(twice, PROVED));
		assertThat(this.pool.occupancy()).isEqualTo(before);
	}

	@Test
	void nothingToDoIsDone() {
		this.pool.free(List.of());
		this.pool.ready(this.prefill, List.of());
		this.pool.lease(this.prefill, List.of(), SECOND);
		this.pool.release(List.of(), PROVED);
		assertThat(this.pool.occupancy().free()).isEqualTo(40);
	}

	@Test
	void proofsAreListenedToWithoutALock() {
		List<KvBlock> blocks = this.pool.reserve(1, this.prefill, SECOND);
		CompletableFuture<Void> proof = new CompletableFuture<>() {
			@Override
			public CompletableFuture<Void> whenComplete(BiConsumer<? super Void, ? super Throwable> action) {
				// Another thread would wait for ever if this one held the lock
				CompletableFuture.runAsync(KvBlockPoolTests.this.pool::occupancy).join();
				return super.whenComplete(action);
			}
		};
		this.pool.release(blocks, proof);
		proof.complete(null);
		assertThat(this.pool.occupancy().free()).isEqualTo(40);
	}

	private static KvHolder holder(String engineId, String request, long attempt) {
		return new KvHolder(engineId, Incarnation.random(), request, attempt);
	}

	private static void refused(Class<? extends NixlException> type, Runnable call) {
		assertThatExceptionOfType(type).isThrownBy(call::run);
	}

}
