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

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Who finds others in need of the processor sleeps, for a while.
 */
class LoopSpinTests {

	private static final long SPIN_NANOS = Duration.ofMinutes(1).toNanos();

	private static final long CROWDED_NANOS = 100_000;

	private final LoopSpin spin = new LoopSpin(SPIN_NANOS, CROWDED_NANOS);

	@Test
	void looksAwakeAsLongAsItIsToldTo() {
		assertThat(isAwake(0)).isTrue();
		assertThat(isAwake(SPIN_NANOS - 1)).isTrue();
		assertThat(isAwake(SPIN_NANOS)).isFalse();
	}

	@Test
	void aYieldThatEndsInTimeChangesNothing() {
		this.spin.yielded(CROWDED_NANOS);
		assertThat(this.spin.isCalm()).isFalse();
		assertThat(isAwake(0)).isTrue();
	}

	@Test
	void aYieldThatEndsLateMeansSleepForAWhile() {
		for (int i = 0; i < 10; i++) {
			this.spin.yielded(CROWDED_NANOS + 1);
		}
		// a second by now, so that no slow machine is through before it looks
		assertThat(this.spin.isCalm()).isTrue();
		assertThat(isAwake(0)).isFalse();
		await().until(() -> !this.spin.isCalm());
		assertThat(isAwake(0)).isTrue();
	}

	private boolean isAwake(long idleNanos) {
		return this.spin.isAwake(System.nanoTime(), idleNanos);
	}

}
