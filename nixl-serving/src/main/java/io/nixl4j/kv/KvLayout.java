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
import java.util.Objects;

import io.nixl4j.memory.NixlBackendException;
import io.nixl4j.memory.NixlError;
import io.nixl4j.memory.NixlOutOfRangeException;

/**
 * How what a model keeps of its tokens lies in memory: in blocks of tokens, for each
 * layer keys and values or one latent, for each head that this end holds. The keys, the
 * values or the latent of one layer in one block are a <em>piece</em>. The
 * {@linkplain KvOrder order} says what lies behind what, with no gaps. Ends with equal
 * layouts can use the lists of {@link KvBlocks}; for ends with other blocks, other heads
 * or another order of the same model there is {@link KvMapping}. All sizes are exact: a
 * layout whose sizes cannot be computed cannot be made.
 *
 * @param layers the layers of the model, at least 1
 * @param tokensPerBlock the tokens that a block holds, at least 1
 * @param heads the heads with keys and values of their own that this end holds, at least
 * 1; 1 if it keeps latents
 * @param headSize the numbers of each head and token, at least 1; the size of the latent
 * if it keeps latents
 * @param elementType what each number is
 * @param content what is kept of each token
 * @param firstHead the first of the model's heads that this end holds, from 0
 * @param modelHeads all heads of the model that have keys and values of their own
 * @param order what lies behind what
 */
