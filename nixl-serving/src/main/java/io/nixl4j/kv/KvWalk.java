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

import java.util.List;

import io.nixl4j.memory.DescriptorList;
import io.nixl4j.memory.DescriptorListBuilder;

/**
 * Names a box of numbers in one end's memory, in an order that another walk can take too.
 * The tokens are cut where a block of either end ends; what lies within such a cut is
 * named by whole runs, so the work is that of the runs, not of the numbers. For one use.
 */
final class KvWalk {

	private final KvBlocks blocks;

	private final KvPlaces places;

	private final int[] table;

	private final KvBox box;

	private final int otherTokensPerBlock;

	private final List<KvAxis> order;

	private final int segments;

	private final DescriptorListBuilder list;

	private final long limit;

	/** What a cut is like: ranges of a length, repeated along axes, innermost first. */
	private long length;

	private int levels;

	private final long[] strides = new long[KvAxis.values().length];

	private final long[] counts = new long[KvAxis.values().length];

	private int layer;

	private int part;

	private KvWalk(KvBlocks blocks, int[] table, KvBox box, KvBlocks other, List<KvAxis> order,
			DescriptorListBuilder list, long limit) {
		this.blocks = blocks;
		this.places = blocks.places();
		this.table = table;
		this.box = box;
		this.otherTokensPerBlock = other.layout().tokensPerBlock();
		this.order = order;
		this.segments = order.indexOf(KvAxis.BLOCK);
		this.list = list;
		this.limit = limit;
		this.layer = box.firstLayer();
		this.part = box.firstPart();
	}

	/**
	 * Names all numbers of a box.
	 * @param blocks the end
	 * @param table its blocks in the order of the tokens, checked
	 * @param box what to name, checked
	 * @param other the end that takes the same walk
	 * @param order the order of the axes; those that choose a region of either end come
	 * before the blocks
	 * @return the list
	 */
	static DescriptorList list(KvBlocks blocks, int[] table, KvBox box, KvBlocks other, List<KvAxis> order) {
		return walked(blocks, table, box, other, order, Long.MAX_VALUE).build();
	}

	/**
	 * Finds out what a list costs those who move it: they handle each piece and read each
	 * run.
	 * @param limit the walk ends where the list costs more
	 * @return the sum of its descriptors and runs
	 */
	static long cost(KvBlocks blocks, int[] table, KvBox box, KvBlocks other, List<KvAxis> order, long limit) {
		return cost(walked(blocks, table, box, other, order, limit));
	}

	private static DescriptorListBuilder walked(KvBlocks blocks, int[] table, KvBox box, KvBlocks other,
			List<KvAxis> order, long limit) {
		DescriptorListBuilder list = new DescriptorListBuilder();
		new KvWalk(blocks, table, box, other, order, list, limit).run();
		return list;
	}

	private static long cost(DescriptorListBuilder list) {
		return list.size() + list.runs();
	}

	/**
	 * Adds everything to the list, or stops where the list costs more than the limit.
	 */
	private void run() {
		int head = this.box.firstHead() - this.blocks.layout().firstHead();
		along(0, this.places.offset(0, this.layer, this.part, 0, head));
	}

	private boolean along(int depth, long base) {
		if (depth == this.segments) {
			return cuts(base);
		}
		KvAxis axis = this.order.get(depth);
		int extent = (int) this.box.extent(axis);
		for (int i = 0; i < extent; i++) {
			if (axis == KvAxis.LAYER) {
				this.layer = this.box.firstLayer() + i;
			}
			else if (axis == KvAxis.PART) {
				this.part = this.box.firstPart() + i;
			}
			if (!along(depth + 1, base + i * this.places.stride(axis))) {
				return false;
			}
		}
		return true;
	}

	private boolean cuts(long base) {
		int size = this.blocks.layout().tokensPerBlock();
		long blockStride = this.places.stride(KvAxis.BLOCK);
		long tokenStride = this.places.stride(KvAxis.TOKEN);
		long end = this.box.firstToken() + this.box.tokens();
		long folded = 0;
		for (long at = this.box.firstToken(); at < end;) {
			long within = at % size;
			long tokens = Math.min(end - at,
					Math.min(size - within, this.otherTokensPerBlock - at % this.otherTokensPerBlock));
			if (tokens != folded) {
				fold(tokens);
				folded = tokens;
			}
			emit(this.levels - 1, base + this.table[(int) (at / size)] * blockStride + within * tokenStride);
			at += tokens;
			if (cost(this.list) > this.limit) {
				return false;
			}
		}
		return true;
	}

	private void fold(long tokens) {
		this.length = this.blocks.layout().vectorBytes();
		this.levels = 0;
		for (int i = this.order.size() - 1; i > this.segments; i--) {
			KvAxis axis = this.order.get(i);
			long count = (axis == KvAxis.TOKEN) ? tokens : this.box.extent(axis);
			long stride = this.places.stride(axis);
			int top = this.levels - 1;
			if (count == 1) {
				continue;
			}
			if (top < 0 && stride == this.length) {
				this.length *= count;
			}
			else if (top >= 0 && stride == this.strides[top] * this.counts[top]) {
				this.counts[top] *= count;
			}
			else {
				this.strides[this.levels] = stride;
				this.counts[this.levels++] = count;
			}
		}
	}

	private void emit(int level, long start) {
		if (level < 0) {
			this.list.add(this.blocks.region(this.layer, this.part), start, this.length);
		}
		else if (level == 0) {
			this.list.add(this.blocks.region(this.layer, this.part), start, this.strides[0], this.length,
					this.counts[0]);
		}
		else {
			for (long i = 0; i < this.counts[level]; i++) {
				emit(level - 1, start + i * this.strides[level]);
			}
		}
	}

}
