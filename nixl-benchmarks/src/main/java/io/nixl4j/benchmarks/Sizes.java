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
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Bytes as people write them.
 */
final class Sizes {

	/** One range of a list lies in one window of memory, which holds this much. */
	static final int MAX = 1 << 30;

	private static final Pattern SIZE = Pattern.compile("(\\d{1,10})(B|K|KiB|M|MiB|G|GiB)?");

	private Sizes() {
	}

	/**
	 * Reads {@code 8B}, {@code 16KiB}, {@code 16K}, {@code 1MiB} and the like.
	 * @param text the text
	 * @return the bytes, 1 to 1 GiB
	 */
	static int parse(String text) {
		Matcher matcher = SIZE.matcher(text);
		if (!matcher.matches()) {
			throw new IllegalArgumentException("'" + text + "' is no size; write 8B, 16KiB, 1MiB or 1GiB");
		}
		String unit = (matcher.group(2) != null) ? matcher.group(2) : "B";
		int shift = "BKMG".indexOf(unit.charAt(0)) * 10;
		long bytes = Long.parseLong(matcher.group(1)) << shift;
		if (bytes < 1 || bytes > MAX) {
			throw new IllegalArgumentException("'" + text + "' is not 1B to 1GiB");
		}
		return (int) bytes;
	}

	/**
	 * Writes a size.
	 * @param bytes the bytes
	 * @return the shortest exact form
	 */
	static String format(long bytes) {
		String[] units = { "B", "KiB", "MiB", "GiB" };
		int unit = 0;
		long rest = bytes;
		while (unit < units.length - 1 && rest >= 1_024 && rest % 1_024 == 0) {
			rest /= 1_024;
			unit++;
		}
		return String.format(Locale.ROOT, "%d%s", rest, units[unit]);
	}

}
