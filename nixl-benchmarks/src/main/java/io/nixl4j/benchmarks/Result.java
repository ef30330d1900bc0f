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

import org.jspecify.annotations.Nullable;

/**
 * How fast we were beside a peer in a case.
 *
 * @param benchCase the case
 * @param peer the peer
 * @param ratio our speed over the peer's, for latency too; {@code NaN} if there is none
 * @param noise how much the peer differed from itself
 * @param value our figure
 * @param unit its unit
 * @param why why there is no ratio, else {@code null}
 */
record Result(BenchCase benchCase, String peer, double ratio, double noise, double value, String unit,
		@Nullable String why) {

	/**
	 * Makes the result of a peer that was not measured.
	 * @param benchCase the case
	 * @param peer the peer
	 * @param why the reason
	 * @return the result
	 */
	static Result absent(BenchCase benchCase, String peer, String why) {
		return new Result(benchCase, peer, Double.NaN, Double.NaN, Double.NaN, benchCase.unit(), why);
	}

	/**
	 * Returns the peer's own figure.
	 * @return the figure, in our unit
	 */
	double peerValue() {
		return this.benchCase.isLatency() ? this.value * this.ratio : this.value / this.ratio;
	}

	/**
	 * Judges: a margin within the noise decides nothing.
	 * @return the word in the table
	 */
	String verdict() {
		if (this.why != null) {
			return "not measured";
		}
		if (Math.abs(this.ratio - 1) <= this.noise) {
			return "undecided";
		}
		return (this.ratio > 1) ? "faster" : "slower";
	}

	/**
	 * Writes the line that programs read.
	 * @return a JSON object
	 */
	String json() {
		String head = "{\"case\":" + quoted(this.benchCase.name()) + ",\"peer\":" + quoted(this.peer);
		if (this.why != null) {
			return head + ",\"ratio\":null,\"why\":" + quoted(this.why) + "}";
		}
		return head + String.format(Locale.ROOT, ",\"ratio\":%.3f,\"noise\":%.3f,\"value\":%.3f,\"unit\":%s}",
				this.ratio, this.noise, this.value, quoted(this.unit));
	}

	private static String quoted(String text) {
		StringBuilder json = new StringBuilder("\"");
		for (int i = 0; i < text.length(); i++) {
			char c = text.charAt(i);
			if (c == '"' || c == '\\') {
				json.append('\\').append(c);
			}
			else if (c < ' ') {
				json.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
			}
			else {
				json.append(c);
			}
		}
		return json.append('"').toString();
	}

}
