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

package io.nixl4j.benchmarks;

/**
 * How thoroughly a case is measured.
 *
 * @param rounds how often each contender is measured
 * @param nanos for how long each time
 * @param warmUp for how long ours runs before, at most
 */
record Plan(int rounds, long nanos, long warmUp) {

	/** Fewer would make a median that one bad moment moves. */
	static final int LEAST_ROUNDS = 7;

	private static final long MILLI = 1_000_000;

	private static final long FULL = 250 * MILLI;

	/**
	 * Compilers share the processors with the transfers, and code that runs a few times a
	 * transfer takes many transfers until they are done with it.
	 */
	private static final long FULL_WARM_UP = 4_000 * MILLI;

	private static final int WARM_UP_UNITS = 5;

	/**
	 * Plans a case without hurry.
	 * @param rounds how many rounds
	 * @return the plan
	 */
	static Plan full(int rounds) {
		return new Plan(rounds, FULL, FULL_WARM_UP);
	}

	/**
	 * Plans a case that must fit.
	 * @param rounds how many rounds
	 * @param available nanoseconds for the case
	 * @param peers how many peers it has
	 * @return the plan
	 */
	static Plan within(int rounds, long available, int peers) {
		int contenders = 1 + 2 * peers;
		long unit = available / ((long) (rounds + WARM_UP_UNITS) * contenders);
		long nanos = Math.max(5 * MILLI, Math.min(FULL, unit));
		return new Plan(rounds, nanos, WARM_UP_UNITS * nanos);
	}

	Plan withWarmUp(long nanos) {
		return new Plan(this.rounds, this.nanos, nanos);
	}

}
