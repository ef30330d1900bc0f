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

package io.nixl4j.memory;

/**
 * The arithmetic of ranges. No argument, whatever it is, makes it overflow.
 */
final class Ranges {

	private Ranges() {
	}

	/**
	 * Checks that equally spaced ranges lie within a region and do not overlap.
	 * @param region the region
	 * @param start the first byte of the first range
	 * @param stride the distance of their starts; means nothing for one range
	 * @param length the length of each
	 * @param count how many
	 */
	static void check(Region region, long start, long stride, long length, long count) {
		if (length == 0 || count == 0) {
			throw NixlError.EMPTY.exception("There is nothing to do in " + describe(region)
					+ ": the length or the count is 0. Leave the call out, or name at least one byte");
		}
		if (!isWithin(region.length(), start, stride, length, count)) {
			throw NixlError.OUT_OF_RANGE.exception(message(region, start, stride, length, count));
		}
	}

	static boolean isWithin(long regionLength, long start, long stride, long length, long count) {
		if (start < 0 || length <= 0 || count <= 0 || length > regionLength || start > regionLength - length) {
			return false;
		}
		// Division instead of multiplication: (count - 1) * stride could overflow
		return count == 1 || (stride >= length && count - 1 <= (regionLength - length - start) / stride);
	}

	static String describe(Region region) {
		String name = region.name().isEmpty() ? "an unnamed region" : "region '" + region.name() + "'";
		return name + " of " + region.length() + " bytes";
	}

	private static String message(Region region, long start, long stride, long length, long count) {
		if (count == 1) {
			return "The range of " + length + " bytes at offset " + start + " does not lie within " + describe(region);
		}
		return count + " ranges of " + length + " bytes, " + stride + " bytes apart from offset " + start
				+ " on, overlap or do not lie within " + describe(region);
	}

}
