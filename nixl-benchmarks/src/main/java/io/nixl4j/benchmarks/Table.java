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

import java.util.List;
import java.util.Locale;

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
				text.append(String.format(Locale.ROOT, "| %s | %s | %.1f | %.1f | %s | %.2f | %.2f | %s |%n", name,
						result.peer(), result.value(), result.peerValue(), result.unit(), result.ratio(),
						result.noise(), result.verdict()));
			}
		}
		return text.toString();
	}

}
