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
 * Weights of type Q4_1. In the file a block is scale and minimum as halves, then 16 bytes
 * of which byte i holds numbers i (low) and i + 16 (high); packed, it is a word of the
 * halves, then four of eight successive numbers each.
 */
final class NibbleMatrix extends Matrix {

	private static final int BLOCK_BYTES = 20;

	private static final int BLOCK_WORDS = 5;

	NibbleMatrix(GgufTensor tensor) {
		super(tensor, BLOCK_WORDS);
	}

	@Override
	void pack(byte[] row, int block, int[] packed, int to) {
		int at = block * BLOCK_BYTES;
		packed[to] = (row[at] & 0xff) | (row[at + 1] & 0xff) << 8 | (row[at + 2] & 0xff) << 16 | row[at + 3] << 24;
		for (int column = 0; column < Kernels.COLUMNS; column++) {
			int number = row[at + 4 + column % 16] >>> column / 16 * 4 & 15;
			packed[to + (1 + column / 8) * Kernels.ROWS] |= number << column % 8 * 4;
		}
	}

	@Override
	void unpack(Kernels kernels, int[] packed, int at, float[] table, int to, int stride) {
		kernels.unpackNibbles(packed, at, table, to, stride);
	}

}
