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

import io.nixl4j.memory.DescriptorList;
import io.nixl4j.memory.Region;

/**
 * Equally long blocks, as many local as remote ones, paired in their order; or a part of
 * one block.
 *
 * @param length the length of a block in bytes, a multiple of 8
 * @param bytes how many bytes there are in all: less than the block if there is one
 * @param local which blocks of the local region
 * @param remote which blocks of the remote region
 */
record SoakBlocks(int length, int bytes, int[] local, int[] remote) {

	DescriptorList localOf(Region region) {
		return of(region, this.local);
	}

	DescriptorList remoteOf(Region region) {
		return of(region, this.remote);
	}

	private DescriptorList of(Region region, int[] ids) {
		return (this.bytes < this.length) ? region.range((long) ids[0] * this.length, this.bytes)
				: region.blocks(this.length, ids);
	}

	/** How many words there are, the last one perhaps in part. */
	int words() {
		return (this.bytes + 7) / 8;
	}

	/**
	 * Visits every 8 bytes of local memory.
	 * @param base where the thread's share begins in the region
	 * @param visitor what to do
	 */
	void eachLocal(long base, Visitor visitor) {
		each(base, this.local, visitor);
	}

	/**
	 * Visits every 8 bytes of remote memory.
	 * @param base where the thread's share begins in the region
	 * @param visitor what to do
	 */
	void eachRemote(long base, Visitor visitor) {
		each(base, this.remote, visitor);
	}

	private void each(long base, int[] ids, Visitor visitor) {
		int words = Math.min(this.length / 8, words());
		int index = 0;
		for (int id : ids) {
			int first = (int) (((long) id * this.length - base) / 8);
			for (int i = 0; i < words; i++) {
				visitor.visit(first + i, index, SoakStamps.mask(this.bytes - 8 * index));
				index++;
			}
		}
	}

	/**
	 * Visits 8 bytes.
	 */
	interface Visitor {

		/**
		 * Does something.
		 * @param word which of the thread's share
		 * @param index which of the transfer
		 * @param mask which of its bits belong to the transfer
		 */
		void visit(int word, int index, long mask);

	}

}
