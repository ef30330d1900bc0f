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
import java.util.random.RandomGenerator;

/**
 * How long to wait before trying again: twice as long each time up to a bound, and by
 * chance up to half of it less, so that many who lost the same peer do not come back at
 * the same moment. Not thread safe.
 */
public final class Backoff {

	private final long firstNanos;

	private final long longestNanos;

	private final RandomGenerator random;

	private long nextNanos;

	/**
	 * Creates a back-off.
	 * @param first the first wait
	 * @param longest the longest wait
	 * @param random decides how much shorter each wait is
	 */
	public Backoff(Duration first, Duration longest, RandomGenerator random) {
		this.firstNanos = first.toNanos();
		this.longestNanos = longest.toNanos();
		this.random = random;
		this.nextNanos = this.firstNanos;
	}

	/**
	 * Returns the next wait.
	 * @return between half of the step and the step
	 */
	public Duration next() {
		long step = this.nextNanos;
		this.nextNanos = Math.min(this.longestNanos, step * 2);
		return Duration.ofNanos(step - this.random.nextLong(step / 2 + 1));
	}

	/** Begins with the first wait again. */
	public void reset() {
		this.nextNanos = this.firstNanos;
	}

}
