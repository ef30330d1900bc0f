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

package io.nixl4j.sample.engine;

/**
 * A copy of one layer's keys and values of one sequence, as the tables that attention
 * multiplies by: keys turned, {@code [kvHead][number][position]}, values as they are,
 * {@code [position][kvHead][number]}.
 */
final class KvLayer {

	private final int width;

	private final KvCache cache;

	private float[] keys = new float[0];

	private float[] values = new float[0];

	private int stride;

	KvLayer(ModelShape shape, KvCache cache) {
		this.width = shape.kvWidth();
		this.cache = cache;
	}

	/** Makes room; must be called before blocks are loaded. */
	void reserve(int positions) {
		if (this.stride < roundUp(positions)) {
			// A sequence grows by a token at a time; the arrays should not. An odd number
			// of cache lines, so that the lines of a column share out over the cache.
			this.stride = roundUp(positions + positions / 2) + Kernels.ROWS / 2;
			this.keys = new float[Math.multiplyExact(this.width, this.stride)];
			this.values = new float[Math.multiplyExact(this.width, this.stride)];
		}
	}

	/** So many positions in whole vectors. */
	static int roundUp(int positions) {
		return (positions + Kernels.ROWS - 1) / Kernels.ROWS * Kernels.ROWS;
	}

	/**
	 * Copies one of the sequence's blocks from the pages.
	 * @param index which of the sequence's blocks
	 * @param positions tokens that the sequence has, this block's and others
	 */
	void load(int layer, Sequence sequence, int index, int positions, Scratch scratch) {
		int perBlock = this.cache.tokensPerBlock();
		int from = index * perBlock;
		int count = Math.min(perBlock, positions - from);
		float[] block = scratch.keys(perBlock * this.width);
		this.cache.readKeys(layer, sequence.block(index), count, block, 0);
		this.cache.readValues(layer, sequence.block(index), count, this.values, from * this.width);
		for (int i = 0; i < this.width; i++) {
			int to = i * this.stride + from;
			for (int token = 0; token < count; token++) {
				this.keys[to + token] = block[token * this.width + i];
			}
		}
	}

	/**
	 * Keys as a table of positions times a head's numbers.
	 * @param from where in a token's keys the head begins
	 * @param size how many numbers it has
	 */
	Kernels.Table keys(int from, int size, int positions) {
		return new Kernels.Table(this.keys, from * this.stride, this.stride, roundUp(positions), size);
	}

	/** Values as a table of a head's numbers times positions. */
	Kernels.Table values(int from, int size, int positions) {
		return new Kernels.Table(this.values, from, this.width, size, positions);
	}

}
