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

package io.nixl4j.spring.boot.test;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

import io.nixl4j.memory.NixlError;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of one attempt.
 *
 * @param kind in which way it is disturbed
 * @param error how it fails at once, or {@code null} if it does not
 * @param nanos after which time its bytes move, or {@link #UNTIL_TOLD}
 */
record Fault(Kind kind, @Nullable NixlError error, long nanos) {

	static final long UNTIL_TOLD = -1;

	/** Of an attempt between two agents that are cut off from each other. */
	static final Fault CUT = new Fault(Kind.CUT, null, UNTIL_TOLD);

	static Fault failing(NixlError error) {
		return new Fault(Kind.FAILING, error, UNTIL_TOLD);
	}

	static Fault late(@Nullable Duration after) {
		return new Fault(Kind.LATE, NixlError.BACKEND, (after != null) ? nanos(after) : UNTIL_TOLD);
	}

	static Fault delayed(Duration delay) {
		return new Fault(Kind.DELAYED, null, nanos(delay));
	}

	private static long nanos(Duration duration) {
		return TimeUnit.NANOSECONDS.convert(duration);
	}

	/**
	 * The ways.
	 */
	enum Kind {

		/** No byte of it moves. */
		FAILING,

		/** It has failed, and its bytes move later. */
		LATE,

		/** Its bytes move later. */
		DELAYED,

		/** Its bytes move when the agents can reach each other again. */
		CUT

	}

}
