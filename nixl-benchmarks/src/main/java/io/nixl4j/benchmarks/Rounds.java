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

import java.util.Arrays;
import java.util.List;

/**
 * Measures contenders in turns and compares medians of the paired ratios.
 *
 * @param operation what is measured
 * @param bytes the bytes of one transfer
 * @param rounds how often each is measured
 */
record Rounds(Operation operation, int bytes, int rounds) {

	/** Enough bytes a measurement that the clock and the scheduler do not matter. */
	private static final long BYTES_A_MEASUREMENT = 512L << 20;

	private static final long WARM_UP_NANOS = 4_000_000_000L;

	/**
	 * Measures.
	 * @param contenders the first is what the others are compared with
	 * @return nanoseconds a transfer, by contender and round
	 * @throws Exception if a transfer failed
	 */
	double[][] measure(List<Contender> contenders) throws Exception {
		int repeats = (int) Math.max(2, Math.min(2_000, BYTES_A_MEASUREMENT / this.bytes));
		double[][] nanos = new double[contenders.size()][this.rounds];
		for (Contender contender : contenders) {
			warmUp(contender);
		}
		for (int round = 0; round < this.rounds; round++) {
			for (int i = 0; i < contenders.size(); i++) {
				int index = (round % 2 == 0) ? i : contenders.size() - 1 - i;
				nanos[index][round] = once(contenders.get(index), repeats);
			}
		}
		return nanos;
	}

	/**
	 * Compilers share the one processor of each process, and code that runs a few times a
	 * transfer takes thousands of transfers' worth of bytes until they are done with it.
	 */
	private void warmUp(Contender contender) throws Exception {
		long begin = System.nanoTime();
		while (System.nanoTime() - begin < WARM_UP_NANOS) {
			this.operation.run(contender, this.bytes);
		}
	}

	private double once(Contender contender, int repeats) throws Exception {
		this.operation.run(contender, this.bytes);
		long start = System.nanoTime();
		for (int i = 0; i < repeats; i++) {
			this.operation.run(contender, this.bytes);
		}
		return (System.nanoTime() - start) / (double) repeats;
	}

	/**
	 * Returns how fast one was beside another.
	 * @param base nanoseconds of the one that it is compared with, by round
	 * @param other nanoseconds of the other, by round
	 * @return the median of the ratios; above one the other is faster
	 */
	static double ratio(double[] base, double[] other) {
		double[] ratios = new double[base.length];
		for (int i = 0; i < ratios.length; i++) {
			ratios[i] = base[i] / other[i];
		}
		return median(ratios);
	}

	static double median(double[] values) {
		double[] sorted = values.clone();
		Arrays.sort(sorted);
		int middle = sorted.length / 2;
		return (sorted.length % 2 == 1) ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
	}

	/**
	 * One transfer of a contender.
	 */
	@FunctionalInterface
	interface Operation {

		/**
		 * Runs it.
		 * @param contender who
		 * @param bytes how many bytes
		 * @throws Exception if it failed
		 */
		void run(Contender contender, int bytes) throws Exception;

	}

}
