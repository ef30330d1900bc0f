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

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.concurrent.atomic.AtomicReferenceArray;

import org.jspecify.annotations.Nullable;

/**
 * The engine's way to the pages: writes the keys and values of tokens, reads those of
 * blocks. Each piece is wrapped once as floats; all copies are bulk copies.
 */
final class KvCache {

	private final KvPages pages;

	private final int layers;

	private final int width;

	private final int tokensPerBlock;

	/** Of each block and layer the keys, then the values. */
	private final AtomicReferenceArray<@Nullable FloatBuffer> pieces;

	KvCache(ModelShape shape, KvPages pages) {
		this.pages = pages;
		this.layers = shape.layers();
		this.width = shape.kvWidth();
		this.tokensPerBlock = pages.tokensPerBlock();
		this.pieces = new AtomicReferenceArray<>(Math.multiplyExact(2 * this.layers, pages.blocks()));
	}

	int tokensPerBlock() {
		return this.tokensPerBlock;
	}

	/**
	 * Refuses a sequence that has no room for so many more tokens, or blocks that are
	 * not.
	 */
	void check(Sequence sequence, int tokens) {
		int needed = (sequence.length() + tokens + this.tokensPerBlock - 1) / this.tokensPerBlock;
		if (needed > sequence.blockCount()) {
			throw new IllegalArgumentException("%d and %d more tokens need %d blocks of %d; the sequence has %d"
				.formatted(sequence.length(), tokens, needed, this.tokensPerBlock, sequence.blockCount()));
		}
		for (int i = 0; i < needed; i++) {
			if (sequence.block(i) < 0 || sequence.block(i) >= this.pages.blocks()) {
				throw new IllegalArgumentException(
						"block %d is not one of the %d blocks".formatted(sequence.block(i), this.pages.blocks()));
			}
		}
	}

	/** Writes one token: {@code [kvHead][headSize]} from both arrays. */
	void write(int layer, Sequence sequence, int position, float[] keys, float[] values) {
		int block = sequence.block(position / this.tokensPerBlock);
		int at = position % this.tokensPerBlock * this.width;
		keys(layer, block).put(at, keys, 0, this.width);
		values(layer, block).put(at, values, 0, this.width);
	}

	/** Reads the keys of a block's first tokens: {@code [token][kvHead][headSize]}. */
	void readKeys(int layer, int block, int tokens, float[] target, int at) {
		keys(layer, block).get(0, target, at, tokens * this.width);
	}

	/** Reads the values of a block's first tokens, as {@link #readKeys}. */
	void readValues(int layer, int block, int tokens, float[] target, int at) {
		values(layer, block).get(0, target, at, tokens * this.width);
	}

	private FloatBuffer keys(int layer, int block) {
		int index = (block * this.layers + layer) * 2;
		FloatBuffer piece = this.pieces.get(index);
		return (piece != null) ? piece : wrap(index, this.pages.keys(layer, block));
	}

	private FloatBuffer values(int layer, int block) {
		int index = (block * this.layers + layer) * 2 + 1;
		FloatBuffer piece = this.pieces.get(index);
		return (piece != null) ? piece : wrap(index, this.pages.values(layer, block));
	}

	private FloatBuffer wrap(int index, ByteBuffer bytes) {
		int expected = this.tokensPerBlock * this.width * Float.BYTES;
		if (bytes.isReadOnly() || bytes.remaining() != expected) {
			throw new IllegalStateException("a piece of %d %s bytes; it must have %d writable ones"
				.formatted(bytes.remaining(), bytes.isReadOnly() ? "read-only" : "writable", expected));
		}
		FloatBuffer piece = bytes.slice().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
		this.pieces.set(index, piece);
		return piece;
	}

}
