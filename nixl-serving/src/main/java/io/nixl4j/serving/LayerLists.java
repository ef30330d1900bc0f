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

import java.util.Arrays;

import io.nixl4j.kv.KvBlocks;
import io.nixl4j.kv.KvLists;
import io.nixl4j.kv.KvLayout;
import io.nixl4j.kv.KvMapping;
import io.nixl4j.kv.KvRange;
import io.nixl4j.memory.NixlError;
import io.nixl4j.memory.NixlException;
import org.jspecify.annotations.Nullable;

/**
 * What the transfer of each layer of one prompt names: the same numbers in the blocks of
 * the prefill worker and in those of the decode worker, however they lie at either end.
 */
final class LayerLists {

	private final KvBlocks source;

	private final int[] sourceBlocks;

	private final KvBlocks target;

	private final int[] targetBlocks;

	private final int tokens;

	private final int held;

	/** There if the layouts differ; whole blocks move if not. */
	private final @Nullable KvMapping mapping;

	/**
	 * Creates the lists.
	 * @param source the prefill worker's blocks
	 * @param sourceBlocks which of them the prompt has
	 * @param target the decode worker's blocks
	 * @param targetBlocks which of them the prompt has
	 * @param tokens how many tokens the prompt has
	 * @param held of how many of them the decode worker has keys and values already
	 * @param engine the engine id of the other worker
	 * @throws NixlException if no list of bytes makes one of the other, or the prefill
	 * worker does not have all that the decode worker needs
	 */
	LayerLists(KvBlocks source, int[] sourceBlocks, KvBlocks target, int[] targetBlocks, int tokens, int held,
			String engine) {
		this.source = source;
		this.sourceBlocks = sourceBlocks;
		this.target = target;
		this.targetBlocks = targetBlocks;
		this.tokens = tokens;
		this.held = held;
		checkLayouts(source.layout(), target.layout(), engine);
		this.mapping = source.layout().equals(target.layout()) ? null : new KvMapping(source, target);
		check(source, sourceBlocks, tokens, engine);
		check(target, targetBlocks, tokens, engine);
		if (held < 0 || held >= tokens || held % target.layout().tokensPerBlock() != 0) {
			throw NixlError.REFUSED.exception("A decode worker cannot hold " + held + " of " + tokens + " tokens",
					engine, "prefill", null);
		}
	}

	/**
	 * Checks that a decode worker can get all it needs.
	 * @param source how the prefill worker's blocks lie
	 * @param target how the decode worker's blocks lie
	 * @param engine the engine id of the other worker
	 * @throws NixlException if no list of bytes makes one of the other, or the prefill
	 * worker does not have all that the decode worker needs
	 */
	static void checkLayouts(KvLayout source, KvLayout target, String engine) {
		KvMapping.check(source, target);
		boolean hasAll = source.firstHead() <= target.firstHead()
				&& source.firstHead() + source.heads() >= target.firstHead() + target.heads();
		if (!hasAll) {
			throw NixlError.UNSUPPORTED.exception("The prefill worker has other heads than the " + target.heads()
					+ " that the decode worker keeps; it must have all of them", engine, "prefill", null);
		}
	}

	private static void check(KvBlocks blocks, int[] table, int tokens, String engine) {
		int due = blocks.layout().blocksFor(tokens);
		if (table.length != due) {
			throw NixlError.REFUSED.exception(
					table.length + " blocks were named for " + tokens + " tokens, which need " + due, engine, "prefill",
					null);
		}
	}

	int layers() {
		return this.source.layout().layers();
	}

	/** Returns how many blocks of the decode worker are filled. */
	int blocks() {
		return this.targetBlocks.length - heldBlocks();
	}

	private int heldBlocks() {
		return this.held / this.target.layout().tokensPerBlock();
	}

	KvLists layer(int layer) {
		if (this.mapping == null) {
			return new KvLists(this.source.layer(layer, rest(this.sourceBlocks)),
					this.target.layer(layer, rest(this.targetBlocks)));
		}
		return this.mapping.lists(this.sourceBlocks, this.targetBlocks,
				new KvRange(layer, 1, this.held, this.tokens - this.held));
	}

	private int[] rest(int[] blocks) {
		return Arrays.copyOfRange(blocks, heldBlocks(), blocks.length);
	}

}
