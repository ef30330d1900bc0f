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

package io.nixl4j.kv;

import java.util.BitSet;

/**
 * The free blocks of a pool. Gives out neighbours where there are some, since blocks that
 * lie side by side move as one piece. Not safe for use by many threads.
 */
final class FreeBlocks {

	private final BitSet free;

	/**
	 * Creates the set.
	 * @param blocks how many blocks there are, all of them free
	 */
	FreeBlocks(int blocks) {
		this.free = new BitSet(blocks);
		this.free.set(0, blocks);
	}

	void add(int block) {
		this.free.set(block);
	}

	/**
	 * Takes blocks out.
	 * @param count how many; so many must be free
	 * @return their indices, rising
	 */
	int[] take(int count) {
		int[] taken = new int[count];
		int block = firstOf(count);
		for (int i = 0; i < count; i++) {
			taken[i] = block;
			this.free.clear(block);
			block = this.free.nextSetBit(block + 1);
		}
		return taken;
	}

	private int firstOf(int neighbours) {
		int start = this.free.nextSetBit(0);
		while (start >= 0) {
			int end = this.free.nextClearBit(start);
			if (end - start >= neighbours) {
				return start;
			}
			start = this.free.nextSetBit(end);
		}
		return this.free.nextSetBit(0);
	}

}
