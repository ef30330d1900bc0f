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

package io.nixl4j.serving;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

import io.nixl4j.memory.NixlError;
import io.nixl4j.memory.NixlException;

/**
 * When something is to be over.
 *
 * @param nanoTime the time, as {@link System#nanoTime()} counts
 */
record Deadline(long nanoTime) {

	/** Longer than anybody waits, and far from overflow. */
	private static final Duration LONGEST = Duration.ofDays(365);

	static Deadline in(Duration time) {
		Duration bounded = (time.compareTo(LONGEST) < 0) ? time : LONGEST;
		return new Deadline(System.nanoTime() + bounded.toNanos());
	}

	static Deadline inMillis(long millis) {
		return in(Duration.ofMillis(Math.min(millis, LONGEST.toMillis())));
	}

	boolean isOver() {
		return this.nanoTime - System.nanoTime() <= 0;
	}

	/**
	 * Returns the time that is left.
	 * @return at least a millisecond, since nothing takes a time-out of 0
	 */
	Duration left() {
		return Duration.ofNanos(Math.max(TimeUnit.MILLISECONDS.toNanos(1), this.nanoTime - System.nanoTime()));
	}

	static NixlException passed(String what) {
		return NixlError.TIMED_OUT.exception(what + " was not done in time", null, "serve", null);
	}

}
