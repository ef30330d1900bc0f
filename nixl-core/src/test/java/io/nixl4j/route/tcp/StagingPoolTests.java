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

package io.nixl4j.route.tcp;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.nixl4j.memory.DeviceMemory;
import io.nixl4j.memory.NixlError;
import io.nixl4j.memory.NixlException;
import io.nixl4j.route.contract.DelayedMemory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

class StagingPoolTests {

	private static final int SLOT = StagingPool.MAX_SLOT;

	private final DelayedMemory provider = new DelayedMemory(Duration.ZERO);

	private final DeviceMemory device = this.provider.open("test");

	@AfterEach
	void close() {
		this.device.close();
	}

	private StagingPool pool(int slots) {
		return new StagingPool(this.device, "test", (long) slots * SLOT, 1 << 20);
	}

	@Test
	void memoryIsAllocatedWhenItIsFirstAskedForAndFreedWhenAllCameBack() throws InterruptedException {
		StagingPool pool = pool(16);
		StagingPeer peer = pool.peer();
		assertThat(this.provider.stagingBytes()).isZero();
		Wisher wisher = new Wisher();
		peer.acquire(StagingUse.IN, wisher);
		StagingSlot slot = wisher.take();
		assertThat(this.provider.stagingBytes()).isEqualTo(16L * SLOT);
		assertThat(slot.bytes(SLOT).readableBytes()).isEqualTo(SLOT);
		assertThat(slot.room(10, 20).writableBytes()).isEqualTo(20);
		assertThat(pool.used()).isEqualTo(1);
		pool.close();
		assertThat(this.provider.stagingBytes()).isPositive();
		peer.release(slot);
		assertThat(pool.used()).isZero();
		assertThat(this.provider.stagingBytes()).isZero();
		peer.acquire(StagingUse.IN, wisher);
		assertThat(wisher.refusal.join().error()).isEqualTo(NixlError.CLOSED);
	}

	@Test
	void whoFindsNoThreadToAllocateIsRefusedAndTheNextOneIsServed() throws InterruptedException {
		AtomicInteger starts = new AtomicInteger();
		StagingPool pool = new StagingPool(this.device, (task) -> {
			if (starts.getAndIncrement() == 0) {
				throw new OutOfMemoryError("unable to create native thread");
			}
			task.run();
		}, 16L * SLOT, 1 << 20);
		StagingPeer peer = pool.peer();
		Wisher refused = new Wisher();
		peer.acquire(StagingUse.IN, refused);
		assertThat(refused.refusal.join()).hasRootCauseMessage("unable to create native thread");
		Wisher served = new Wisher();
		peer.acquire(StagingUse.IN, served);
		peer.release(served.take());
		assertThat(refused.slots).isEmpty();
		pool.close();
		assertThat(this.provider.stagingBytes()).isZero();
	}

	@Test
	void noTwoSlotsOverlap() throws InterruptedException {
		StagingPool pool = pool(16);
		List<Integer> offsets = new ArrayList<>();
		for (StagingUse use : StagingUse.values()) {
			for (int i = 0; i < use.shareOf(16); i++) {
				Wisher wisher = new Wisher();
				pool.peer().acquire(use, wisher);
				offsets.add(wisher.take().offset());
			}
		}
		assertThat(offsets).hasSize(16).doesNotHaveDuplicates().allMatch((offset) -> offset % SLOT == 0);
		assertThat(pool.used()).isEqualTo(16);
		Wisher late = new Wisher();
		pool.peer().acquire(StagingUse.IN, late);
		assertThat(late.slots).isEmpty();
	}

	@Test
	void aFullUseLeavesTheOthersAlone() throws InterruptedException {
		StagingPool pool = pool(4);
		Wisher wisher = new Wisher();
		StagingPeer peer = pool.peer();
		peer.acquire(StagingUse.WRITE_OUT, wisher);
		wisher.take();
		peer.acquire(StagingUse.WRITE_OUT, wisher);
		peer.acquire(StagingUse.READ_OUT, wisher);
		peer.acquire(StagingUse.IN, wisher);
		assertThat(List.of(wisher.take().use(), wisher.take().use())).containsExactlyInAnyOrder(StagingUse.READ_OUT,
				StagingUse.IN);
		assertThat(wisher.slots).isEmpty();
	}

