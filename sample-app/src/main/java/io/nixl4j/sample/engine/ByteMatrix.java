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
 * Weights of type Q8_0. A block is a half and 32 bytes, so two blocks are 17 words, and
 * the second block's half is the upper end of word 8.
 */
final class ByteMatrix extends Matrix {

	private static final int PAIR_WORDS = 17;

	private static final int BLOCK_BYTES = 34;

	ByteMatrix(GgufTensor tensor) throws ModelFormatException {
		super(tensor, PAIR_WORDS);
		if (tensor.columns() % (2 * BLOCK) != 0) {
			throw new ModelFormatException("matrix '%s': rows of %d numbers in Q8_0; this engine needs a multiple of %d"
				.formatted(tensor.name(), tensor.columns(), 2 * BLOCK));
		}
	}

	@Override
	int parts() {
		return 4;
	}

	@Override
	int largest() {
		return 128;
	}

	@Override
	int place(int column) {
		return column / BLOCK * BLOCK_BYTES + 2 + column % BLOCK;
	}

	@Override
	void unpack(int[] packed, int columns, float[] target) {
		for (int column = 0; column < columns; column += BLOCK) {
			int start = column / BLOCK * BLOCK_BYTES;
			float scale = Kernels.half(packed[start / 4] >>> start % 4 * 8);
			for (int i = 0; i < BLOCK; i++) {
				int at = start + 2 + i;
				target[column + i] = scale * (byte) (packed[at / 4] >>> at % 4 * 8);
			}
		}
	}

	@Override
	void products(int[] packed, int[][] x, int[] products, int n) {
		Kernels.multiplyBytes(packed, x, products, n);
	}

	@Override
	float sum(int[] packed, int[] products, int at, FixedPoint x) {
		float sum = 0;
		int pairs = columns() / (2 * BLOCK);
		for (int pair = 0; pair < pairs; pair++) {
			int word = at + pair * PAIR_WORDS;
			// Word 8 has the first block's last two bytes; x is zero where the halves
			// are.
			int first = products[word + 8];
			int second = 0;
			for (int i = 0; i < 8; i++) {
				first += products[word + i];
				second += products[word + 9 + i];
			}
			sum += Kernels.half(packed[word]) * x.scale(2 * pair) * first;
			sum += Kernels.half(packed[word + 8] >>> 16) * x.scale(2 * pair + 1) * second;
		}
		return sum;
	}

}
