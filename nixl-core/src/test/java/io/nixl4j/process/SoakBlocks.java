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
 * Equally long blocks, as many local as remote ones, paired in their order.
 *
 * @param length the length of a block in bytes
 * @param local which blocks of the local region
 * @param remote which blocks of the remote region
 */
record SoakBlocks(int length, int[] local, int[] remote) {

	int bytes() {
		return this.length * this.local.length;
	}

	DescriptorList localOf(Region region) {
		return region.blocks(this.length, this.local);
	}

	DescriptorList remoteOf(Region region) {
		return region.blocks(this.length, this.remote);
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
		int words = this.length / 8;
		int index = 0;
		for (int id : ids) {
			int first = (int) (((long) id * this.length - base) / 8);
			for (int i = 0; i < words; i++) {
				visitor.visit(first + i, index++);
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
		 */
		void visit(int word, int index);

	}

}
