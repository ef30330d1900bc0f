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

import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Results as a table in Markdown.
 */
final class Table {

	private Table() {
	}

	/**
	 * Writes a table.
	 * @param results its rows
	 * @return the text, with a line break at its end
	 */
	static String markdown(List<Result> results) {
		StringBuilder text = new StringBuilder("""
				| case | peer | nixl4j | peer's | unit | ratio | noise | |
				|---|---|---:|---:|---|---:|---:|---|
				""");
		for (Result result : results) {
			String name = result.benchCase().name();
			if (result.why() != null) {
				text.append(String.format(Locale.ROOT, "| %s | %s | | | | | | not measured: %s |%n", name,
						result.peer(), result.why().replace('|', '/')));
			}
			else {
				text.append(String.format(Locale.ROOT, "| %s | %s | %s | %s | %s | %.2f | %.2f | %s |%n", name,
						result.peer(), figure(result.value()), figure(result.peerValue()), result.unit(),
						result.ratio(), result.noise(), result.verdict()));
			}
		}
		return text.toString();
	}

	private static String figure(double value) {
		return String.format(Locale.ROOT, (value < 10) ? "%.3f" : "%.1f", value);
	}

	/**
	 * Says with how many connections each direction was fastest, where several numbers
	 * were measured.
	 * @param results the results
	 * @return lines for people, none if there is nothing to compare
	 */
	static String bestLanes(List<Result> results) {
		StringBuilder text = new StringBuilder();
		Map<String, Map<Integer, Double>> values = new TreeMap<>();
		for (Result result : results) {
			BenchCase of = result.benchCase();
			if (result.why() == null && of.setting().lanes() > 0 && !of.isLatency()) {
				values.computeIfAbsent(of.op().label() + " " + of.shape().label(), (key) -> new TreeMap<>())
					.put(of.setting().lanes(), result.value());
			}
		}
		values.forEach((what, byLanes) -> {
			if (byLanes.size() > 1) {
				Map.Entry<Integer, Double> best = Collections.max(byLanes.entrySet(), Map.Entry.comparingByValue());
				text.append(String.format(Locale.ROOT, "bench: %s is fastest with %d connections: %.3f Gbit/s%n", what,
						best.getKey(), best.getValue()));
			}
		});
		return text.toString();
	}

}