	@Test
	void aPeerThatHoldsAllItMayLeavesEnoughForManyOthers() throws InterruptedException {
		StagingPool pool = pool(64);
		Wisher greedy = new Wisher();
		List<StagingPeer> greedyPeers = new ArrayList<>();
		for (int i = 0; i < 8; i++) {
			StagingPeer peer = pool.peer();
			greedyPeers.add(peer);
			for (int j = 0; j < 32; j++) {
				peer.acquire(StagingUse.IN, greedy);
			}
		}
		await().until(() -> greedy.slots.size() >= 16);
		Wisher modest = new Wisher();
		for (int i = 0; i < 8; i++) {
			pool.peer().acquire(StagingUse.IN, modest);
			assertThat(modest.take()).isNotNull();
		}
		// of 32 slots none of the eight has more than a quarter, nor all of them all
		assertThat(greedy.slots).hasSizeLessThan(24);
	}

	@Test
	void peersThatWaitAreServedInTurn() throws InterruptedException {
		StagingPool pool = pool(4);
		StagingPeer first = pool.peer();
		StagingPeer second = pool.peer();
		Wisher holder = new Wisher();
		first.acquire(StagingUse.WRITE_OUT, holder);
		StagingSlot slot = holder.take();
		List<Wisher> ofFirst = List.of(new Wisher(), new Wisher(), new Wisher());
		List<Wisher> ofSecond = List.of(new Wisher(), new Wisher(), new Wisher());
		ofFirst.forEach((wisher) -> first.acquire(StagingUse.WRITE_OUT, wisher));
		ofSecond.forEach((wisher) -> second.acquire(StagingUse.WRITE_OUT, wisher));
		StagingPeer owner = first;
		for (int i = 0; i < 3; i++) {
			owner.release(slot);
			slot = ofFirst.get(i).take();
			first.release(slot);
			slot = ofSecond.get(i).take();
			owner = second;
		}
		second.release(slot);
		assertThat(pool.used()).isZero();
	}

	@Test
	void whoWaitsNoMoreGetsNothing() throws InterruptedException {
		StagingPool pool = pool(4);
		StagingPeer peer = pool.peer();
		Wisher holder = new Wisher();
		peer.acquire(StagingUse.WRITE_OUT, holder);
		StagingSlot slot = holder.take();
		Wisher gone = new Wisher();
		Wisher next = new Wisher();
		peer.acquire(StagingUse.WRITE_OUT, gone);
		peer.acquire(StagingUse.WRITE_OUT, next);
		assertThat(peer.cancel(StagingUse.WRITE_OUT, gone)).isTrue();
		assertThat(peer.cancel(StagingUse.WRITE_OUT, gone)).isFalse();
		peer.release(slot);
		peer.release(next.take());
		assertThat(gone.slots).isEmpty();
		assertThat(pool.used()).isZero();
	}

	@Test
	void allComesBackWhateverManyThreadsDo() throws Exception {
		StagingPool pool = pool(8);
		List<CompletableFuture<Void>> workers = new ArrayList<>();
		for (int i = 0; i < 6; i++) {
			Random random = new Random(i);
			StagingPeer peer = pool.peer();
			workers.add(CompletableFuture.runAsync(() -> {
				for (int j = 0; j < 2_000; j++) {
					StagingUse use = StagingUse.values()[random.nextInt(3)];
					Wisher wisher = new Wisher();
					peer.acquire(use, wisher);
					if (random.nextInt(3) == 0 && peer.cancel(use, wisher)) {
						continue;
					}
					peer.release(wisher.await());
				}
			}));
		}
		CompletableFuture.allOf(workers.toArray(CompletableFuture<?>[]::new)).get(60, TimeUnit.SECONDS);
		assertThat(pool.used()).isZero();
	}

	/** Notes what it gets. */
	private static final class Wisher implements StagingWaiter {

		private final BlockingQueue<StagingSlot> slots = new LinkedBlockingQueue<>();

		private final CompletableFuture<NixlException> refusal = new CompletableFuture<>();

		@Override
		public void staged(StagingSlot slot) {
			this.slots.add(slot);
		}

		@Override
		public void notStaged(NixlException cause) {
			this.refusal.complete(cause);
		}

		StagingSlot take() throws InterruptedException {
			StagingSlot slot = this.slots.poll(20, TimeUnit.SECONDS);
			assertThat(slot).isNotNull();
			return java.util.Objects.requireNonNull(slot);
		}

		StagingSlot await() {
			try {
				return take();
			}
			catch (InterruptedException ex) {
				throw new AssertionError(ex);
			}
		}

	}

}
