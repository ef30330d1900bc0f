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
 * The inner loops, in which nearly all time is spent. They are plain loops over arrays
 * with one index, a few multiplications and no branch, because that is what the JIT
 * compiler turns into vector instructions. None of them adds up along its index, so the
 * order of all sums is fixed, however wide the vectors are.
 */
final class Kernels {

	private Kernels() {
	}

	/**
	 * A row times a table: {@code y[i] += sum over k of w[from + k] * x[k][i]}, for i
	 * below n.
	 */
	static void accumulate(float[] y, float[] w, int from, float[][] x, int count, int n) {
		int k = 0;
		for (; k + 4 <= count; k += 4) {
			int at = from + k;
			accumulate(y, w[at], x[k], w[at + 1], x[k + 1], w[at + 2], x[k + 2], w[at + 3], x[k + 3], n);
		}
		for (; k < count; k++) {
			accumulate(y, w[from + k], x[k], n);
		}
	}

	/** Four at a time: y is loaded and stored once for four multiplications. */
	private static void accumulate(float[] y, float w0, float[] x0, float w1, float[] x1, float w2, float[] x2,
			float w3, float[] x3, int n) {
		for (int i = 0; i < n; i++) {
			y[i] += w0 * x0[i] + w1 * x1[i] + w2 * x2[i] + w3 * x3[i];
		}
	}

	private static void accumulate(float[] y, float w, float[] x, int n) {
		for (int i = 0; i < n; i++) {
			y[i] += w * x[i];
		}
	}

	/** Adds n numbers, times a weight, to as many others. */
	static void accumulate(float[] y, int yFrom, float w, float[] x, int xFrom, int n) {
		for (int i = 0; i < n; i++) {
			y[yFrom + i] += w * x[xFrom + i];
		}
	}

	/**
	 * Each word holds eight numbers of 4 bits; each is multiplied by the number at its
	 * place in x, and the eight products are added.
	 */
	static void multiplyNibbles(int[] words, int[][] x, int[] products, int n) {
		// In two loops, since the compiler does not vectorize one this long.
		lowNibbles(words, x[0], x[1], x[2], x[3], products, n);
		highNibbles(words, x[4], x[5], x[6], x[7], products, n);
	}

	private static void lowNibbles(int[] words, int[] x0, int[] x1, int[] x2, int[] x3, int[] products, int n) {
		for (int i = 0; i < n; i++) {
			int word = words[i];
			products[i] = (word & 15) * x0[i] + (word >>> 4 & 15) * x1[i] + (word >>> 8 & 15) * x2[i]
					+ (word >>> 12 & 15) * x3[i];
		}
	}

	private static void highNibbles(int[] words, int[] x4, int[] x5, int[] x6, int[] x7, int[] products, int n) {
		for (int i = 0; i < n; i++) {
			int word = words[i];
			products[i] += (word >>> 16 & 15) * x4[i] + (word >>> 20 & 15) * x5[i] + (word >>> 24 & 15) * x6[i]
					+ (word >>> 28) * x7[i];
		}
	}

	/** As {@link #multiplyNibbles}, for four numbers of 8 bits with sign. */
	static void multiplyBytes(int[] words, int[][] x, int[] products, int n) {
		multiplyBytes(words, x[0], x[1], x[2], x[3], products, n);
	}

	private static void multiplyBytes(int[] words, int[] x0, int[] x1, int[] x2, int[] x3, int[] products, int n) {
		for (int i = 0; i < n; i++) {
			int word = words[i];
			products[i] = (word << 24 >> 24) * x0[i] + (word << 16 >> 24) * x1[i] + (word << 8 >> 24) * x2[i]
					+ (word >> 24) * x3[i];
		}
	}

	/** The sum of the products of two vectors, in eight partial sums. */
	static float dot(float[] a, int aFrom, float[] b, int bFrom, int n) {
		float s0 = 0;
		float s1 = 0;
		float s2 = 0;
		float s3 = 0;
		float s4 = 0;
		float s5 = 0;
		float s6 = 0;
		float s7 = 0;
		int i = 0;
		for (; i + 8 <= n; i += 8) {
			s0 += a[aFrom + i] * b[bFrom + i];
			s1 += a[aFrom + i + 1] * b[bFrom + i + 1];
			s2 += a[aFrom + i + 2] * b[bFrom + i + 2];
			s3 += a[aFrom + i + 3] * b[bFrom + i + 3];
			s4 += a[aFrom + i + 4] * b[bFrom + i + 4];
			s5 += a[aFrom + i + 5] * b[bFrom + i + 5];
			s6 += a[aFrom + i + 6] * b[bFrom + i + 6];
			s7 += a[aFrom + i + 7] * b[bFrom + i + 7];
		}
		for (; i < n; i++) {
			s0 += a[aFrom + i] * b[bFrom + i];
		}
		return ((s0 + s1) + (s2 + s3)) + ((s4 + s5) + (s6 + s7));
	}

	/** A number of 16 bits, in the low half of a word, as a float. */
	static float half(int word) {
		// A float's exponent is 112 more than a half's; infinities do not occur in
		// weights.
		return Float.intBitsToFloat((word & 0x8000) << 16 | (word & 0x7fff) << 13) * 0x1p112f;
	}

}
