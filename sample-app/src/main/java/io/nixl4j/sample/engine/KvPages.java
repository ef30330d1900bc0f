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
 * The memory that a KV cache lies in, cut into blocks of a few tokens. Of each block and
 * layer there are two pieces, one of keys and one of values; each piece is
 * {@code [token][kvHead][headSize]} in little-endian floats. Who owns the memory decides
 * where it is, who else may read or write it, and which block belongs to whom; the engine
 * only computes with it.
 *
 * <p>
 * The pieces must stay valid as long as an {@link Engine} works with them. An engine
 * touches only the blocks of the {@link Sequence} it was called with, and not after that
 * call returned.
 */
public interface KvPages {

	/**
	 * Tokens that a block holds.
	 * @return the number of tokens, at least 1
	 */
	int tokensPerBlock();

	/**
	 * Blocks that there are; their ids are the numbers below.
	 * @return the number of blocks
	 */
	int blocks();

	/**
	 * The keys of one block in one layer. The engine keeps what it gets; may be called
	 * from any thread.
	 * @param layer the layer, from 0
	 * @param block the block, from 0
	 * @return a writable buffer whose remaining bytes are the piece:
	 * {@code tokensPerBlock * kvHeads * headSize} floats
	 */
	ByteBuffer keys(int layer, int block);

	/**
	 * The values of one block in one layer, as {@link #keys}.
	 * @param layer the layer, from 0
	 * @param block the block, from 0
	 * @return a writable buffer whose remaining bytes are the piece
	 */
	ByteBuffer values(int layer, int block);

}
