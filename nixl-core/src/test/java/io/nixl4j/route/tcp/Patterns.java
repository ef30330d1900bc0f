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

package io.nixl4j.route.tcp;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

import io.nixl4j.memory.DescriptorList;
import io.nixl4j.memory.LocalRegion;
import io.nixl4j.memory.Region;
import io.nixl4j.memory.RunCursor;

/**
 * Fills and compares memory, and makes lists.
 */
final class Patterns {

	private Patterns() {
	}

	static void fill(LocalRegion region, long seed) {
		Random random = new Random(seed);
		ByteBuffer window = region.window(0);
		for (int i = 0; i + 8 <= window.capacity(); i += 8) {
			window.putLong(i, random.nextLong());
		}
	}

	static void fillBytes(LocalRegion region, byte value) {
		ByteBuffer window = region.window(0);
		long word = 0x0101010101010101L * value;
		for (int i = 0; i + 8 <= window.capacity(); i += 8) {
			window.putLong(i, word);
		}
	}

	static byte[] bytes(LocalRegion region) {
		byte[] bytes = new byte[(int) region.length()];
		region.window(0).get(0, bytes);
		return bytes;
	}

	/** The bytes of a region after what a list names was copied into it. */
	static byte[] expected(byte[] source, DescriptorList from, byte[] target, DescriptorList to) {
		byte[] result = target.clone();
		RunCursor reading = from.cursor();
		RunCursor writing = to.cursor();
		while (reading.hasRemaining()) {
			int piece = (int) Math.min(reading.contiguous(), writing.contiguous());
			System.arraycopy(source, (int) reading.offset(), result, (int) writing.offset(), piece);
			reading.advance(piece);
			writing.advance(piece);
		}
		return result;
	}

	/** Ranges of random places and lengths that do not overlap, in random order. */
	static DescriptorList scattered(Region region, long bytes, int longest, Random random) {
		List<long[]> ranges = new ArrayList<>();
		long slack = region.length() - bytes;
		long at = 0;
		long left = bytes;
		while (left > 0) {
			long gap = (slack > 0 && random.nextInt(3) > 0) ? Math.min(slack, random.nextInt(longest)) : 0;
			at += gap;
			slack -= gap;
			long length = Math.min(left, 1 + random.nextInt(longest));
			ranges.add(new long[] { at, length });
			at += length;
			left -= length;
		}
		Collections.shuffle(ranges, random);
		return DescriptorList
			.of(ranges.stream().map((range) -> region.range(range[0], range[1])).toArray(DescriptorList[]::new));
	}

}
