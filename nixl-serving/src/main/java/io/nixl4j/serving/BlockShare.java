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

package io.nixl4j.serving;

import java.util.List;
import java.util.stream.Stream;

import io.nixl4j.kv.KvBlock;
import io.nixl4j.kv.KvHolder;
import org.jspecify.annotations.Nullable;

/**
 * The blocks of one attempt: some that were computed before and are shared with others,
 * and behind them fresh ones of its own.
 */
final class BlockShare {

	/** Who writes to the fresh ones. */
	final KvHolder holder;

	/**
	 * What the blocks depend on besides the tokens; {@code null} if nobody shares them.
	 */
	final @Nullable String key;

	final List<PrefixTree.Node> held;

	final List<KvBlock> fresh;

	private final int tokensPerBlock;

	/** The fresh ones have their bytes. */
	boolean ready;

	BlockShare(KvHolder holder, @Nullable String key, List<PrefixTree.Node> held, List<KvBlock> fresh,
			int tokensPerBlock) {
		this.holder = holder;
		this.key = key;
		this.held = held;
		this.fresh = fresh;
		this.tokensPerBlock = tokensPerBlock;
	}

	/** Returns all blocks, in the order of the tokens. */
	List<KvBlock> blocks() {
		return Stream.concat(this.held.stream().map(PrefixTree.Node::block), this.fresh.stream()).toList();
	}

	int[] table() {
		return KvBlock.indices(blocks());
	}

	/**
	 * Returns the first blocks.
	 * @param count how many
	 * @return their indices
	 */
	List<Integer> table(int count) {
		return blocks().subList(0, count).stream().map(KvBlock::index).toList();
	}

	/** Returns how many blocks a text of these tokens fills. */
	int wholeBlocks(List<Integer> tokens) {
		return tokens.size() / this.tokensPerBlock;
	}

	/** Returns of how many tokens of a text keys and values may be kept for others. */
	int tokensToKeep(List<Integer> tokens) {
		return (this.key != null) ? wholeBlocks(tokens) * this.tokensPerBlock : 0;
	}

	/** Returns of how many tokens keys and values are there already. */
	int heldTokens() {
		return this.held.size() * this.tokensPerBlock;
	}

}
