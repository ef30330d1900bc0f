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
 * How a tensor's numbers are written in a GGUF file. The quantized types pack a block of
 * 32 numbers into small integers and one or two half-precision numbers.
 */
enum TensorType {

	/** Plain numbers. */
	F32(1, 4),

	/** {@code scale * n + minimum}, n of 4 bits: the two halves, then 16 bytes. */
	Q4_1(32, 20),

	/** {@code scale * n}, n of 8 bits with sign: the half, then 32 bytes. */
	Q8_0(32, 34);

	/** The names that go with the numbers of all types, for a refusal that helps. */
	private static final String[] NAMES = { "F32", "F16", "Q4_0", "Q4_1", "?", "?", "Q5_0", "Q5_1", "Q8_0", "Q8_1",
			"Q2_K", "Q3_K", "Q4_K", "Q5_K", "Q6_K", "Q8_K", "IQ2_XXS", "IQ2_XS", "IQ3_XXS", "IQ1_S", "IQ4_NL", "IQ3_S",
			"IQ2_S", "IQ4_XS", "I8", "I16", "I32", "I64", "F64", "IQ1_M", "BF16" };

	private final int blockLength;

	private final int blockBytes;

	TensorType(int blockLength, int blockBytes) {
		this.blockLength = blockLength;
		this.blockBytes = blockBytes;
	}

	/** Numbers in a block. */
	int blockLength() {
		return this.blockLength;
	}

	/** Bytes of a row, whose length must be whole blocks. */
	long rowBytes(long columns) {
		return Math.multiplyExact(columns / this.blockLength, this.blockBytes);
	}

	/**
	 * The type that has this number in a file.
	 * @throws ModelFormatException if this engine cannot compute with it
	 */
	static TensorType of(int number, String tensor) throws ModelFormatException {
		return switch (number) {
			case 0 -> F32;
			case 3 -> Q4_1;
			case 8 -> Q8_0;
			default -> {
				boolean known = number >= 0 && number < NAMES.length && !NAMES[number].equals("?");
				throw new ModelFormatException("tensor '%s' is of type %s; this engine reads F32, Q4_1 and Q8_0"
					.formatted(tensor, known ? NAMES[number] : "number " + number));
			}
		};
	}

}
