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
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * In which order the numbers of a mapping are named. Both lists follow it, so what is one
 * piece at one end may be many at the other: the order of either end is tried, as it is
 * and block by block, on the first blocks of the sequence, and the one with the fewest
 * pieces and runs at both ends is taken.
 */
final class KvOrderChoice {

	/** How many blocks are looked at: enough to see which order is the better one. */
	private static final int SAMPLED_BLOCKS = 16;

	private final KvBlocks source;

	private final KvBlocks target;

	private final Set<List<KvAxis>> orders = new LinkedHashSet<>();

	/**
	 * Finds the orders that there are.
	 * @param source one end
	 * @param target the other one
	 */
	KvOrderChoice(KvBlocks source, KvBlocks target) {
		this.source = source;
		this.target = target;
		for (KvBlocks end : List.of(source, target)) {
			List<KvAxis> axes = end.layout().order().axes();
			this.orders.add(regionsFirst(axes));
			List<KvAxis> blocksFirst = new ArrayList<>(axes);
			blocksFirst.remove(KvAxis.BLOCK);
			blocksFirst.add(0, KvAxis.BLOCK);
			this.orders.add(regionsFirst(blocksFirst));
		}
	}

	/** A walk learns the region before it comes to the blocks. */
	private List<KvAxis> regionsFirst(List<KvAxis> axes) {
		List<KvAxis> ordered = new ArrayList<>(axes);
		ordered.removeIf((axis) -> !choosesRegion(axis));
		axes.stream().filter((axis) -> !choosesRegion(axis)).forEach(ordered::add);
		return List.copyOf(ordered);
	}

	private boolean choosesRegion(KvAxis axis) {
		return this.source.places().chooses(axis) || this.target.places().chooses(axis);
	}

	/**
	 * Chooses the order for a box.
	 * @param sourceTable the source's block table, checked
	 * @param targetTable the target's block table, checked
	 * @param box the box
	 * @return the axes, the outermost first
	 */
	List<KvAxis> of(int[] sourceTable, int[] targetTable, KvBox box) {
		List<KvAxis> best = this.orders.iterator().next();
		if (this.orders.size() == 1) {
			return best;
		}
		long tokensPerBlock = Math.min(this.source.layout().tokensPerBlock(), this.target.layout().tokensPerBlock());
		KvBox sample = box.start(SAMPLED_BLOCKS * tokensPerBlock);
		long least = Long.MAX_VALUE;
		for (List<KvAxis> order : this.orders) {
			long cost = cost(sourceTable, targetTable, sample, order, least);
			if (cost < least) {
				least = cost;
				best = order;
			}
		}
		return best;
	}

	private long cost(int[] sourceTable, int[] targetTable, KvBox box, List<KvAxis> order, long limit) {
		long cost = KvWalk.cost(this.source, sourceTable, box, this.target, order, limit);
		return (cost >= limit) ? cost
				: cost + KvWalk.cost(this.target, targetTable, box, this.source, order, limit - cost);
	}

}
