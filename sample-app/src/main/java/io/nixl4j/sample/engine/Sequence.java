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

import java.util.Arrays;

/**
 * Where the KV cache of one text lies: its block table, and how many tokens are in it.
 * Token {@code i} is in block {@code blocks[i / tokensPerBlock]}. The keys and values may
 * have been put there by this engine or by anybody else, such as the engine of another
 * process that computed the prompt: with blocks and length a sequence is continued
 * anywhere.
 *
 * <p>
 * Not safe for use by several threads at once.
 */
public final class Sequence {

	private int[] blocks;

	private int length;

	/**
	 * An empty sequence.
	 * @param blocks the blocks that it may fill, in this order
	 */
	public Sequence(int... blocks) {
		this(blocks, 0);
	}

	/**
	 * A sequence whose first tokens are in the blocks already.
	 * @param blocks the blocks of these tokens, and those that it may fill, in this order
	 * @param length the number of tokens that are there
	 */
	public Sequence(int[] blocks, int length) {
		if (length < 0) {
			throw new IllegalArgumentException("a length of " + length);
		}
		this.blocks = blocks.clone();
		this.length = length;
		if (Arrays.stream(blocks).distinct().count() != blocks.length) {
			throw new IllegalArgumentException("a block is there twice: " + Arrays.toString(blocks));
		}
	}

	/**
	 * Add blocks to fill when the others are full.
	 * @param more the blocks, none of them there already
	 */
	public void addBlocks(int... more) {
		int[] all = Arrays.copyOf(this.blocks, this.blocks.length + more.length);
		System.arraycopy(more, 0, all, this.blocks.length, more.length);
		this.blocks = new Sequence(all).blocks;
	}

	/**
	 * The tokens whose keys and values are in the blocks.
	 * @return the number of tokens
	 */
	public int length() {
		return this.length;
	}

	/**
	 * The block table.
	 * @return a copy
	 */
	public int[] blocks() {
		return this.blocks.clone();
	}

	int blockCount() {
		return this.blocks.length;
	}

	int block(int index) {
		return this.blocks[index];
	}

	/** The engine's: so many more tokens are in the blocks now. */
	void advance(int tokens) {
		this.length += tokens;
	}

}
