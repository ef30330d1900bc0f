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

import io.nixl4j.kv.KvBlocks;
import io.nixl4j.kv.KvLists;
import io.nixl4j.kv.KvMapping;
import io.nixl4j.kv.KvRange;
import io.nixl4j.memory.NixlError;
import io.nixl4j.memory.NixlException;
import org.jspecify.annotations.Nullable;

/**
 * What the WRITE of each layer of one prompt names: the same numbers in the blocks of the
 * prefill worker and in those of the decode worker, however they lie at either end.
 */
final class LayerLists {

	private final KvBlocks local;

	private final int[] localBlocks;

	private final KvBlocks remote;

	private final int[] remoteBlocks;

	private final int tokens;

	/** There if the layouts differ; whole blocks move if not. */
	private final @Nullable KvMapping mapping;

	/**
	 * Creates the lists.
	 * @param local the prefill worker's blocks
	 * @param localBlocks which of them the prompt has
	 * @param remote the decode worker's blocks
	 * @param remoteBlocks which of them the prompt has
	 * @param tokens how many tokens the prompt has
	 * @param engine the decode worker's engine id
	 * @throws NixlException if no list of bytes makes one of the other, or the prefill
	 * worker does not have all that the decode worker needs
	 */
	LayerLists(KvBlocks local, int[] localBlocks, KvBlocks remote, int[] remoteBlocks, int tokens, String engine) {
		this.local = local;
		this.localBlocks = localBlocks;
		this.remote = remote;
		this.remoteBlocks = remoteBlocks;
		this.tokens = tokens;
		this.mapping = local.layout().equals(remote.layout()) ? null : new KvMapping(local, remote);
		if (this.mapping != null && this.mapping.heads() != remote.layout().heads()) {
			throw NixlError.UNSUPPORTED
				.exception(
						"The prefill worker has " + this.mapping.heads() + " of the " + remote.layout().heads()
								+ " heads that the decode worker keeps; it must have all of them",
						engine, "prefill", null);
		}
		int due = remote.layout().blocksFor(tokens);
		if (remoteBlocks.length != due) {
			throw NixlError.REFUSED.exception(
					remoteBlocks.length + " blocks were named for " + tokens + " tokens, which need " + due, engine,
					"prefill", null);
		}
	}

	int layers() {
		return this.local.layout().layers();
	}

	/** Returns how many blocks of the decode worker are filled. */
	int blocks() {
		return this.remoteBlocks.length;
	}

	KvLists layer(int layer) {
		if (this.mapping == null) {
			return new KvLists(this.local.layer(layer, this.localBlocks), this.remote.layer(layer, this.remoteBlocks));
		}
		return this.mapping.lists(this.localBlocks, this.remoteBlocks, new KvRange(layer, 1, 0, this.tokens));
	}

}
