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

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

import io.nixl4j.memory.MemoryRegion;
import io.nixl4j.memory.NixlBackendException;
import io.nixl4j.memory.NixlError;
import io.nixl4j.memory.NixlOutOfRangeException;
import io.nixl4j.memory.NixlRegionClosedException;

/**
 * The KV cache of this process: blocks in a region of its own, whose pieces an engine
 * computes with where they lie. Numbers are little-endian. Does not own the region. Safe
 * for use by many threads; the bytes themselves are guarded by nothing.
 */
public final class KvCache {

	private final KvBlocks blocks;

	private final MemoryRegion region;

	/**
	 * Puts a cache into a region.
	 * @param layout how the blocks lie
	 * @param region the memory, for {@link KvLayout#bytes} of as many blocks as wanted
	 * @throws NixlOutOfRangeException as {@link KvBlocks} says
	 */
	public KvCache(KvLayout layout, MemoryRegion region) {
		this.blocks = new KvBlocks(layout, region);
		this.region = region;
	}

	/**
	 * Returns the blocks, to make descriptor lists of them.
	 * @return the blocks of the cache
	 */
	public KvBlocks blocks() {
		return this.blocks;
	}

	/**
	 * Returns how the blocks lie.
	 * @return the layout
	 */
	public KvLayout layout() {
		return this.blocks.layout();
	}

	/**
	 * Returns where the blocks lie.
	 * @return the region
	 */
	public MemoryRegion region() {
		return this.region;
	}

	/**
	 * Returns a view of a piece: position 0, limit and capacity
	 * {@link KvLayout#pieceBytes}, little-endian. Like every buffer of a region it cannot
	 * crash the JVM after the region has closed.
	 * @param block the index of the block
	 * @param layer the layer, from 0
	 * @param part one of {@link KvLayout#parts}
	 * @return a new buffer over the memory, which may be kept
	 * @throws NixlOutOfRangeException if there is no such block, layer or part
	 * @throws NixlRegionClosedException if the region is closed or closing
	 * @throws NixlBackendException {@link NixlError#UNSUPPORTED} if the memory is not
	 * DRAM, or a piece is not one range of bytes in the layout's order
	 */
	public ByteBuffer piece(int block, int layer, KvPart part) {
		if (!layout().order().hasWholePieces()) {
			throw NixlError.UNSUPPORTED
				.exception("Pieces are not ranges of bytes in the order " + layout().order().axes());
		}
		return this.region.buffer(this.blocks.offset(block, layer, part, 0, 0), layout().pieceBytes())
			.order(ByteOrder.LITTLE_ENDIAN);
	}

}
