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

package io.nixl4j.wire;

import java.time.Duration;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Waits between attempts.
 */
class BackoffTests {

	private final Backoff backoff = new Backoff(Duration.ofMillis(10), Duration.ofMillis(75), new SplittableRandom(1));

	@Test
	void waitsGrowToTheBoundAndAreUpToAHalfShorterByChance() {
		for (int round = 0; round < 100; round++) {
			for (int step : new int[] { 10, 20, 40, 75, 75 }) {
				assertThat(this.backoff.next()).isBetween(Duration.ofMillis(step).dividedBy(2),
						Duration.ofMillis(step));
			}
			this.backoff.reset();
		}
	}

	@Test
	void waitsAreSpread() {
		long distinct = IntStream.range(0, 100).mapToObj((i) -> this.backoff.next()).distinct().count();
		assertThat(distinct).isGreaterThan(90);
	}

}
