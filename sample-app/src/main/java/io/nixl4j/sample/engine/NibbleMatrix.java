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
 * Weights of type Q4_1. A block is five words: scale and minimum as halves, then 16 bytes
 * of which byte i holds numbers i (low) and i + 16 (high).
 */
final class NibbleMatrix extends Matrix {

	private static final int BLOCK_WORDS = 5;

	NibbleMatrix(GgufTensor tensor) {
		super(tensor, 2 * BLOCK_WORDS);
	}

	@Override
	int parts() {
		return 8;
	}

	@Override
	int largest() {
		return 15;
	}

	@Override
	int place(int column) {
		int inBlock = column % BLOCK;
		int half = inBlock / 16;
		int byteIndex = inBlock % 16;
		int word = column / BLOCK * BLOCK_WORDS + 1 + byteIndex / 4;
		return word * 8 + byteIndex % 4 * 2 + half;
	}

	@Override
	void unpack(int[] packed, int columns, float[] target) {
		int at = 0;
		for (int column = 0; column < columns; column += BLOCK) {
			float scale = Kernels.half(packed[at]);
			float minimum = Kernels.half(packed[at] >>> 16);
			for (int i = 0; i < 16; i += 4) {
				int word = packed[at + 1 + i / 4];
				target[column + i] = scale * (word & 15) + minimum;
				target[column + i + 16] = scale * (word >>> 4 & 15) + minimum;
				target[column + i + 1] = scale * (word >>> 8 & 15) + minimum;
				target[column + i + 17] = scale * (word >>> 12 & 15) + minimum;
				target[column + i + 2] = scale * (word >>> 16 & 15) + minimum;
				target[column + i + 18] = scale * (word >>> 20 & 15) + minimum;
				target[column + i + 3] = scale * (word >>> 24 & 15) + minimum;
				target[column + i + 19] = scale * (word >>> 28) + minimum;
			}
			at += BLOCK_WORDS;
		}
	}

	@Override
	void products(int[] packed, int[][] x, int[] products, int n) {
		Kernels.multiplyNibbles(packed, x, products, n);
	}

	@Override
	float sum(int[] packed, int[] products, int at, FixedPoint x) {
		float sum = 0;
		int blocks = columns() / BLOCK;
		for (int block = 0; block < blocks; block++) {
			int word = at + block * BLOCK_WORDS;
			int dot = products[word + 1] + products[word + 2] + products[word + 3] + products[word + 4];
			sum += Kernels.half(packed[word]) * x.scale(block) * dot + Kernels.half(packed[word] >>> 16) * x.sum(block);
		}
		return sum;
	}

}
