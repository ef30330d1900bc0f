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

package io.nixl4j.sample.engine;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for {@link Workers} and {@link RowParts}.
 */
class WorkersTests {

	@ParameterizedTest
	@ValueSource(ints = { 1, 2, 5 })
	void eachPartIsDoneOnceBeforeTheCallReturns(int threads) {
		try (Workers workers = new Workers(threads, "test")) {
			for (int round = 0; round < 20_000; round++) {
				int parts = round % 7;
				AtomicIntegerArray done = new AtomicIntegerArray(parts + 1);
				workers.run(parts, (part, thread) -> {
					assertThat(thread).isBetween(0, threads - 1);
					done.incrementAndGet(part);
				});
				for (int part = 0; part < parts; part++) {
					assertThat(done.get(part)).isOne();
				}
			}
		}
	}

	@Test
	void partsRunTogether() throws Exception {
		try (Workers workers = new Workers(3, "test")) {
			CountDownLatch all = new CountDownLatch(3);
			Set<Integer> indices = ConcurrentHashMap.newKeySet();
			workers.run(3, (part, thread) -> {
				all.countDown();
				indices.add(thread);
				// Only ends if all three run at the same time.
				await(all);
			});
			assertThat(indices).containsExactlyInAnyOrder(0, 1, 2);
		}
	}

	@Test
	void sleepingThreadsWakeUp() throws Exception {
		Workers workers = new Workers(2, "sleeper");
		try {
			Thread helper = Thread.getAllStackTraces()
				.keySet()
				.stream()
				.filter((thread) -> thread.getName().equals("sleeper-1"))
				.findFirst()
				.orElseThrow();
			assertThat(helper.isDaemon()).isTrue();
			for (int round = 0; round < 3; round++) {
				while (helper.getState() != Thread.State.WAITING) {
					Thread.onSpinWait();
				}
				CountDownLatch both = new CountDownLatch(2);
				workers.run(2, (part, thread) -> {
					both.countDown();
					await(both);
				});
			}
			workers.close();
			helper.join(10_000);
			assertThat(helper.isAlive()).isFalse();
		}
		finally {
			workers.close();
		}
	}

	@Test
	void failureComesOutAfterAllPartsEnded() {
		try (Workers workers = new Workers(2, "test")) {
			AtomicInteger done = new AtomicInteger();
			assertThatExceptionOfType(IllegalCallerException.class).isThrownBy(() -> workers.run(50, (part, thread) -> {
				done.incrementAndGet();
				if (part % 10 == 3) {
					throw new IllegalCallerException("part");
				}
			}));
			assertThat(done).hasValue(50);
			assertThatExceptionOfType(StackOverflowError.class).isThrownBy(() -> workers.run(2, (part, thread) -> {
				throw new StackOverflowError();
			}));
			workers.run(2, (part, thread) -> done.incrementAndGet());
			assertThat(done).hasValue(52);
		}
	}

	@Test
	void interruptionIsKept() {
		try (Workers workers = new Workers(2, "test")) {
			AtomicInteger done = new AtomicInteger();
			Thread.currentThread().interrupt();
			for (int i = 0; i < 100; i++) {
				workers.run(4, (part, thread) -> done.incrementAndGet());
			}
			assertThat(done).hasValue(400);
			assertThat(Thread.interrupted()).isTrue();
		}
	}

	@Test
	void closedWorkersRefuse() {
		Workers workers = new Workers(2, "test");
		workers.close();
		assertThatIllegalStateException().isThrownBy(() -> workers.run(1, (part, thread) -> {
		}));
		assertThatIllegalArgumentException().isThrownBy(() -> new Workers(0, "test"));
		assertThatIllegalArgumentException().isThrownBy(() -> new Workers(1000, "test"));
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, 2, 3, 8, 200 })
	void partsOfRowsCoverEachMatrixOnce(int threads) throws Exception {
		Weights weights = new TinyModel(1).model().weights();
		Weights.Layer layer = weights.layers().get(0);
		Matrix[] matrices = { layer.query(), layer.key(), layer.up(), weights.output() };
		RowParts parts = new RowParts(threads, matrices);
		int matrix = 0;
		int row = 0;
		for (int part = 0; part < parts.count(); part++) {
			if (parts.matrix(part) != matrix) {
				assertThat(row).isEqualTo(matrices[matrix].rows());
				matrix++;
				row = 0;
			}
			assertThat(parts.matrix(part)).isEqualTo(matrix);
			assertThat(parts.from(part)).isEqualTo(row).satisfies((from) -> assertThat(from % Kernels.ROWS).isZero());
			assertThat(parts.to(part) - row).isBetween(1, 3 * Kernels.ROWS);
			row = parts.to(part);
		}
		assertThat(matrix).isEqualTo(3);
		assertThat(row).isEqualTo(matrices[3].rows());
	}

	private static void await(CountDownLatch latch) {
		try {
			latch.await();
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
