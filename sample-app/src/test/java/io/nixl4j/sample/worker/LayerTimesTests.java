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

package io.nixl4j.sample.worker;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link LayerTimes}.
 */
class LayerTimesTests {

	@Test
	void timeWithSeveralTransfersCountsOnce() {
		LayerTimes times = new LayerTimes(4);
		times.computed(0, 100);
		times.moved(0, 100, 200);
		times.computed(1, 150);
		times.moved(1, 150, 180);
		times.computed(2, 190);
		times.moved(2, 190, 260);
		times.computed(3, 400);
		times.moved(3, 400, 440);
		assertThat(times.moving()).isEqualTo(160 + 40);
		assertThat(times.movingAfterComputing()).isEqualTo(40);
	}

	@Test
	void aTransferThatWasUnderWayWhenTheLastLayerWasComputedCountsFromThen() {
		LayerTimes times = new LayerTimes(2);
		times.computed(1, 10);
		times.moved(1, 10, 60);
		times.computed(0, 40);
		assertThat(times.moving()).isEqualTo(50);
		assertThat(times.movingAfterComputing()).isEqualTo(20);
		assertThat(times.moved()).containsExactly(LayerTimes.NEVER, 60);
	}

	@Test
	void nothingHasMovedAtFirst() {
		LayerTimes times = new LayerTimes(2);
		assertThat(times.moving()).isZero();
		assertThat(times.movingAfterComputing()).isZero();
		assertThat(times.computed()).containsExactly(LayerTimes.NEVER, LayerTimes.NEVER);
	}

}
