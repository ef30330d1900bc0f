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
 * Says how much a loop does for one connection, or of its tasks, before others have their
 * turn: less while short requests are seen, which wait for that. Used by the loop's
 * driver only.
 */
final class LoopTurns {

	/** Costs little beside what so many bytes cost, whatever a turn costs. */
	static final int BYTES = 1 << 20;

	private static final long TASK_NANOS = 1_000_000;

	/** Takes some tens of microseconds. */
	private static final int HURRIED_BYTES = 128 << 10;

	/** About one such turn. */
	private static final long HURRIED_TASK_NANOS = 50_000;

	/** Who was in a hurry so lately probably is again. */
	private static final long HURRY_NANOS = 100_000_000;

	/** When a short request was last seen. */
	private long hurryNanos = System.nanoTime() - HURRY_NANOS;

	/** A short request is seen. */
	void hurry() {
		this.hurryNanos = System.nanoTime();
	}

	/** How many bytes a connection sends or receives in a turn. */
	int bytes() {
		return isHurried(System.nanoTime()) ? HURRIED_BYTES : BYTES;
	}

	/**
	 * Returns for how long tasks run, which may add others without end.
	 * @param now the time
	 */
	long taskNanos(long now) {
		return isHurried(now) ? HURRIED_TASK_NANOS : TASK_NANOS;
	}

	private boolean isHurried(long now) {
		return now - this.hurryNanos < HURRY_NANOS;
	}

}
