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

/**
 * Says how long who drives a loop looks awake for work before sleeping. Others may need
 * the processor: who yields to a busy thread waits for that one's whole slice, and who
 * sleeps and is woken goes before it. So a late return from a yield means sleeping at
 * once for a while, for twice as long each time, until yields return in time again.
 */
final class LoopSpin {

	/** Others need the processor if it comes back so late from a yield. */
	static final long CROWDED_NANOS = 100_000;

	private static final long FIRST_CALM_NANOS = 10_000_000;

	private static final long LONGEST_CALM_NANOS = 1_000_000_000;

	/** After so many yields in time nobody else needs the processor. */
	private static final int UNCROWDED_YIELDS = 1_000;

	private final long spinNanos;

	private final long crowdedNanos;

	private volatile long calmUntil = System.nanoTime();

	private long calmNanos = FIRST_CALM_NANOS;

	/** In time, in a row. */
	private int yields;

	LoopSpin(long spinNanos, long crowdedNanos) {
		this.spinNanos = spinNanos;
		this.crowdedNanos = crowdedNanos;
	}

	/**
	 * Returns whether to look awake.
	 * @param now the time
	 * @param idleNanos since when there was nothing to do
	 */
	boolean isAwake(long now, long idleNanos) {
		return idleNanos < this.spinNanos && !isCalm(now);
	}

	/** Any thread: whether others need the processor, so that nobody is to look awake. */
	boolean isCalm() {
		return isCalm(System.nanoTime());
	}

	private boolean isCalm(long now) {
		return now - this.calmUntil < 0;
	}

	/**
	 * The driver has yielded.
	 * @param yieldNanos how long that took
	 */
	void yielded(long yieldNanos) {
		if (yieldNanos > this.crowdedNanos) {
			this.calmUntil = System.nanoTime() + this.calmNanos;
			this.calmNanos = Math.min(LONGEST_CALM_NANOS, 2 * this.calmNanos);
			this.yields = 0;
		}
		else if (++this.yields == UNCROWDED_YIELDS) {
			this.calmNanos = FIRST_CALM_NANOS;
			this.yields = 0;
		}
	}

}
