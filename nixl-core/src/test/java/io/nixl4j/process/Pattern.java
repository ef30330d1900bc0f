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

package io.nixl4j.process;

import java.nio.ByteBuffer;

/**
 * Bytes that every offset of a region has, so that bytes at a wrong place, old bytes and
 * bytes of somebody else are told apart.
 *
 * @param seed tells one pattern from another
 */
record Pattern(long seed) {

	private static final long FACTOR = 0x9e37_79b9_7f4a_7c15L;

	/**
	 * Returns the 8 bytes at an offset.
	 * @param offset a multiple of 8
	 * @return the bytes, the first one uppermost
	 */
	long word(long offset) {
		long mixed = (offset + this.seed) * FACTOR;
		return mixed ^ (mixed >>> 32);
	}

	private byte at(long offset) {
		return (byte) (word(offset & -8) >>> (56 - 8 * (offset & 7)));
	}

	/**
	 * Fills all of a buffer, whatever its position and limit.
	 * @param buffer the buffer
	 * @param offset the offset of its first byte
	 */
	void fill(ByteBuffer buffer, long offset) {
		int length = buffer.capacity();
		int index = 0;
		while (index < length && ((offset + index) & 7) != 0) {
			buffer.put(index, at(offset + index));
			index++;
		}
		for (; index <= length - 8; index += 8) {
			buffer.putLong(index, word(offset + index));
		}
		for (; index < length; index++) {
			buffer.put(index, at(offset + index));
		}
	}

}
