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

import java.util.Locale;

/**
 * One measurement.
 *
 * @param nanos nanoseconds a transfer
 * @param count how many transfers it is the mean of
 * @param other what {@code nanos} is compared with, where both come from the same
 * transfers; else {@code NaN}
 */
record Sample(double nanos, long count, double other) {

	/** How a line that holds a measurement begins. */
	static final String PREFIX = "time ";

	Sample(double nanos, long count) {
		this(nanos, count, Double.NaN);
	}

	/**
	 * Writes the line that {@link #parse} reads.
	 * @return the line
	 */
	String line() {
		return String.format(Locale.ROOT, "%s%.1f %d %.1f", PREFIX, this.nanos, this.count, this.other);
	}

	static Sample parse(String line) {
		String[] words = line.split(" ");
		if (!line.startsWith(PREFIX) || words.length < 3) {
			throw new IllegalArgumentException("no measurement: " + line);
		}
		return new Sample(Double.parseDouble(words[1]), Long.parseLong(words[2]),
				(words.length > 3) ? Double.parseDouble(words[3]) : Double.NaN);
	}

}
