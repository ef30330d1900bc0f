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

/**
 * Weights of type Q8_0. In the file a block is the scale as a half, then 32 bytes;
 * packed, it is a word of the half, then eight of four successive bytes each.
 */
final class ByteMatrix extends Matrix {

	private static final int BLOCK_BYTES = 34;

	private static final int BLOCK_WORDS = 9;

	ByteMatrix(GgufTensor tensor) {
		super(tensor, BLOCK_WORDS);
	}

	@Override
	void pack(byte[] row, int block, int[] packed, int to) {
		int at = block * BLOCK_BYTES;
		packed[to] = (row[at] & 0xff) | (row[at + 1] & 0xff) << 8;
		for (int column = 0; column < Kernels.COLUMNS; column++) {
			packed[to + (1 + column / 4) * Kernels.ROWS] |= (row[at + 2 + column] & 0xff) << column % 4 * 8;
		}
	}

	@Override
	void unpack(Kernels kernels, int[] packed, int at, float[] table, int to, int stride) {
		kernels.unpackBytes(packed, at, table, to, stride);
	}

}
