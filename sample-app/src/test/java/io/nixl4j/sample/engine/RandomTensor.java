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
import java.nio.ByteOrder;
import java.util.SplittableRandom;

/**
 * A quantized tensor of random numbers, made block by block: its bytes, and beside them
 * what they stand for.
 *
 * @param type how it is written
 * @param bytes the bytes
 * @param values the numbers, of each row
 */
record RandomTensor(TensorType type, byte[] bytes, double[][] values) {

	private static final int BLOCK = 32;

	static RandomTensor nibbles(int rows, int columns, double size, SplittableRandom random) {
		ByteBuffer bytes = ByteBuffer.allocate(rows * columns / BLOCK * 20).order(ByteOrder.LITTLE_ENDIAN);
		double[][] values = new double[rows][columns];
		for (double[] row : values) {
			for (int column = 0; column < columns; column += BLOCK) {
				float scale = half(size / 8 * (0.5 + random.nextDouble()), bytes);
				float minimum = half(-7.5 * scale * (0.9 + 0.2 * random.nextDouble()), bytes);
				for (int i = 0; i < BLOCK / 2; i++) {
					int low = random.nextInt(16);
					int high = random.nextInt(16);
					bytes.put((byte) (low | high << 4));
					row[column + i] = (double) scale * low + minimum;
					row[column + i + BLOCK / 2] = (double) scale * high + minimum;
				}
			}
		}
		return new RandomTensor(TensorType.Q4_1, bytes.array(), values);
	}

	static RandomTensor bytes(int rows, int columns, double size, SplittableRandom random) {
		ByteBuffer bytes = ByteBuffer.allocate(rows * columns / BLOCK * 34).order(ByteOrder.LITTLE_ENDIAN);
		double[][] values = new double[rows][columns];
		for (double[] row : values) {
			for (int column = 0; column < columns; column += BLOCK) {
				float scale = half(size / 100 * (0.5 + random.nextDouble()), bytes);
				for (int i = 0; i < BLOCK; i++) {
					byte number = (byte) random.nextInt(256);
					bytes.put(number);
					row[column + i] = (double) scale * number;
				}
			}
		}
		return new RandomTensor(TensorType.Q8_0, bytes.array(), values);
	}

	/** Writes a number, cut to half precision, and says what is left of it. */
	private static float half(double value, ByteBuffer bytes) {
		int bits = Float.floatToIntBits((float) value) & 0xffffe000;
		int exponent = (bits >>> 23 & 0xff) - 112;
		assert exponent > 0 && exponent < 31 : value;
		bytes.putShort((short) (bits >>> 16 & 0x8000 | exponent << 10 | bits >>> 13 & 0x3ff));
		return Float.intBitsToFloat(bits);
	}

	int columns() {
		return this.values[0].length;
	}

	int rows() {
		return this.values.length;
	}

	/** Its number in a file. */
	int typeNumber() {
		return (this.type == TensorType.Q4_1) ? 3 : 8;
	}

	GgufTensor tensor(String name) {
		ByteBuffer buffer = ByteBuffer.wrap(this.bytes).order(ByteOrder.LITTLE_ENDIAN);
		return new GgufTensor(name, this.type, rows(), columns(), buffer);
	}

}
