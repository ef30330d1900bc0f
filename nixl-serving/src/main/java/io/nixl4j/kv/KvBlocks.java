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

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;

import io.nixl4j.memory.DescriptorList;
import io.nixl4j.memory.NixlBackendException;
import io.nixl4j.memory.NixlError;
import io.nixl4j.memory.NixlOutOfRangeException;
import io.nixl4j.memory.NixlRefusedException;
import io.nixl4j.memory.Region;

/**
 * Memory of this agent or of a peer as blocks of a layout: it makes the descriptor lists
 * that move them. Block 0 starts where the memory starts. Lists name bytes in the order
 * of the layout, blocks in the order of the indices given; so two lists made by the same
 * call with as many blocks, from equal layouts, match byte by byte whatever their indices
 * are. In a block-major order a list names one block after the other, with the fewest
 * runs that keep that order. Blocks that follow each other in memory move as one piece.
 * There is no object a block. Between layouts that are not equal a {@link KvMapping}
 * makes the lists. Immutable and safe for use by many threads; knows nothing of handles,
 * which are the {@link KvBlockPool}'s business.
 */
public final class KvBlocks {

	private final KvLayout layout;

	private final List<Region> regions;

	private final int count;

	private final KvPlaces places;

	/**
	 * Sees a region as blocks, as many as fit.
	 * @param layout how the blocks lie
	 * @param region the memory; what is left behind the last whole block is not used
	 * @throws NixlOutOfRangeException if not one block fits into the region, or the
	 * layout does not start with the blocks and something is left: where everything lies
	 * depends on the number of blocks then, so say it
	 */
	public KvBlocks(KvLayout layout, Region region) {
		this(layout, region, fitting(layout, region));
	}

	/**
	 * Sees a region as a number of blocks. If the layout does not start with the blocks,
	 * both ends must say the same number for the same memory.
	 * @param layout how the blocks lie
	 * @param region the memory; what is left behind the last block is not used
	 * @param count how many blocks, at least 1
	 * @throws NixlOutOfRangeException if there is no block or the blocks do not fit into
	 * the region
	 */
	public KvBlocks(KvLayout layout, Region region, int count) {
		this(layout, List.of(region), count);
	}

	/**
	 * Sees several regions as blocks, such as one region for each layer.
	 * @param layout how the blocks lie
	 * @param regions the memory: one region for each step of the layout's outermost
	 * layers and parts, in their order
	 * @param count how many blocks, at least 1
	 * @throws NixlOutOfRangeException if there is no block or the blocks do not fit into
	 * the regions
	 * @throws NixlBackendException {@link NixlError#UNSUPPORTED} if the layout cannot be
	 * spread over that many regions
	 * @throws NixlRefusedException if a region is given twice
	 */
	public KvBlocks(KvLayout layout, List<? extends Region> regions, int count) {
		this.layout = Objects.requireNonNull(layout, "layout");
		this.regions = List.copyOf(regions);
		this.count = count;
		if (count < 1 || this.regions.isEmpty()) {
			throw NixlError.OUT_OF_RANGE
				.exception("There is no cache of " + count + " blocks in " + this.regions.size() + " regions");
		}
		this.places = new KvPlaces(layout, count, this.regions.size());
		if (Set.copyOf(this.regions).size() < this.regions.size()) {
			throw NixlError.REFUSED.exception("A region was given for two parts of the cache, which would lie on "
					+ "each other; give each its own");
		}
		for (Region region : this.regions) {
			if (region.length() < this.places.regionBytes()) {
				throw NixlError.OUT_OF_RANGE.exception(count + " blocks take " + this.places.regionBytes()
						+ " bytes, which do not fit into region '" + region.name() + "' of " + region.length());
			}
		}
	}

