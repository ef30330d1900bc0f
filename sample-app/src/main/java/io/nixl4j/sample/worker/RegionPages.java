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

package io.nixl4j.sample.worker;

import java.nio.ByteBuffer;

import io.nixl4j.kv.KvCache;
import io.nixl4j.kv.KvPart;
import io.nixl4j.sample.engine.KvPages;

/**
 * Lets the engine compute with KV blocks where they are registered, so that they can be
 * sent and received without a copy.
 *
 * @param cache the blocks
 */
public record RegionPages(KvCache cache) implements KvPages {

	@Override
	public int tokensPerBlock() {
		return this.cache.layout().tokensPerBlock();
	}

	@Override
	public int blocks() {
		return this.cache.blocks().count();
	}

	@Override
	public ByteBuffer keys(int layer, int block) {
		return this.cache.piece(block, layer, KvPart.KEYS);
	}

	@Override
	public ByteBuffer values(int layer, int block) {
		return this.cache.piece(block, layer, KvPart.VALUES);
	}

}
