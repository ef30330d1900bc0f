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

import io.nixl4j.memory.NixlError;

/**
 * Where the numbers of a cache lie: in which of its regions, and how far the steps along
 * each axis are there. The outermost axes may choose the region. Nothing overflows: all
 * products are at most the bytes of the cache, which were computed exactly.
 */
final class KvPlaces {

	private final KvLayout layout;

	/** How many of the outermost axes choose the region. */
	private final int leading;

	private final long[] strides = new long[KvAxis.values().length];

	private final long regionBytes;

	/**
	 * Lays out a cache.
	 * @param layout the layout
	 * @param blocks how many blocks
	 * @param regions how many regions the cache is spread over
	 */
	KvPlaces(KvLayout layout, int blocks, int regions) {
		this.layout = layout;
		List<KvAxis> axes = layout.order().axes();
		long chosen = 1;
		int outermost = 0;
		while (chosen < regions && (axes.get(outermost) == KvAxis.LAYER || axes.get(outermost) == KvAxis.PART)) {
			chosen *= layout.extent(axes.get(outermost++));
		}
		if (chosen != regions) {
			throw NixlError.UNSUPPORTED.exception("A cache in the order " + axes + " with " + layout.layers()
					+ " layers of " + layout.parts().size() + " parts cannot be spread over " + regions
					+ " regions: give one for each step of its outermost layers and parts, or one for all");
		}
		this.leading = outermost;
		this.regionBytes = layout.bytes(blocks) / regions;
		long step = layout.vectorBytes();
		for (int i = axes.size() - 1; i >= outermost; i--) {
			KvAxis axis = axes.get(i);
			this.strides[axis.ordinal()] = step;
			step *= (axis == KvAxis.BLOCK) ? blocks : layout.extent(axis);
		}
	}

	/**
	 * Returns how much of each region the cache takes.
	 * @return the bytes
	 */
	long regionBytes() {
		return this.regionBytes;
	}

	/**
	 * Returns whether an axis chooses the region.
	 * @param axis the axis
	 * @return {@code true} if its steps lead to other regions
	 */
	boolean chooses(KvAxis axis) {
		return this.layout.order().axes().indexOf(axis) < this.leading;
	}

	/**
	 * Returns how long the steps along an axis are.
	 * @param axis the axis
	 * @return the bytes, 0 if it chooses the region
	 */
	long stride(KvAxis axis) {
		return this.strides[axis.ordinal()];
	}

	/**
	 * Finds the region of a piece.
	 * @param layer the layer
	 * @param part the index of the part
	 * @return the index of the region
	 */
	int region(int layer, int part) {
		int region = 0;
		for (int i = 0; i < this.leading; i++) {
			KvAxis axis = this.layout.order().axes().get(i);
			region = region * this.layout.extent(axis) + ((axis == KvAxis.LAYER) ? layer : part);
		}
		return region;
	}

	/**
	 * Finds a number in its region.
	 * @param block the block
	 * @param layer the layer
	 * @param part the index of the part
	 * @param token the token within the block
	 * @param head the head, counted from the first one that is held
	 * @return the offset of the first byte of that head
	 */
	long offset(int block, int layer, int part, long token, int head) {
		return block * stride(KvAxis.BLOCK) + layer * stride(KvAxis.LAYER) + part * stride(KvAxis.PART)
				+ token * stride(KvAxis.TOKEN) + head * stride(KvAxis.HEAD);
	}

}
