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
 * Memory that transfers can name, of this agent ({@link MemoryRegion}) or of a peer
 * ({@link RemoteRegion}). The methods that build descriptor lists check every range
 * against this region; they do not ask whether it is still open, which posting does.
 * Implementations are safe for use by many threads.
 */
public interface Region {

	/**
	 * Returns the name, unique among the open regions of its agent.
	 * @return the name, or the empty string if the region has none
	 */
	String name();

	/**
	 * Returns where the region starts in the address space of its owner.
	 * @return the address of the first byte
	 */
	long address();

	/**
	 * Returns the length.
	 * @return the length in bytes, more than 0
	 */
	long length();

	/**
	 * Returns where the memory lies.
	 * @return the type of the memory
	 */
	MemoryType type();

	/**
	 * Returns the device that holds the memory.
	 * @return the device id, 0 for DRAM unless the owner said otherwise
	 */
	long deviceId();

	/**
	 * Returns what peers of the owner may do with the memory.
	 * @return the permissions
	 */
	Permissions permissions();

	/**
	 * Names the whole region as one descriptor.
	 * @return the descriptor list
	 */
	default DescriptorList all() {
		return DescriptorList.strided(this, 0, length(), length(), 1);
	}

	/**
	 * Names a part of the region as one descriptor.
	 * @param offset the first byte, from the region's start
	 * @param length the length in bytes
	 * @return the descriptor list
	 * @throws NixlOutOfRangeException if the length is 0 or the range is not within the
	 * region
	 */
	default DescriptorList range(long offset, long length) {
		return DescriptorList.strided(this, offset, length, length, 1);
	}

	/**
	 * Names blocks of equal size by their index, in the order given. Block {@code i}
	 * starts at {@code i * blockSize}. Ids may repeat. Costs no object a block.
	 * @param blockSize the size of each block in bytes
	 * @param ids the indices of the blocks; not kept
	 * @return the descriptor list, one descriptor a block
	 * @throws NixlOutOfRangeException if there is no id, the size is 0 or a block is not
	 * within the region
	 */
	default DescriptorList blocks(long blockSize, int... ids) {
		return DescriptorList.blocks(this, blockSize, ids);
	}

	/**
	 * Names ranges of equal length at equal distance. They must not overlap.
	 * @param start the first byte of the first range, from the region's start
	 * @param stride the bytes from one range's start to the next one's, at least
	 * {@code length}; means nothing if there is one range only
	 * @param length the length of each range in bytes
	 * @param count how many ranges
	 * @return the descriptor list, one descriptor a range
	 * @throws NixlOutOfRangeException if the length or the count is 0, ranges overlap or
	 * one is not within the region
	 */
	default DescriptorList strided(long start, long stride, long length, long count) {
		return DescriptorList.strided(this, start, stride, length, count);
	}

	/**
	 * Tells whether ranges of equal length at equal distance lie within the region and do
	 * not overlap. Throws nothing and overflows for no argument; for what comes from
	 * outside.
	 * @param start the first byte of the first range
	 * @param stride the bytes from one range's start to the next one's
	 * @param length the length of each range
	 * @param count how many ranges
	 * @return {@code true} if {@link #strided} would accept them
	 */
	default boolean covers(long start, long stride, long length, long count) {
		return Ranges.isWithin(length(), start, stride, length, count);
	}

}
