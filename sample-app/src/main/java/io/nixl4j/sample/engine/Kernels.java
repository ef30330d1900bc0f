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
 * The inner loops, in which nearly all time is spent: {@link VectorKernels} with the
 * vectors of {@code jdk.incubator.vector} where the JVM was started with that module,
 * {@link PlainKernels} where not. The two round differently in the last places.
 *
 * <p>
 * Within each, a number is computed by the same operations in the same order whatever is
 * computed beside it: sums of products run along {@code k} from the first to the last,
 * alone, and adding zero times a number changes nothing. So a token has the same keys,
 * values and logits to the last bit whether it comes alone, with other sequences' tokens,
 * in a prompt or in a part of one.
 */
interface Kernels {

	/** Rows of a matrix that are packed and unpacked together. */
	int ROWS = 32;

	/** Columns that are packed together: those that share a scale. */
	int COLUMNS = 32;

	/**
	 * The fastest that this JVM has, for one thread.
	 */
	static Kernels best() {
		boolean present = ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
		return (present && VectorKernels.isFast()) ? new VectorKernels() : new PlainKernels();
	}

	/** What they are called. */
	String name();

	/**
	 * Products of a table with n vectors are added to n others, each
	 * {@code y[r] += sum over k of table[k][r] * x[k]}.
	 */
	void accumulate(Table table, Vectors x, Vectors y, int n);

	/**
	 * Unpacks {@link #ROWS} times {@link #COLUMNS} numbers of 4 bits, each
	 * {@code scale * n + minimum}. Packed are five times {@link #ROWS} words: in the
	 * first scale and minimum as halves, then eight numbers of successive columns each.
	 * @param to where the first column begins in the table
	 * @param stride from a column to the next
	 */
	void unpackNibbles(int[] packed, int at, float[] table, int to, int stride);

	/**
	 * As {@link #unpackNibbles}, for {@code scale * n} with n of 8 bits with sign. Packed
	 * are nine times {@link #ROWS} words: the scale as a half, then four numbers each.
	 */
	void unpackBytes(int[] packed, int at, float[] table, int to, int stride);

	/**
	 * Makes of the first n numbers {@code exp(scale * (x - largest))}.
	 * @return their sum
	 */
	float exponentials(float[] x, int n, float scale);

	/** SwiGLU: lets each number of {@code up} through as far as its gate is open. */
	void gate(float[] gate, float[] up, int from, int to);

	/** A number of 16 bits, in the low half of a word, as a float. */
	static float half(int word) {
		// A float's exponent is 112 more than a half's; infinities do not occur in
		// weights.
		return Float.intBitsToFloat((word & 0x8000) << 16 | (word & 0x7fff) << 13) * 0x1p112f;
	}

	/**
	 * A table of numbers: that of column k and row r is
	 * {@code numbers[from + k * stride + r]}.
	 */
	record Table(float[] numbers, int from, int stride, int rows, int columns) {

	}

	/** Vectors that are parts of longer ones: {@code rows[first + i][from + ...]}. */
	record Vectors(float[][] rows, int first, int from) {

	}

}
