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

import java.util.Objects;

import io.nixl4j.memory.DescriptorList;
import io.nixl4j.memory.NixlError;
import io.nixl4j.memory.NixlOutOfRangeException;
import io.nixl4j.memory.Region;

/**
 * A region, of this agent or of a peer, as blocks of a layout: it makes the descriptor
 * lists that move them. Block 0 starts where the region starts. Lists name bytes block by
 * block in the order of the indices given, within a block by layer, within a layer keys
 * before values; so two lists made by the same call with as many blocks, from equal
 * layouts, match byte by byte whatever their indices are. Each list has the fewest runs
 * that keep that order; blocks that follow each other in memory move as one piece. There
 * is no object a block. Immutable and safe for use by many threads; knows nothing of
 * handles, which are the {@link KvBlockPool}'s business.
 */
public final class KvBlocks {

	private final KvLayout layout;

	private final Region region;

	private final int count;

	/**
	 * Sees a region as blocks.
	 * @param layout how the blocks lie
	 * @param region the memory; what is left behind the last whole block is not used
	 * @throws NixlOutOfRangeException if not one block fits into the region
	 */
	public KvBlocks(KvLayout layout, Region region) {
		this.layout = Objects.requireNonNull(layout, "layout");
		this.region = Objects.requireNonNull(region, "region");
		this.count = (int) Math.min(Integer.MAX_VALUE, region.length() / layout.blockBytes());
		if (this.count == 0) {
			throw NixlError.OUT_OF_RANGE.exception("A block of " + layout.blockBytes() + " bytes does not fit into "
					+ "region '" + region.name() + "' of " + region.length() + " bytes");
		}
	}

	/**
	 * Returns how the blocks lie.
	 * @return the layout
	 */
	public KvLayout layout() {
		return this.layout;
	}

	/**
	 * Returns where the blocks lie.
	 * @return the region
	 */
	public Region region() {
		return this.region;
	}

	/**
	 * Returns how many blocks there are.
	 * @return the number of blocks, at least 1
	 */
	public int count() {
		return this.count;
	}

	/**
	 * Names whole blocks.
	 * @param blocks the indices of the blocks, which may repeat; not kept
	 * @return the list, one descriptor a block
	 * @throws NixlOutOfRangeException if there is no index, or no such block
	 */
	public DescriptorList whole(int[] blocks) {
		return layers(0, this.layout.layers(), blocks);
	}

	/**
	 * Names the keys and values of one layer.
	 * @param layer the layer, from 0
	 * @param blocks the indices of the blocks, which may repeat; not kept
	 * @return the list, one descriptor a block
	 * @throws NixlOutOfRangeException if there is no index, or no such block or layer
	 */
	public DescriptorList layer(int layer, int[] blocks) {
		return layers(layer, 1, blocks);
	}

	/**
	 * Names the keys and values of layers that follow each other.
	 * @param first the first layer, from 0
	 * @param layers how many layers
	 * @param blocks the indices of the blocks, which may repeat; not kept
	 * @return the list, one descriptor a block
	 * @throws NixlOutOfRangeException if there is no index or no layer, or no such block
	 * or layer
	 */
	public DescriptorList layers(int first, int layers, int[] blocks) {
		this.layout.checkLayers(first, layers);
		checkBlocks(blocks);
		return this.region
			.strided(this.layout.offsetInBlock(first, KvPart.KEYS), this.layout.blockBytes(),
					layers * this.layout.layerBytes(), this.count)
			.select(blocks);
	}

	/**
	 * Names the keys, or the values, of one layer.
	 * @param layer the layer, from 0
	 * @param part keys or values
	 * @param blocks the indices of the blocks, which may repeat; not kept
	 * @return the list, one descriptor a block
	 * @throws NixlOutOfRangeException if there is no index, or no such block or layer
	 */
	public DescriptorList part(int layer, KvPart part, int[] blocks) {
		return parts(layer, 1, part, blocks);
	}

	/**
	 * Names the keys, or the values, of layers that follow each other.
	 * @param first the first layer, from 0
	 * @param layers how many layers
	 * @param part keys or values
	 * @param blocks the indices of the blocks, which may repeat; not kept
	 * @return the list, one descriptor for each layer of each block
	 * @throws NixlOutOfRangeException if there is no index or no layer, no such block or
	 * layer, or more than 2<sup>31</sup> - 1 descriptors
	 */
	public DescriptorList parts(int first, int layers, KvPart part, int[] blocks) {
		this.layout.checkLayers(first, layers);
		checkBlocks(blocks);
		int[] pieces = new int[descriptors((long) blocks.length * layers)];
		// Over all blocks the pieces of one part are equally far apart
		descriptors((long) this.count * this.layout.layers());
		int at = 0;
		for (int block : blocks) {
			for (int layer = first; layer < first + layers; layer++) {
				pieces[at++] = block * this.layout.layers() + layer;
			}
		}
		return this.region
			.strided(this.layout.offsetInBlock(0, part), this.layout.layerBytes(), this.layout.pieceBytes(),
					(long) this.count * this.layout.layers())
			.select(pieces);
	}

	private static int descriptors(long number) {
		if (number > Integer.MAX_VALUE) {
			throw NixlError.OUT_OF_RANGE
				.exception("There are " + number + " pieces, more than the 2^31 - 1 that a list can be made of");
		}
		return (int) number;
	}

	private void checkBlocks(int[] blocks) {
		if (blocks.length == 0) {
			throw NixlError.EMPTY.exception("No block was named");
		}
		for (int block : blocks) {
			checkBlock(block);
		}
	}

	/**
	 * Checks that there is a block.
	 * @param block the index
	 */
	void checkBlock(int block) {
		if (block < 0 || block >= this.count) {
			throw NixlError.OUT_OF_RANGE.exception("Block " + block + " does not exist: region '" + this.region.name()
					+ "' holds " + this.count + " blocks");
		}
	}

}
