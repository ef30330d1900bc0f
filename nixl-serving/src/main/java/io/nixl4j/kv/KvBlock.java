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

import java.util.Collection;

import io.nixl4j.memory.NixlError;
import io.nixl4j.memory.NixlOutOfRangeException;

/**
 * The handle of a block that a {@link KvBlockPool} gave out. It means that block until
 * the pool gives the block out again; from then on every use of this handle is refused.
 * It gives no right to the memory: whoever has it can only ask the pool's owner.
 *
 * @param pool the pool: a number drawn for each life of it, so that the handles of an
 * earlier life are refused as well
 * @param index which block of the pool, from 0
 * @param generation how many times the block had been given out, this time included
 */
public record KvBlock(long pool, int index, long generation) {

	/**
	 * Checks the handle, which may come from outside.
	 * @throws NixlOutOfRangeException if the index is negative or the generation less
	 * than 1
	 */
	public KvBlock {
		if (index < 0 || generation < 1) {
			throw NixlError.OUT_OF_RANGE
				.exception("There is no block of index " + index + " and generation " + generation);
		}
	}

	/**
	 * Returns the indices of handles, to make descriptor lists of.
	 * @param blocks the handles
	 * @return their indices, in the same order
	 */
	public static int[] indices(Collection<KvBlock> blocks) {
		return blocks.stream().mapToInt(KvBlock::index).toArray();
	}

}
