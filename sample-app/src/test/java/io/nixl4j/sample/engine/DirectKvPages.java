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
 * Pages in one piece of memory outside the heap, with something between them: as they lie
 * where other processes write into them.
 */
final class DirectKvPages implements KvPages {

	private static final int GAP = 64;

	private final int tokensPerBlock;

	private final int blocks;

	private final int layers;

	private final int pieceBytes;

	private final ByteBuffer memory;

	DirectKvPages(ModelShape shape, int tokensPerBlock, int blocks) {
		this.tokensPerBlock = tokensPerBlock;
		this.blocks = blocks;
		this.layers = shape.layers();
		this.pieceBytes = tokensPerBlock * shape.kvWidth() * Float.BYTES;
		this.memory = ByteBuffer.allocateDirect(blocks * this.layers * 2 * (this.pieceBytes + GAP));
	}

	@Override
	public int tokensPerBlock() {
		return this.tokensPerBlock;
	}

	@Override
	public int blocks() {
		return this.blocks;
	}

	@Override
	public ByteBuffer keys(int layer, int block) {
		return piece((block * this.layers + layer) * 2);
	}

	@Override
	public ByteBuffer values(int layer, int block) {
		return piece((block * this.layers + layer) * 2 + 1);
	}

	private ByteBuffer piece(int index) {
		return this.memory.slice(index * (this.pieceBytes + GAP), this.pieceBytes);
	}

}
