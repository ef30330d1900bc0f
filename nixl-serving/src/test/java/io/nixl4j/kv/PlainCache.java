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

import java.util.ArrayList;
import java.util.List;

import io.nixl4j.memory.DescriptorList;
import io.nixl4j.memory.Region;

/**
 * A cache in plain arrays, to compare lists with. Where a number lies is found by walking
 * through the whole cache, axis within axis, and counting bytes: nothing is shared with
 * the arithmetic under test.
 */
final class PlainCache {

	private final KvLayout layout;

	private final int count;

	private final int usable;

	private final List<byte[]> memory = new ArrayList<>();

	private final KvBlocks blocks;

	/**
	 * Creates a cache of zeros.
	 * @param name the name of its regions
	 * @param layout the layout
	 * @param count how many blocks
	 * @param regions how many regions
	 * @param rest how many bytes are left over in each region
	 */
	PlainCache(String name, KvLayout layout, int count, int regions, int rest) {
		this.layout = layout;
		this.count = count;
		this.usable = (int) (layout.bytes(count) / regions);
		List<Region> named = new ArrayList<>();
		for (int i = 0; i < regions; i++) {
			this.memory.add(new byte[this.usable + rest]);
			named.add(new TestRegion(name + i, this.usable + rest));
		}
		this.blocks = new KvBlocks(layout, named, count);
	}

	KvBlocks blocks() {
		return this.blocks;
	}

	List<byte[]> memory() {
		return this.memory;
	}

	/**
	 * Visits all bytes in the order in which they lie.
	 * @param visitor what to call for each
	 */
	void forEachByte(Visitor visitor) {
		walk(0, new int[KvAxis.values().length], 0, visitor);
	}

	private long walk(int depth, int[] steps, long bytes, Visitor visitor) {
		long at = bytes;
		if (depth == steps.length) {
			for (int i = 0; i < this.layout.headSize() * this.layout.elementType().bytes(); i++) {
				Place place = new Place(steps[KvAxis.BLOCK.ordinal()], steps[KvAxis.LAYER.ordinal()],
						steps[KvAxis.PART.ordinal()], steps[KvAxis.TOKEN.ordinal()],
						this.layout.firstHead() + steps[KvAxis.HEAD.ordinal()], i);
				visitor.visit(place, (int) (at / this.usable), (int) (at % this.usable));
				at++;
			}
			return at;
		}
		KvAxis axis = this.layout.order().axes().get(depth);
		for (int i = 0; i < steps(axis); i++) {
			steps[axis.ordinal()] = i;
			at = walk(depth + 1, steps, at, visitor);
		}
		return at;
	}

	private int steps(KvAxis axis) {
		return switch (axis) {
			case BLOCK -> this.count;
			case LAYER -> this.layout.layers();
			case PART -> (this.layout.content() == KvContent.LATENT) ? 1 : 2;
			case TOKEN -> this.layout.tokensPerBlock();
			case HEAD -> this.layout.heads();
		};
	}

	/**
	 * Copies what two lists name, byte by byte.
	 * @param from a list of this cache
	 * @param target another cache
	 * @param to a list of the other cache
	 */
	void copy(DescriptorList from, PlainCache target, DescriptorList to) {
		List<Where> sources = bytes(from);
		List<Where> targets = target.bytes(to);
		for (int i = 0; i < sources.size(); i++) {
			Where source = sources.get(i);
			Where goal = targets.get(i);
			target.memory.get(goal.region())[goal.offset()] = this.memory.get(source.region())[source.offset()];
		}
	}

	/**
	 * Returns where each byte of a list lies.
	 * @param list a list of this cache
	 * @return for each byte its region and its offset there
	 */
	List<Where> bytes(DescriptorList list) {
		List<Where> bytes = new ArrayList<>();
		for (int run = 0; run < list.runs(); run++) {
			int region = this.blocks.regions().indexOf(list.region(run));
			for (long i = 0; i < list.count(run); i++) {
				for (long at = 0; at < list.length(run); at++) {
					bytes.add(new Where(region, (int) (list.start(run) + i * list.stride(run) + at)));
				}
			}
		}
		return bytes;
	}

	/**
	 * Where a byte lies.
	 *
	 * @param region the index of its region
	 * @param offset the offset there
	 */
	record Where(int region, int offset) {

	}

	/**
	 * Which byte it is.
	 *
	 * @param block the block
	 * @param layer the layer
	 * @param part the index of the part
	 * @param token the token within the block
	 * @param head the head of the model
	 * @param index the byte within the head
	 */
	record Place(int block, int layer, int part, int token, int head, int index) {

	}

	/**
	 * What is called for each byte.
	 */
	interface Visitor {

		void visit(Place place, int region, int offset);

	}

}
