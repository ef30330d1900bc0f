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
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;

import io.nixl4j.memory.NixlBackendException;
import io.nixl4j.memory.NixlError;

/**
 * In which order a KV cache lies in memory: its axes from the one whose steps are the
 * longest to the one whose steps are the shortest, with no gaps. Each order of the axes
 * is one, as long as the tokens lie within their blocks; the constants are those to start
 * from. The numbers of a head always lie together.
 *
 * @param axes each axis once, the outermost first
 */
public record KvOrder(List<KvAxis> axes) {

	/**
	 * One block after the other, each with all of its layers.
	 */
	public static final KvOrder BLOCK_MAJOR = of(KvAxis.BLOCK, KvAxis.LAYER, KvAxis.PART, KvAxis.TOKEN, KvAxis.HEAD);

	/**
	 * One layer after the other, in each the keys of all blocks, then their values.
	 */
	public static final KvOrder LAYER_MAJOR = of(KvAxis.LAYER, KvAxis.PART, KvAxis.BLOCK, KvAxis.TOKEN, KvAxis.HEAD);

	/**
	 * Checks the order.
	 * @throws NixlBackendException {@link NixlError#UNSUPPORTED} if an axis is missing or
	 * named twice, or tokens are not within blocks
	 */
	public KvOrder {
		axes = List.copyOf(axes);
		if (axes.size() != KvAxis.values().length || !EnumSet.copyOf(axes).equals(EnumSet.allOf(KvAxis.class))) {
			throw NixlError.UNSUPPORTED.exception("A KV order names each axis once, not " + axes);
		}
		if (axes.indexOf(KvAxis.TOKEN) < axes.indexOf(KvAxis.BLOCK)) {
			throw NixlError.UNSUPPORTED
				.exception("The tokens of a KV order lie within their blocks; in " + axes + " they do not");
		}
	}

	/**
	 * Makes an order.
	 * @param axes each axis once, the outermost first
	 * @return the order
	 * @throws NixlBackendException as the constructor says
	 */
	public static KvOrder of(KvAxis... axes) {
		return new KvOrder(List.of(axes));
	}

	/**
	 * Returns this order with heads and tokens in each other's place: what was
	 * {@code [token][head]} is {@code [head][token]}.
	 * @return the other order
	 * @throws NixlBackendException {@link NixlError#UNSUPPORTED} if tokens would not be
	 * within blocks then
	 */
	public KvOrder headsAndTokensSwapped() {
		List<KvAxis> swapped = new ArrayList<>(this.axes);
		Collections.swap(swapped, swapped.indexOf(KvAxis.TOKEN), swapped.indexOf(KvAxis.HEAD));
		return new KvOrder(swapped);
	}

	/**
	 * Returns whether each block is one range of bytes.
	 * @return {@code true} if the blocks are the outermost axis
	 */
	public boolean isBlockFirst() {
		return this.axes.get(0) == KvAxis.BLOCK;
	}

	/**
	 * Returns whether the keys, or the values, of one layer in one block are one range of
	 * bytes.
	 * @return {@code true} if tokens and heads are the innermost axes
	 */
	public boolean hasWholePieces() {
		return !this.axes.subList(0, 3).contains(KvAxis.TOKEN) && !this.axes.subList(0, 3).contains(KvAxis.HEAD);
	}

	/**
	 * Returns whether it is blocks of layers of pieces, whatever the pieces are like.
	 * @return {@code true} if so
	 */
	boolean isBlocksOfLayersOfPieces() {
		return this.axes.subList(0, 3).equals(BLOCK_MAJOR.axes.subList(0, 3));
	}

}