	private static int fitting(KvLayout layout, Region region) {
		long block = layout.blockBytes();
		int count = (int) Math.min(Integer.MAX_VALUE, region.length() / block);
		if (count == 0) {
			throw NixlError.OUT_OF_RANGE.exception("A block of " + block + " bytes does not fit into region '"
					+ region.name() + "' of " + region.length() + " bytes");
		}
		if (!layout.order().isBlockFirst() && region.length() != layout.bytes(count)) {
			throw NixlError.OUT_OF_RANGE.exception("Region '" + region.name() + "' of " + region.length()
					+ " bytes is not a whole number of blocks of " + block + " bytes; say how many blocks it is");
		}
		return count;
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
	 * @return the region, the first one if there are several
	 */
	public Region region() {
		return this.regions.get(0);
	}

	/**
	 * Returns where the blocks lie.
	 * @return the regions, in the order of the layout; immutable
	 */
	public List<Region> regions() {
		return this.regions;
	}

	/**
	 * Returns where a head lies, or a latent.
	 * @param block the block, from 0
	 * @param layer the layer, from 0
	 * @param part one of {@link KvLayout#parts}
	 * @param token the token within the block, from 0
	 * @param head the head among those that this end holds, from 0
	 * @return the offset of its first byte in its region
	 * @throws NixlOutOfRangeException if it does not exist
	 */
	public long offset(int block, int layer, KvPart part, int token, int head) {
		checkBlock(block);
		this.layout.checkLayers(layer, 1);
		int index = this.layout.partIndex(part);
		if (token < 0 || token >= this.layout.tokensPerBlock() || head < 0 || head >= this.layout.heads()) {
			throw NixlError.OUT_OF_RANGE.exception("Token " + token + ", head " + head + " is not in a block of "
					+ this.layout.tokensPerBlock() + " tokens with " + this.layout.heads() + " heads");
		}
		return this.places.offset(block, layer, index, token, head);
	}

	/**
	 * Finds the region of a piece.
	 * @param layer the layer, which exists
	 * @param part the index of the part
	 * @return the region
	 */
	Region region(int layer, int part) {
		return this.regions.get((this.regions.size() == 1) ? 0 : this.places.region(layer, part));
	}

	KvPlaces places() {
		return this.places;
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
	 * @return the list; one descriptor a block in a block-major order
	 * @throws NixlOutOfRangeException if there is no index, or no such block
	 */
	public DescriptorList whole(int[] blocks) {
		return layers(0, this.layout.layers(), blocks);
	}

	/**
	 * Names all parts of one layer.
	 * @param layer the layer, from 0
	 * @param blocks the indices of the blocks, which may repeat; not kept
	 * @return the list; one descriptor a block in a block-major order
	 * @throws NixlOutOfRangeException if there is no index, or no such block or layer
	 */
	public DescriptorList layer(int layer, int[] blocks) {
		return layers(layer, 1, blocks);
	}

	/**
	 * Names all parts of layers that follow each other.
	 * @param first the first layer, from 0
	 * @param layers how many layers
	 * @param blocks the indices of the blocks, which may repeat; not kept
	 * @return the list; one descriptor a block in a block-major order
	 * @throws NixlOutOfRangeException if there is no index or no layer, or no such block
	 * or layer
	 */
	public DescriptorList layers(int first, int layers, int[] blocks) {
		this.layout.checkLayers(first, layers);
		checkBlocks(blocks);
		if (this.layout.order().isBlocksOfLayersOfPieces()) {
			return region()
				.strided(first * this.layout.layerBytes(), this.layout.blockBytes(), layers * this.layout.layerBytes(),
						this.count)
				.select(blocks);
		}
		return inOrder(first, layers, 0, this.layout.parts().size(), blocks);
	}

	/**
	 * Names one part of one layer.
	 * @param layer the layer, from 0
	 * @param part one of {@link KvLayout#parts}
	 * @param blocks the indices of the blocks, which may repeat; not kept
	 * @return the list; one descriptor a block in a block-major order
	 * @throws NixlOutOfRangeException if there is no index, or no such block, layer or
	 * part
	 */
	public DescriptorList part(int layer, KvPart part, int[] blocks) {
		return parts(layer, 1, part, blocks);
	}

	/**
	 * Names one part of layers that follow each other.
	 * @param first the first layer, from 0
	 * @param layers how many layers
	 * @param part one of {@link KvLayout#parts}
	 * @param blocks the indices of the blocks, which may repeat; not kept
	 * @return the list; one descriptor for each layer of each block in a block-major
	 * order
	 * @throws NixlOutOfRangeException if there is no index or no layer, no such block,
	 * layer or part, or more than 2<sup>31</sup> - 1 descriptors
	 */
	public DescriptorList parts(int first, int layers, KvPart part, int[] blocks) {
		this.layout.checkLayers(first, layers);
		checkBlocks(blocks);
		int index = this.layout.partIndex(part);
		if (!this.layout.order().isBlocksOfLayersOfPieces()) {
			return inOrder(first, layers, index, 1, blocks);
		}
		int[] pieces = new int[descriptors((long) blocks.length * layers)];
		// Over all blocks the pieces of one part are equally far apart
		descriptors((long) this.count * this.layout.layers());
		int at = 0;
		for (int block : blocks) {
			for (int layer = first; layer < first + layers; layer++) {
				pieces[at++] = block * this.layout.layers() + layer;
			}
		}
		return region()
			.strided((long) index * this.layout.pieceBytes(), this.layout.layerBytes(), this.layout.pieceBytes(),
					(long) this.count * this.layout.layers())
			.select(pieces);
	}

	private DescriptorList inOrder(int first, int layers, int part, int parts, int[] blocks) {
		KvBox box = new KvBox(first, layers, part, parts, 0, (long) blocks.length * this.layout.tokensPerBlock(),
				this.layout.firstHead(), this.layout.heads());
		return KvWalk.list(this, blocks, box, this, this.layout.order().axes());
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
	 * Checks what a range needs of a block table.
	 * @param table the blocks in the order of the tokens
	 * @param range which tokens
	 * @param distinct whether each block must be named once
	 */
	void checkTable(int[] table, KvRange range, boolean distinct) {
		int size = this.layout.tokensPerBlock();
		long end = range.firstToken() + range.tokens();
		if (end > (long) table.length * size) {
			throw NixlError.OUT_OF_RANGE.exception("Tokens up to " + end + " do not lie in " + table.length
					+ " blocks of " + size + " in region '" + region().name() + "'");
		}
		int first = (int) (range.firstToken() / size);
		int last = (int) ((end - 1) / size);
		for (int i = first; i <= last; i++) {
			checkBlock(table[i]);
		}
		if (distinct) {
			checkDistinct(Arrays.copyOfRange(table, first, last + 1));
		}
	}

	private void checkDistinct(int[] blocks) {
		Arrays.sort(blocks);
		for (int i = 1; i < blocks.length; i++) {
			if (blocks[i] == blocks[i - 1]) {
				throw NixlError.REFUSED.exception("Block " + blocks[i] + " of region '" + region().name()
						+ "' was named twice, so that one token would overwrite another one");
			}
		}
	}

	/**
	 * Checks that there is a block.
	 * @param block the index
	 */
	void checkBlock(int block) {
		if (block < 0 || block >= this.count) {
			throw NixlError.OUT_OF_RANGE.exception("Block " + block + " does not exist: region '" + region().name()
					+ "' holds " + this.count + " blocks");
		}
	}

}
