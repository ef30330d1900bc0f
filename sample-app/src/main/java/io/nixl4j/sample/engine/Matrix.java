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

import java.util.Arrays;

import io.nixl4j.sample.engine.Kernels.Table;
import io.nixl4j.sample.engine.Kernels.Vectors;

/**
 * A matrix of quantized weights, packed for {@link Kernels}: cut into squares of 32 rows
 * times 32 columns, in which the words of the rows lie side by side, so that a vector
 * register takes the same columns of many rows. To multiply, a small table is unpacked to
 * floats that stay in the first level cache, and serves all vectors that there are.
 */
abstract class Matrix {

	/**
	 * Groups of rows that a thread multiplies at a time: with some columns, unpacked,
	 * they fit the first level cache.
	 */
	static final int BAND = 3;

	/** Columns that are unpacked together. */
	private static final int TABLE_COLUMNS = 2 * Kernels.COLUMNS;

	private final int rows;

	private final int columns;

	private final int wordsPerSquare;

	private final int groups;

	/**
	 * {@code [band][block of columns][group of rows][word][row]}: in the order in which a
	 * band is read, so that the memory keeps pace.
	 */
	private final int[] packed;

	/**
	 * Pack a matrix.
	 * @param words words of a row's block of 32 columns
	 */
	Matrix(GgufTensor tensor, int words) {
		this.rows = tensor.rows();
		this.columns = tensor.columns();
		this.wordsPerSquare = words * Kernels.ROWS;
		this.groups = (this.rows + Kernels.ROWS - 1) / Kernels.ROWS;
		this.packed = new int[Math.multiplyExact(Math.multiplyExact(this.groups, blocks()), this.wordsPerSquare)];
		byte[] row = new byte[tensor.bytes().remaining() / this.rows];
		for (int i = 0; i < this.rows; i++) {
			tensor.bytes().get(tensor.bytes().position() + i * row.length, row);
			for (int block = 0; block < blocks(); block++) {
				pack(row, block, this.packed, square(i / Kernels.ROWS, block) + i % Kernels.ROWS);
			}
		}
	}

	static Matrix of(GgufTensor tensor) throws ModelFormatException {
		return switch (tensor.type()) {
			case Q4_1 -> new NibbleMatrix(tensor);
			case Q8_0 -> new ByteMatrix(tensor);
			case F32 -> throw new ModelFormatException(
					"matrix '%s' is F32; this engine multiplies Q4_1 and Q8_0".formatted(tensor.name()));
		};
	}

	final int rows() {
		return this.rows;
	}

	final int columns() {
		return this.columns;
	}

	private int blocks() {
		return this.columns / Kernels.COLUMNS;
	}

	/** Where the words of a square begin. */
	private int square(int group, int block) {
		int band = group / BAND * BAND;
		int groupsOfBand = Math.min(BAND, this.groups - band);
		return (band * blocks() + block * groupsOfBand + group - band) * this.wordsPerSquare;
	}

	/** Unpacks a row to floats. */
	final void row(int row, Scratch scratch, float[] target) {
		float[] table = scratch.table(Kernels.ROWS * Kernels.COLUMNS);
		for (int block = 0; block < blocks(); block++) {
			unpack(scratch.kernels(), this.packed, square(row / Kernels.ROWS, block), table, 0, Kernels.ROWS);
			for (int column = 0; column < Kernels.COLUMNS; column++) {
				target[block * Kernels.COLUMNS + column] = table[column * Kernels.ROWS + row % Kernels.ROWS];
			}
		}
	}

	/** Multiplies some rows by n vectors, into the places of these rows in others. */
	final void multiply(int from, int to, float[][] x, float[][] y, int n, Scratch scratch) {
		for (int i = 0; i < n; i++) {
			Arrays.fill(y[i], from, to, 0);
		}
		addProduct(from, to, x, y, n, scratch);
	}

	/**
	 * As {@link #multiply}, added to what is there.
	 * @param from the first row, at which a group of {@link Kernels#ROWS} begins
	 * @param to the row after the last
	 */
	final void addProduct(int from, int to, float[][] x, float[][] y, int n, Scratch scratch) {
		int firstGroup = from / Kernels.ROWS;
		int groups = (to - from + Kernels.ROWS - 1) / Kernels.ROWS;
		int stride = groups * Kernels.ROWS;
		float[] numbers = scratch.table(stride * TABLE_COLUMNS);
		for (int column = 0; column < this.columns; column += TABLE_COLUMNS) {
			int columns = Math.min(TABLE_COLUMNS, this.columns - column);
			for (int i = 0; i < columns; i += Kernels.COLUMNS) {
				for (int group = 0; group < groups; group++) {
					int square = square(firstGroup + group, (column + i) / Kernels.COLUMNS);
					unpack(scratch.kernels(), this.packed, square, numbers, i * stride + group * Kernels.ROWS, stride);
				}
			}
			scratch.kernels()
				.accumulate(new Table(numbers, 0, stride, to - from, columns), new Vectors(x, 0, column),
						new Vectors(y, 0, from), n);
		}
	}

	/**
	 * Packs a block of a row.
	 * @param row the row's bytes in the file
	 * @param to where the row's first word goes; the next one goes to
	 * {@link Kernels#ROWS} after it
	 */
	abstract void pack(byte[] row, int block, int[] packed, int to);

	/** Unpacks a square. */
	abstract void unpack(Kernels kernels, int[] packed, int at, float[] table, int to, int stride);

}