public record KvLayout(int layers, int tokensPerBlock, int heads, int headSize, ElementType elementType,
		KvContent content, int firstHead, int modelHeads, KvOrder order) {

	/** What one buffer can show of a region. */
	private static final long MAX_PIECE = 1L << 30;

	/**
	 * Checks the layout.
	 * @throws NixlOutOfRangeException if a number is less than 1, the heads are not among
	 * the model's, latents have several heads, a piece has more than 1 GiB or a block
	 * more than 2<sup>63</sup> - 1 bytes
	 */
	public KvLayout {
		atLeastOne("layers", layers);
		atLeastOne("tokens a block", tokensPerBlock);
		atLeastOne("heads", heads);
		atLeastOne("head size", headSize);
		atLeastOne("heads of the model", modelHeads);
		Objects.requireNonNull(elementType, "elementType");
		Objects.requireNonNull(content, "content");
		Objects.requireNonNull(order, "order");
		if (firstHead < 0 || firstHead > modelHeads - heads) {
			throw NixlError.OUT_OF_RANGE
				.exception(heads + " heads from head " + firstHead + " on do not exist: the model has " + modelHeads);
		}
		if (content == KvContent.LATENT && modelHeads != 1) {
			throw NixlError.OUT_OF_RANGE
				.exception("All heads share one latent, so a layout of latents has 1 head, not " + modelHeads);
		}
		long piece = product("A piece", tokensPerBlock, heads, headSize, elementType.bytes());
		if (piece > MAX_PIECE) {
			throw NixlError.OUT_OF_RANGE.exception("A piece of " + piece
					+ " bytes is more than the 1 GiB that one buffer can show; use fewer tokens a block");
		}
		product("A block", piece, content.parts().size(), layers);
	}

	/**
	 * Creates a layout of keys and values of all heads, block after block.
	 * @param layers the layers of the model
	 * @param tokensPerBlock the tokens that a block holds
	 * @param heads the heads of the model that have keys and values of their own
	 * @param headSize the numbers of each head and token
	 * @param elementType what each number is
	 * @throws NixlOutOfRangeException as the other constructor says
	 */
	public KvLayout(int layers, int tokensPerBlock, int heads, int headSize, ElementType elementType) {
		this(layers, tokensPerBlock, heads, headSize, elementType, KvContent.KEYS_AND_VALUES, 0, heads,
				KvOrder.BLOCK_MAJOR);
	}

	/**
	 * Creates a layout of one latent a layer and token, block after block.
	 * @param layers the layers of the model
	 * @param tokensPerBlock the tokens that a block holds
	 * @param latentSize the numbers of each latent, with what belongs to it
	 * @param elementType what each number is
	 * @return the layout
	 * @throws NixlOutOfRangeException as the constructor says
	 */
	public static KvLayout latent(int layers, int tokensPerBlock, int latentSize, ElementType elementType) {
		return new KvLayout(layers, tokensPerBlock, 1, latentSize, elementType, KvContent.LATENT, 0, 1,
				KvOrder.BLOCK_MAJOR);
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
	 * Returns this layout with another order.
	 * @param order what lies behind what
	 * @return the layout
	 */
	public KvLayout withOrder(KvOrder order) {
		return new KvLayout(this.layers, this.tokensPerBlock, this.heads, this.headSize, this.elementType, this.content,
				this.firstHead, this.modelHeads, order);
	}

	/**
	 * Returns this layout with blocks of another size.
	 * @param tokensPerBlock the tokens that a block holds
	 * @return the layout
	 * @throws NixlOutOfRangeException if the number is less than 1 or too large
	 */
	public KvLayout withTokensPerBlock(int tokensPerBlock) {
		return new KvLayout(this.layers, tokensPerBlock, this.heads, this.headSize, this.elementType, this.content,
				this.firstHead, this.modelHeads, this.order);
	}

	/**
	 * Returns this layout with other heads of the model.
	 * @param first the first head, from 0
	 * @param count how many heads
	 * @return the layout
	 * @throws NixlOutOfRangeException if the model has no such heads
	 */
	public KvLayout withHeads(int first, int count) {
		return new KvLayout(this.layers, this.tokensPerBlock, count, this.headSize, this.elementType, this.content,
				first, this.modelHeads, this.order);
	}

	/**
	 * Returns what one of several workers that share the heads holds: an equal share, or,
	 * where there are more workers than heads, one head that others hold too. A latent is
	 * held by all.
	 * @param rank the number of the worker, from 0
	 * @param degree how many workers share the heads (the tensor-parallel degree)
	 * @return the layout
	 * @throws NixlOutOfRangeException if there is no such worker, or neither of the heads
	 * and the workers can be shared out among the other ones
	 */
	public KvLayout withShare(int rank, int degree) {
		if (degree < 1 || rank < 0 || rank >= degree) {
			throw NixlError.OUT_OF_RANGE.exception("There is no worker " + rank + " of " + degree);
		}
		if (this.modelHeads % degree == 0) {
			int share = this.modelHeads / degree;
			return withHeads(rank * share, share);
		}
		if (degree % this.modelHeads == 0) {
			return withHeads(rank / (degree / this.modelHeads), 1);
		}
		throw NixlError.OUT_OF_RANGE.exception(this.modelHeads + " heads cannot be shared out among " + degree
				+ " workers; name what each of them holds by withHeads");
	}

	/**
	 * Returns the parts of each layer.
	 * @return keys and values, or the latent; immutable
	 */
	public List<KvPart> parts() {
		return this.content.parts();
	}

	/**
	 * Returns the size of the keys, the values or the latents of one layer in one block.
	 * @return the bytes, at most 1 GiB
	 */
	public int pieceBytes() {
		return this.tokensPerBlock * this.heads * this.headSize * this.elementType.bytes();
	}

	/**
	 * Returns the size of all parts of one layer in one block.
	 * @return the bytes
	 */
	public long layerBytes() {
		return (long) parts().size() * pieceBytes();
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
	 * Returns where a piece lies, in an order in which that does not depend on how many
	 * blocks there are; in any order {@link KvBlocks#offset} says where a head lies.
	 * @param block the block, from 0
	 * @param layer the layer, from 0
	 * @param part one of {@link #parts}
	 * @return the offset of its first byte from the start of block 0
	 * @throws NixlOutOfRangeException if the block is negative or too far, or there is no
	 * such layer or part
	 * @throws NixlBackendException {@link NixlError#UNSUPPORTED} if blocks or pieces are
	 * not ranges of bytes in this order
	 */
	public long offset(int block, int layer, KvPart part) {
		checkLayers(layer, 1);
		if (!this.order.isBlockFirst() || !this.order.hasWholePieces()) {
			throw NixlError.UNSUPPORTED.exception("Blocks and pieces are not ranges of bytes in the order "
					+ this.order.axes() + "; ask KvBlocks where a head lies");
		}
		return bytes(block) + offsetInBlock(layer, part);
	}

	/**
	 * Returns where a piece lies in its block, if blocks and pieces are ranges of bytes.
	 * @param layer the layer, which must exist
	 * @param part one of the parts
	 * @return the offset from the start of the block
	 */
	long offsetInBlock(int layer, KvPart part) {
		int index = partIndex(part);
		boolean layersFirst = this.order.axes().indexOf(KvAxis.LAYER) < this.order.axes().indexOf(KvAxis.PART);
		long before = layersFirst ? (long) layer * parts().size() + index : (long) index * this.layers + layer;
		return before * pieceBytes();
	}

	/**
	 * Returns the size of the smallest thing that is never taken apart: one head, or the
	 * latent, of one token.
	 * @return the bytes
	 */
	int vectorBytes() {
		return this.headSize * this.elementType.bytes();
	}

	/**
	 * Returns how far an axis goes within a block.
	 * @param axis any axis
	 * @return the number of steps, 1 for the block itself
	 */
	int extent(KvAxis axis) {
		return switch (axis) {
			case BLOCK -> 1;
			case LAYER -> this.layers;
			case PART -> parts().size();
			case TOKEN -> this.tokensPerBlock;
			case HEAD -> this.heads;
		};
	}

	/**
	 * Finds a part among those of a layer.
	 * @param part the part
	 * @return its index
	 */
	int partIndex(KvPart part) {
		int index = parts().indexOf(Objects.requireNonNull(part, "part"));
		if (index < 0) {
			throw NixlError.OUT_OF_RANGE.exception("There is no part " + part + ": the layout has " + parts());
		}
		return index;
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
