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

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * 3 GiB in one piece, in a JVM whose heap is far smaller.
 */
@Tag("all")
class LargeRegionTests {

	@Test
	void everyByteOfThreeGibibytesIsReached() throws Exception {
		ChildJvm child = ChildJvm.run(List.of("-Xmx64m"), Walker.class);
		assertThat(child.status()).as(child.output()).isZero();
		assertThat(child.output()).contains("verified 3221225485 bytes");
		// No warning either: nothing restricted was used
		assertThat(child.output()).doesNotContain("WARNING");
	}

	/**
	 * Stamps every 8 bytes with their own offset and reads them back by other ways.
	 */
	static final class Walker {

		/** Not a multiple of a window, nor of 8. */
		private static final long LENGTH = (3L << 30) + 13;

		private static final long STAMP = 0x9e37_79b9_7f4a_7c15L;

		private static final int PIECE = 1 << 30;

		private Walker() {
		}

		public static void main(String[] arguments) throws Exception {
			RegionTable table = new RegionTable(Duration.ofSeconds(30));
			LocalRegion region = table.allocate(LENGTH, RegionOptions.of("kv"));
			stamp(region);
			byWindows(region);
			acrossBorders(region);
			byCursor(region);
			copies(table, region);
			region.close();
			region.closed().get(60, TimeUnit.SECONDS);
			System.out.println("verified " + LENGTH + " bytes");
		}

		private static void stamp(LocalRegion region) {
			for (long offset = 0; offset < LENGTH; offset += PIECE) {
				ByteBuffer buffer = region.buffer(offset, (int) Math.min(PIECE, LENGTH - offset));
				int at = 0;
				for (; at <= buffer.capacity() - 8; at += 8) {
					buffer.putLong(at, (offset + at) * STAMP);
				}
				for (; at < buffer.capacity(); at++) {
					buffer.put(at, expected(offset + at));
				}
			}
		}

		private static byte expected(long offset) {
			long word = (offset & -8) * STAMP;
			return (byte) (word >>> (56 - 8 * (offset & 7)));
		}

		/** Every word through every window that shows it. */
		private static void byWindows(LocalRegion region) {
			for (int i = 0; i < region.windows(); i++) {
				ByteBuffer window = region.window(i).duplicate();
				long start = (long) i << 30;
				for (int at = 0; at <= window.capacity() - 8; at += 8) {
					check(window.getLong(at) == (start + at) * STAMP, start + at);
				}
			}
			for (long offset = LENGTH - 100; offset < LENGTH; offset++) {
				int window = LocalRegion.windowOf(offset);
				check(region.window(window).get((int) (offset - ((long) window << 30))) == expected(offset), offset);
			}
		}

		/** Single buffers that lie over a border of 1, 2 and 3 GiB. */
		private static void acrossBorders(LocalRegion region) {
			for (long border = 1L << 30; border < LENGTH; border += 1L << 30) {
				long offset = border - 5;
				int length = (int) Math.min(PIECE, LENGTH - offset);
				ByteBuffer buffer = region.buffer(offset, length);
				for (int at = 0; at < Math.min(length, 4096); at++) {
					check(buffer.get(at) == expected(offset + at), offset + at);
					check(buffer.get(length - 1 - at) == expected(offset + length - 1 - at), offset + length - 1 - at);
				}
			}
		}

		/** A list whose pieces reach over borders. */
		private static void byCursor(LocalRegion region) {
			long block = (1L << 29) - 3;
			RunCursor cursor = region.blocks(block, 0, 1, 2, 3, 4, 5).cursor();
			check(cursor.contiguous() == 6 * block, cursor.contiguous());
			long position = 0;
			while (cursor.hasRemaining()) {
				int length = (int) Math.min(cursor.contiguous(), LocalRegion.MAX_WINDOW_RANGE);
				int window = LocalRegion.windowOf(cursor.offset());
				ByteBuffer bytes = region.window(window)
					.duplicate()
					.position((int) (cursor.offset() - ((long) window << 30)))
					.slice()
					.limit(length);
				check(bytes.get(0) == expected(position), position);
				check(bytes.get(length - 1) == expected(position + length - 1), position + length - 1);
				cursor.advance(length);
				position += length;
			}
			check(position == 6 * block, position);
		}

		/**
		 * A range over the border of 2 GiB, odd at both ends, to another region and
		 * within this one.
		 */
		private static void copies(RegionTable table, LocalRegion region) {
			long offset = (2L << 30) - 33_333_333;
			int length = 77_777_777;
			LocalRegion target = table.allocate(length, RegionOptions.of("target"));
			region.copyTo(offset, target, 0, length);
			ByteBuffer copy = target.buffer(0, length);
			for (int at = 0; at < length; at++) {
				check(copy.get(at) == expected(offset + at), offset + at);
			}
			region.copyTo(offset, region, offset + 11, length);
			check(region.buffer(offset + 11, length).equals(copy), offset);
		}

		private static void check(boolean equal, long offset) {
			if (!equal) {
				throw new AssertionError("Wrong byte at " + offset);
			}
		}

	}

}
