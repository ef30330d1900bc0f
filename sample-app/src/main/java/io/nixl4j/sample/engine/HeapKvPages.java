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

/**
 * KV pages on the heap, for an engine that shares them with nobody.
 */
public final class HeapKvPages implements KvPages {

	private final int tokensPerBlock;

	private final ByteBuffer[][] keys;

	private final ByteBuffer[][] values;

	/**
	 * Allocate the pages.
	 * @param shape the model whose keys and values they hold
	 * @param tokensPerBlock tokens that a block holds
	 * @param blocks number of blocks
	 */
	public HeapKvPages(ModelShape shape, int tokensPerBlock, int blocks) {
		if (tokensPerBlock < 1 || blocks < 1) {
			throw new IllegalArgumentException("%d blocks of %d tokens hold nothing".formatted(blocks, tokensPerBlock));
		}
		this.tokensPerBlock = tokensPerBlock;
		int bytes = Math.multiplyExact(tokensPerBlock * Float.BYTES, shape.kvWidth());
		this.keys = new ByteBuffer[shape.layers()][blocks];
		this.values = new ByteBuffer[shape.layers()][blocks];
		for (int layer = 0; layer < shape.layers(); layer++) {
			for (int block = 0; block < blocks; block++) {
				this.keys[layer][block] = ByteBuffer.allocate(bytes);
				this.values[layer][block] = ByteBuffer.allocate(bytes);
			}
		}
	}

	@Override
	public int tokensPerBlock() {
		return this.tokensPerBlock;
	}

	@Override
	public int blocks() {
		return this.keys[0].length;
	}

	@Override
	public ByteBuffer keys(int layer, int block) {
		return this.keys[layer][block].duplicate();
	}

	@Override
	public ByteBuffer values(int layer, int block) {
		return this.values[layer][block].duplicate();
	}

}
