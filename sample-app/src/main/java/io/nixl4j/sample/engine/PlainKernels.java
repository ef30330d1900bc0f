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
 * Loops over arrays with one index, a few multiplications and no branch, because that is
 * what the JIT compiler turns into vector instructions.
 */
final class PlainKernels implements Kernels {

	/**
	 * Rows and columns that are copied together, so that the loops are over whole arrays.
	 */
	private static final int STRIP = 192;

	private final float[] sums = new float[STRIP];

	private final float[][] strip = new float[STRIP][STRIP];

	private final float[] scales = new float[ROWS];

	private final float[] minima = new float[ROWS];

	@Override
	public String name() {
		return "plain";
	}

	@Override
	public void accumulate(Table table, Vectors x, Vectors y, int n) {
		for (int row = 0; row < table.rows(); row += STRIP) {
			int rows = Math.min(STRIP, table.rows() - row);
			for (int column = 0; column < table.columns(); column += STRIP) {
				int columns = Math.min(STRIP, table.columns() - column);
				int at = table.from() + column * table.stride() + row;
				// To copy the strip pays if it is used more than once.
				if (n > 1) {
					for (int k = 0; k < columns; k++) {
						System.arraycopy(table.numbers(), at + k * table.stride(), this.strip[k], 0, rows);
					}
				}
				for (int i = 0; i < n; i++) {
					float[] source = x.rows()[x.first() + i];
					float[] target = y.rows()[y.first() + i];
					System.arraycopy(target, y.from() + row, this.sums, 0, rows);
					if (n > 1) {
						accumulate(this.sums, source, x.from() + column, this.strip, columns, rows);
					}
					else {
						for (int k = 0; k < columns; k++) {
							one(this.sums, source[x.from() + column + k], table.numbers(), at + k * table.stride(),
									rows);
						}
					}
					System.arraycopy(this.sums, 0, target, y.from() + row, rows);
				}
			}
		}
	}

	private static void accumulate(float[] y, float[] x, int from, float[][] w, int columns, int n) {
		int k = 0;
		for (; k + 4 <= columns; k += 4) {
			int i = from + k;
			four(y, x[i], w[k], x[i + 1], w[k + 1], x[i + 2], w[k + 2], x[i + 3], w[k + 3], n);
		}
		for (; k < columns; k++) {
			one(y, x[from + k], w[k], 0, n);
		}
	}

	/**
	 * Four at a time: y is loaded and stored once. Added one after the other all the
	 * same.
	 */
	private static void four(float[] y, float x0, float[] w0, float x1, float[] w1, float x2, float[] w2, float x3,
			float[] w3, int n) {
		for (int i = 0; i < n; i++) {
			y[i] = (((y[i] + x0 * w0[i]) + x1 * w1[i]) + x2 * w2[i]) + x3 * w3[i];
		}
	}

	private static void one(float[] y, float x, float[] w, int at, int n) {
		for (int i = 0; i < n; i++) {
			y[i] += x * w[at + i];
		}
	}

	@Override
	public void unpackNibbles(int[] packed, int at, float[] table, int to, int stride) {
		for (int row = 0; row < ROWS; row++) {
			this.scales[row] = Kernels.half(packed[at + row]);
			this.minima[row] = Kernels.half(packed[at + row] >>> 16);
		}
		for (int column = 0; column < COLUMNS; column++) {
			nibbles(packed, at + (column / 8 + 1) * ROWS, column % 8 * 4, this.scales, this.minima, table,
					to + column * stride);
		}
	}

	private static void nibbles(int[] packed, int at, int shift, float[] scales, float[] minima, float[] table,
			int to) {
		for (int row = 0; row < ROWS; row++) {
			table[to + row] = scales[row] * (packed[at + row] >>> shift & 15) + minima[row];
		}
	}

	@Override
	public void unpackBytes(int[] packed, int at, float[] table, int to, int stride) {
		for (int row = 0; row < ROWS; row++) {
			this.scales[row] = Kernels.half(packed[at + row]);
		}
		for (int column = 0; column < COLUMNS; column++) {
			bytes(packed, at + (column / 4 + 1) * ROWS, 24 - column % 4 * 8, this.scales, table, to + column * stride);
		}
	}

	private static void bytes(int[] packed, int at, int shift, float[] scales, float[] table, int to) {
		for (int row = 0; row < ROWS; row++) {
			table[to + row] = scales[row] * (packed[at + row] << shift >> 24);
		}
	}

	@Override
	public float exponentials(float[] x, int n, float scale) {
		float largest = Float.NEGATIVE_INFINITY;
		for (int i = 0; i < n; i++) {
			largest = Math.max(largest, x[i]);
		}
		float sum = 0;
		for (int i = 0; i < n; i++) {
			x[i] = (float) Math.exp(scale * (x[i] - largest));
			sum += x[i];
		}
		return sum;
	}

	@Override
	public void gate(float[] gate, float[] up, int from, int to) {
		for (int i = from; i < to; i++) {
			gate[i] = gate[i] / (1 + (float) Math.exp(-gate[i])) * up[i];
		}
	}

}
