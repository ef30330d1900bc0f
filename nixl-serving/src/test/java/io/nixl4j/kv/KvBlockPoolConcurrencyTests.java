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
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerArray;

import io.nixl4j.memory.Incarnation;
import io.nixl4j.memory.NixlBusyException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Many threads on one pool.
 */
class KvBlockPoolConcurrencyTests {

	private static final int THREADS = 6;

	private static final int ROUNDS = 4000;

	private static final int BLOCKS = 64;

	private static final Duration TIMEOUT = Duration.ofMinutes(10);

	private final KvBlockPool pool = new KvBlockPool(BLOCKS, System::nanoTime);

	/** Which worker uses a block, 0 for none. */
	private final AtomicIntegerArray users = new AtomicIntegerArray(BLOCKS);

	private final ExecutorService workers = Executors.newFixedThreadPool(THREADS);

	private final ExecutorService writers = Executors.newFixedThreadPool(2);

	@AfterEach
	void close() {
		this.workers.shutdownNow();
		this.writers.shutdownNow();
	}

	@Test
	void noBlockHasTwoUsers() throws Exception {
		List<Callable<Integer>> work = new ArrayList<>();
		for (int i = 1; i <= THREADS; i++) {
			int worker = i;
			work.add(() -> work(worker));
		}
		int given = 0;
		for (Future<Integer> result : this.workers.invokeAll(work, 5, TimeUnit.MINUTES)) {
			given += result.get();
		}
		assertThat(given).isPositive();
		this.writers.shutdown();
		assertThat(this.writers.awaitTermination(1, TimeUnit.MINUTES)).isTrue();
		assertThat(this.pool.occupancy()).isEqualTo(new KvOccupancy(BLOCKS, BLOCKS, 0, 0, 0, 0, BLOCKS / 10));
	}

	private int work(int worker) {
		SplittableRandom random = new SplittableRandom(worker);
		Deque<List<KvBlock>> ready = new ArrayDeque<>();
		int given = 0;
		for (int round = 0; round < ROUNDS; round++) {
			KvHolder holder = new KvHolder("prefill-" + worker, new Incarnation(worker, round), "request", round);
			try {
				List<KvBlock> blocks = this.pool.reserve(1 + random.nextInt(12), holder, TIMEOUT);
				given += blocks.size();
				use(blocks, worker);
				switch (random.nextInt(3)) {
					case 0 -> stopLater(blocks, worker);
					case 1 -> {
						this.pool.ready(holder, blocks);
						ready.add(blocks);
					}
					default -> {
						stopLater(blocks, worker);
						this.pool.quarantinedByEngine();
					}
				}
			}
			catch (NixlBusyException ex) {
				freeOne(ready, worker);
			}
			assertSums(this.pool.occupancy());
		}
		while (!ready.isEmpty()) {
			freeOne(ready, worker);
		}
		return given;
	}

	private void stopLater(List<KvBlock> blocks, int worker) {
		CompletableFuture<Void> stopped = new CompletableFuture<>();
		this.pool.release(blocks, stopped);
		this.writers.execute(() -> {
			leave(blocks, worker);
			stopped.complete(null);
		});
	}

	private void freeOne(Deque<List<KvBlock>> ready, int worker) {
		List<KvBlock> blocks = ready.poll();
		if (blocks != null) {
			leave(blocks, worker);
			this.pool.free(blocks);
		}
	}

	private void use(List<KvBlock> blocks, int worker) {
		for (KvBlock block : blocks) {
			assertThat(this.users.compareAndExchange(block.index(), 0, worker)).as("user of %s", block).isZero();
		}
	}

	private void leave(List<KvBlock> blocks, int worker) {
		for (KvBlock block : blocks) {
			assertThat(this.users.compareAndExchange(block.index(), worker, 0)).as("user of %s", block)
				.isEqualTo(worker);
		}
	}

	private static void assertSums(KvOccupancy occupancy) {
		assertThat(occupancy.free() + occupancy.filling() + occupancy.ready() + occupancy.leased()
				+ occupancy.quarantined())
			.isEqualTo(BLOCKS);
	}

}
