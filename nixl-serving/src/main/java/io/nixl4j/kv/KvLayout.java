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

import io.nixl4j.memory.NixlError;
import io.nixl4j.memory.NixlOutOfRangeException;

/**
 * How the keys and values of a model lie in memory: one block after the other, in each
 * block one layer after the other, in each layer the keys, then the values, each of them
 * {@code [token][head][headSize]}, with no gaps. The keys or the values of one layer in
 * one block are a <em>piece</em>. Both ends of a transfer must have equal layouts. All
 * sizes are exact: a layout whose sizes cannot be computed cannot be made.
 *
 * @param layers the layers of the model, at least 1
 * @param tokensPerBlock the tokens that a block holds, at least 1
 * @param heads the heads that have keys and values of their own, at least 1
 * @param headSize the numbers of each head and token, at least 1
 * @param elementType what each number is
 */
public record KvLayout(int layers, int tokensPerBlock, int heads, int headSize, ElementType elementType) {

	private static final int PARTS = KvPart.values().length;

	/** What one buffer can show of a region. */
	private static final long MAX_PIECE = 1L << 30;

	/**
	 * Checks the layout.
	 * @throws NixlOutOfRangeException if a number is less than 1, a piece has more than 1
	 * GiB or a block more than 2<sup>63</sup> - 1 bytes
	 */
	public KvLayout {
		atLeastOne("layers", layers);
		atLeastOne("tokens a block", tokensPerBlock);
		atLeastOne("heads", heads);
		atLeastOne("head size", headSize);
		Objects.requireNonNull(elementType, "elementType");
		long piece = product("A piece", tokensPerBlock, heads, headSize, elementType.bytes());
		if (piece > MAX_PIECE) {
			throw NixlError.OUT_OF_RANGE.exception("A piece of " + piece
					+ " bytes is more than the 1 GiB that one buffer can show; use fewer tokens a block");
		}
		product("A block", piece, PARTS, layers);
	}

	private static void atLeastOne(String what, int number) {
		if (number < 1) {
			throw NixlError.OUT_OF_RANGE.exception("A KV layout has at least 1 for " + what + ", not " + number);
		}
	}

	private static long product(String what, long... factors) {
		long product = 1;
		try {
			for (long factor : factors) {
				product = Math.multiplyExact(product, factor);
			}
		}
		catch (ArithmeticException ex) {
			throw NixlError.OUT_OF_RANGE.exception(what + " has more than 2^63 - 1 bytes", null, null, ex);
		}
		return product;
	}

	/**
	 * Returns the size of the keys, or of the values, of one layer in one block.
	 * @return the bytes, at most 1 GiB
	 */
	public int pieceBytes() {
		return this.tokensPerBlock * this.heads * this.headSize * this.elementType.bytes();
	}

	/**
	 * Returns the size of the keys and values of one layer in one block.
	 * @return the bytes
	 */
	public long layerBytes() {
		return (long) PARTS * pieceBytes();
	}

	/**
	 * Returns the size of a block.
	 * @return the bytes
	 */
	public long blockBytes() {
		return layerBytes() * this.layers;
	}

	/**
	 * Returns how much memory a number of blocks needs.
	 * @param blocks the number of blocks, 0 or more
	 * @return the bytes
	 * @throws NixlOutOfRangeException if the number is negative or that is more than
	 * 2<sup>63</sup> - 1 bytes
	 */
	public long bytes(int blocks) {
		if (blocks < 0) {
			throw NixlError.OUT_OF_RANGE.exception("There is no cache of " + blocks + " blocks");
		}
		return product("A cache of " + blocks + " blocks", blocks, blockBytes());
	}

	/**
	 * Returns how many blocks a number of tokens needs.
	 * @param tokens the number of tokens, 0 or more
	 * @return the number of blocks, the last one perhaps not full
	 * @throws NixlOutOfRangeException if the number is negative
	 */
	public int blocksFor(int tokens) {
		if (tokens < 0) {
			throw NixlError.OUT_OF_RANGE.exception("There is no sequence of " + tokens + " tokens");
		}
		return tokens / this.tokensPerBlock + ((tokens % this.tokensPerBlock != 0) ? 1 : 0);
	}

	/**
	 * Returns where a piece lies.
	 * @param block the block, from 0
	 * @param layer the layer, from 0
	 * @param part keys or values
	 * @return the offset of its first byte from the start of block 0
	 * @throws NixlOutOfRangeException if the block is negative or too far, or there is no
	 * such layer
	 */
	public long offset(int block, int layer, KvPart part) {
		checkLayers(layer, 1);
		return bytes(block) + offsetInBlock(layer, part);
	}

	/**
	 * Returns where a piece lies in its block.
	 * @param layer the layer, which must exist
	 * @param part keys or values
	 * @return the offset from the start of the block
	 */
	long offsetInBlock(int layer, KvPart part) {
		return layer * layerBytes() + (long) part.ordinal() * pieceBytes();
	}

	/**
	 * Checks a range of layers.
	 * @param first the first layer
	 * @param count how many
	 */
	void checkLayers(int first, int count) {
		if (count == 0) {
			throw NixlError.EMPTY.exception("No layer was named");
		}
		if (first < 0 || count < 0 || first > this.layers - count) {
			throw NixlError.OUT_OF_RANGE
				.exception(count + " layers from layer " + first + " on do not exist: the layout has " + this.layers);
		}
	}

}
