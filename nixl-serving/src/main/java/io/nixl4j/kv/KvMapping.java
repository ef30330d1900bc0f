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

import io.nixl4j.memory.DescriptorListBuilder;
import io.nixl4j.memory.NixlBackendException;
import io.nixl4j.memory.NixlError;
import io.nixl4j.memory.NixlException;
import io.nixl4j.memory.NixlOutOfRangeException;
import io.nixl4j.memory.NixlRefusedException;

/**
 * What moves between two ends that keep tokens of the same model, each in a layout of its
 * own: the orders may differ, the sizes of the blocks, and the heads that each end holds.
 * Only bytes move: what would need arithmetic is refused when the mapping is made, with
 * the reason. Immutable and safe for use by many threads.
 */
public final class KvMapping {

	private final KvBlocks source;

	private final KvBlocks target;

	private final int firstHead;

	private final int heads;

	private final KvOrderChoice orders;

	/**
	 * Creates a mapping.
	 * @param source where the numbers are
	 * @param target where they go
	 * @throws NixlBackendException {@link NixlError#UNSUPPORTED} as {@link #check} says
	 */
	public KvMapping(KvBlocks source, KvBlocks target) {
		check(source.layout(), target.layout());
		this.source = source;
		this.target = target;
		this.firstHead = firstHead(source.layout(), target.layout());
		this.heads = endHead(source.layout(), target.layout()) - this.firstHead;
		this.orders = new KvOrderChoice(source, target);
	}

	/**
	 * Checks that bytes can move from one layout to another one.
	 * @param source where the numbers would be
	 * @param target where they would go
	 * @throws NixlBackendException {@link NixlError#UNSUPPORTED} if the layouts differ in
	 * the layers, in what is kept of a token, in the model's heads, their size or the
	 * type of their numbers, or have no head in common
	 */
	public static void check(KvLayout source, KvLayout target) {
		same("keep different things of each token", source.content(), target.content());
		same("have different numbers of layers", source.layers(), target.layers());
		same("are of models with different numbers of heads", source.modelHeads(), target.modelHeads());
		same("have heads (or latents) of different sizes", source.headSize(), target.headSize());
		same("keep numbers of different types, which would have to be converted", source.elementType(),
				target.elementType());
		if (!haveCommonHeads(source, target)) {
			throw NixlError.UNSUPPORTED
				.exception("The two ends have no head in common, so nothing moves between them: the source holds "
						+ heads(source) + ", the target " + heads(target));
		}
	}

	private static void same(String difference, Object source, Object target) {
		if (!source.equals(target)) {
			throw NixlError.UNSUPPORTED.exception("The two ends " + difference + " (source " + source + ", target "
					+ target + "); no list of bytes makes one of the other");
		}
	}

	/**
	 * Tells which workers that share a model's heads have something for each other.
	 * @param one the layout of one
	 * @param other the layout of another one
	 * @return {@code true} if there is a head that both hold
	 */
	public static boolean haveCommonHeads(KvLayout one, KvLayout other) {
		return firstHead(one, other) < endHead(one, other);
	}

	private static int firstHead(KvLayout one, KvLayout other) {
		return Math.max(one.firstHead(), other.firstHead());
	}

	private static int endHead(KvLayout one, KvLayout other) {
		return Math.min(one.firstHead() + one.heads(), other.firstHead() + other.heads());
	}

	private static String heads(KvLayout layout) {
		return "heads " + layout.firstHead() + " to " + (layout.firstHead() + layout.heads() - 1);
	}

	/**
	 * Returns where the numbers are.
	 * @return the source
	 */
	public KvBlocks source() {
		return this.source;
	}

	/**
	 * Returns where the numbers go.
	 * @return the target
	 */
	public KvBlocks target() {
		return this.target;
	}

	/**
	 * Returns the first of the model's heads that move.
	 * @return the head, from 0
	 */
	public int firstHead() {
		return this.firstHead;
	}

	/**
	 * Returns how many heads move: those that both ends hold.
	 * @return the number of heads, at least 1
	 */
	public int heads() {
		return this.heads;
	}

	/**
	 * Makes the lists for a part of a sequence. Token {@code t} lies in the block that
	 * its end's table names at {@code t / tokensPerBlock}; only the entries that the
	 * range touches are looked at. Of several orders in which the numbers can be named
	 * one with few pieces and runs at both ends is taken, and what is adjacent at an end
	 * is one piece there. No object is made for a block, a piece or a run.
	 * @param sourceBlocks the source's block table of the sequence; not kept
	 * @param targetBlocks the target's block table of the sequence; not kept
	 * @param range what moves
	 * @return two lists of as many bytes, of which the same byte is the same number's
	 * @throws NixlOutOfRangeException if the range is not in the layouts or the tables,
	 * or a table names a block that does not exist
	 * @throws NixlRefusedException if the target's table names a block twice
	 * @throws NixlException as {@link DescriptorListBuilder} says
	 */
	public KvLists lists(int[] sourceBlocks, int[] targetBlocks, KvRange range) {
		this.source.layout().checkLayers(range.firstLayer(), range.layers());
		this.source.checkTable(sourceBlocks, range, false);
		this.target.checkTable(targetBlocks, range, true);
		KvBox box = new KvBox(range.firstLayer(), range.layers(), 0, this.source.layout().parts().size(),
				range.firstToken(), range.tokens(), this.firstHead, this.heads);
		List<KvAxis> order = this.orders.of(sourceBlocks, targetBlocks, box);
		return new KvLists(KvWalk.list(this.source, sourceBlocks, box, this.target, order),
				KvWalk.list(this.target, targetBlocks, box, this.source, order));
	}

}
