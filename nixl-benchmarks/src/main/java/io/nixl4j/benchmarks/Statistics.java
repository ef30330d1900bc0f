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

/**
 * The arithmetic of alternating rounds.
 */
final class Statistics {

	private Statistics() {
	}

	static double median(double... values) {
		return quantile(0.5, values);
	}

	/**
	 * Returns a quantile, between the two nearest values where none is exact.
	 * @param q which, 0 to 1
	 * @param values the values, one at least, in any order
	 * @return the quantile
	 */
	static double quantile(double q, double... values) {
		double[] sorted = values.clone();
		Arrays.sort(sorted);
		double at = q * (sorted.length - 1);
		int below = (int) at;
		int above = Math.min(below + 1, sorted.length - 1);
		return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
	}

	/**
	 * Returns how much faster one was than another, round by round.
	 * @param base nanoseconds of the one that it is compared with, by round
	 * @param other nanoseconds of the other, by round
	 * @return the ratios; above one the other is faster
	 */
	static double[] ratios(double[] base, double[] other) {
		double[] ratios = new double[base.length];
		for (int i = 0; i < ratios.length; i++) {
			ratios[i] = base[i] / other[i];
		}
		return ratios;
	}

	static double[] means(double[] first, double[] second) {
		double[] means = new double[first.length];
		for (int i = 0; i < means.length; i++) {
			means[i] = (first[i] + second[i]) / 2;
		}
		return means;
	}

	/**
	 * Returns the noise of ratios that would all be one without it.
	 * @param ratios one against itself, by round
	 * @return how far their median is from one, or half of the range that the middle half
	 * of them lies in, whichever is more
	 */
	static double noise(double... ratios) {
		double offset = Math.abs(median(ratios) - 1);
		return Math.max(offset, (quantile(0.75, ratios) - quantile(0.25, ratios)) / 2);
	}

	/**
	 * Returns the noise of a series that has no twin.
	 * @param values the values, by round
	 * @return half of the range that the middle half of them lies in, beside the median
	 */
	static double spread(double... values) {
		return (quantile(0.75, values) - quantile(0.25, values)) / 2 / median(values);
	}

}
