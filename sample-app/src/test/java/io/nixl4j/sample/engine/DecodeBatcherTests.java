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

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for {@link DecodeBatcher}: answers that are made together are those that are made
 * alone, whoever comes and goes.
 */
class DecodeBatcherTests {

	private static final int BLOCKS = 8;

	/** As long as the test may last: then nobody starts before all are there. */
	private static final long FOREVER = Duration.ofMinutes(5).toNanos();

	private final ExecutorService callers = Executors.newCachedThreadPool();

	private final Map<Integer, Generation> alone = new ConcurrentHashMap<>();

	private Model model;

	private Engine engine;

	@BeforeEach
	void start() throws Exception {
		this.model = new TinyModel(1).model();
		this.engine = new Engine(this.model, new HeapKvPages(this.model.shape(), 16, 12 * BLOCKS), 2);
	}

	@AfterEach
	void stop() {
		this.callers.shutdownNow();
		this.engine.close();
	}

	private static Sequence sequence(int place) {
		return new Sequence(IntStream.range(place * BLOCKS, (place + 1) * BLOCKS).toArray());
	}

	private static int[] prompt(int request) {
		return TinyModel.randomTokens(1 + request * 7 % 60, request);
	}

	private static Sampler sampler(int request) {
		return (request % 2 == 0) ? Sampler.greedy() : Sampler.temperature(1, request);
	}

	private Generation alone(int request, int maxTokens) {
		try (Engine other = new Engine(this.model, new HeapKvPages(this.model.shape(), 16, BLOCKS), 1)) {
			return new Generator(other, sampler(request), maxTokens).generate(sequence(0), prompt(request),
					TokenListener.NONE);
		}
	}

	@Test
	void answersThatComeAndGoAreThoseMadeAlone() throws Exception {
		DecodeBatcher batcher = new DecodeBatcher(this.engine);
		List<Future<?>> ends = new ArrayList<>();
		for (int caller = 0; caller < 12; caller++) {
			int place = caller;
			ends.add(this.callers.submit(() -> {
				SplittableRandom random = new SplittableRandom(place);
				for (int round = 0; round < 8; round++) {
					int request = random.nextInt(40);
					int most = 1 + random.nextInt(40);
					int heard = 1 + random.nextInt(50);
					List<Integer> tokens = new ArrayList<>();
					new Generator(batcher, sampler(request), most).generate(sequence(place), prompt(request),
							(token, text) -> tokens.add(token) && tokens.size() < heard);
					List<Integer> expected = this.alone.computeIfAbsent(request, (key) -> alone(key, 40)).tokens();
					int length = Math.min(Math.min(most, heard), expected.size());
					assertThat(tokens).as("request %d", request).isEqualTo(expected.subList(0, length));
				}
			}));
		}
		for (Future<?> end : ends) {
			end.get(5, TimeUnit.MINUTES);
		}
		assertThat(batcher.tokens()).isGreaterThanOrEqualTo(batcher.steps()).isPositive();
	}

	@Test
	void tokensOfAllSeatsAreComputedInOneStep() throws Exception {
		DecodeBatcher batcher = new DecodeBatcher(this.engine, FOREVER);
		CyclicBarrier joined = new CyclicBarrier(5);
		List<Future<?>> ends = new ArrayList<>();
		for (int caller = 0; caller < 5; caller++) {
			int place = caller;
			ends.add(this.callers.submit(() -> {
				Sequence sequence = sequence(place);
				// One after the other leaves, and those who stay do not wait for it.
				try (DecodeBatcher.Seat seat = batcher.join()) {
					joined.await();
					for (int step = 0; step < 10 + place; step++) {
						seat.decode(sequence, 10 + step);
					}
				}
				return null;
			}));
		}
		for (Future<?> end : ends) {
			end.get(5, TimeUnit.MINUTES);
		}
		assertThat(batcher.steps()).isEqualTo(14);
		assertThat(batcher.tokens()).isEqualTo(10 + 11 + 12 + 13 + 14);
	}

	@Test
	void whoIsBusyIsWaitedForOnceOnly() throws Exception {
		DecodeBatcher batcher = new DecodeBatcher(this.engine);
		try (DecodeBatcher.Seat busy = batcher.join(); DecodeBatcher.Seat other = batcher.join()) {
			Sequence sequence = sequence(0);
			for (int step = 0; step < 20; step++) {
				other.decode(sequence, 10 + step);
			}
			assertThat(batcher.steps()).isEqualTo(20);
			Future<float[]> late = this.callers.submit(() -> busy.decode(sequence(1), 5));
			assertThat(late.get(1, TimeUnit.MINUTES)).hasSize(this.model.shape().vocabulary());
		}
	}

	@Test
	void whatCannotBeComputedFailsAlone() throws Exception {
		DecodeBatcher batcher = new DecodeBatcher(this.engine, FOREVER);
		CountDownLatch refused = new CountDownLatch(1);
		try (DecodeBatcher.Seat good = batcher.join()) {
			Future<?> bad = this.callers.submit(() -> {
				try (DecodeBatcher.Seat seat = batcher.join()) {
					assertThatIllegalArgumentException().isThrownBy(() -> seat.decode(new Sequence(0), -1));
				}
				refused.countDown();
			});
			refused.await();
			assertThat(good.decode(sequence(1), 5)).hasSize(this.model.shape().vocabulary());
			bad.get();
		}
		assertThat(batcher.tokens()).isEqualTo(1);
	}

	@Test
	void closedEngineFailsAllThatWait() throws Exception {
		DecodeBatcher batcher = new DecodeBatcher(this.engine, FOREVER);
		this.engine.close();
		try (DecodeBatcher.Seat one = batcher.join(); DecodeBatcher.Seat two = batcher.join()) {
			Future<?> first = this.callers.submit(() -> one.decode(sequence(0), 5));
			assertThatIllegalStateException().isThrownBy(() -> two.decode(sequence(1), 5))
				.withStackTraceContaining("the engine is closed");
			assertThatExceptionOfType(ExecutionException.class).isThrownBy(first::get)
				.withRootCauseInstanceOf(IllegalStateException.class);
		}
	}

	@Test
	void interruptedCallerGetsItsTokenAndStaysInterrupted() {
		DecodeBatcher batcher = new DecodeBatcher(this.engine);
		try (DecodeBatcher.Seat absent = batcher.join(); DecodeBatcher.Seat seat = batcher.join()) {
			assertThat(absent).isNotSameAs(seat);
			Thread.currentThread().interrupt();
			float[] logits = seat.decode(sequence(0), 5);
			assertThat(Thread.interrupted()).isTrue();
			assertThat(logits).containsExactly(this.engine.decode(sequence(1), 5));
		}
	}

	@Test
	void batcherKnowsItsEngine() {
		assertThat(new DecodeBatcher(this.engine).engine()).isSameAs(this.engine);
	}

}
