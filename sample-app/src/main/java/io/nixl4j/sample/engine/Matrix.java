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
import java.nio.IntBuffer;

/**
 * A matrix of quantized weights, used as it lies in the mapped file: rows of 32-bit
 * words. For many vectors at a time a part is unpacked to floats once, which costs little
 * beside the multiplications. For one vector that would be most of the work, so there the
 * packed numbers are multiplied as they are, by a vector in fixed point.
 */
abstract class Matrix {

	/** Numbers of a quantized block. */
	static final int BLOCK = 32;

	/** Words of rows that are multiplied together, so that the inner loop is long. */
	private static final int TILE_WORDS = 720;

	private final int rows;

	private final int columns;

	private final int wordsPerRow;

	private final IntBuffer words;

	Matrix(GgufTensor tensor, int rowBytes) {
		this.rows = tensor.rows();
		this.columns = tensor.columns();
		this.wordsPerRow = rowBytes / Integer.BYTES;
		ByteBuffer bytes = tensor.bytes();
		this.words = bytes.duplicate().order(bytes.order()).asIntBuffer();
	}

	static Matrix of(GgufTensor tensor) throws ModelFormatException {
		return switch (tensor.type()) {
			case Q4_1 -> new NibbleMatrix(tensor);
			case Q8_0 -> new ByteMatrix(tensor);
			case F32 -> throw new ModelFormatException(
					"matrix '%s' is F32; this engine multiplies Q4_1 and Q8_0".formatted(tensor.name()));
		};
	}

	int rows() {
		return this.rows;
	}

	int columns() {
		return this.columns;
	}

	int wordsPerRow() {
		return this.wordsPerRow;
	}

	/** How many rows are multiplied by a vector in one go. */
	int tileRows() {
		return Math.max(1, TILE_WORDS / this.wordsPerRow);
	}

	/** Unpacks a row to floats. */
	final void row(int row, Scratch scratch, float[] target) {
		unpackSlice(row, 0, this.columns, scratch, target);
	}

	/**
	 * Unpacks a rectangle to floats, turned: {@code target[column][row]}. Its columns
	 * begin and end with pairs of blocks.
	 */
	final void panel(int fromRow, int rows, int fromColumn, int columns, Scratch scratch, float[][] target) {
		float[] slice = scratch.row(columns);
		for (int row = 0; row < rows; row++) {
			unpackSlice(fromRow + row, fromColumn, columns, scratch, slice);
			for (int column = 0; column < columns; column++) {
				target[column][row] = slice[column];
			}
		}
	}

	private void unpackSlice(int row, int fromColumn, int columns, Scratch scratch, float[] target) {
		int wordsPerPair = this.wordsPerRow * 2 * BLOCK / this.columns;
		int count = (columns * this.wordsPerRow + this.columns - 1) / this.columns;
		int[] packed = scratch.words(count);
		int from = fromColumn / (2 * BLOCK) * wordsPerPair;
		this.words.get(row * this.wordsPerRow + from, packed, 0, count);
		unpack(packed, columns, target);
	}

	/** Multiplies rows by one vector: {@code y[row] = row * x}. */
	final void multiply(FixedPoint x, float[] y, int fromRow, int toRow, Scratch scratch) {
		int tile = tileRows();
		int[] packed = scratch.words(tile * this.wordsPerRow);
		int[] products = scratch.products(tile * this.wordsPerRow);
		for (int row = fromRow; row < toRow; row += tile) {
			int count = Math.min(tile, toRow - row);
			int n = count * this.wordsPerRow;
			this.words.get(row * this.wordsPerRow, packed, 0, n);
			products(packed, x.parts(), products, n);
			for (int i = 0; i < count; i++) {
				y[row + i] = sum(packed, products, i * this.wordsPerRow, x);
			}
		}
	}

	/** Numbers that are packed in one word. */
	abstract int parts();

	/** The largest of the packed numbers, without its sign. */
	abstract int largest();

	/** Where in a row a column's number is: word times {@link #parts} plus part. */
	abstract int place(int column);

	/** Unpacks so many columns, the first of which begins at the first word. */
	abstract void unpack(int[] packed, int columns, float[] target);

	abstract void products(int[] packed, int[][] x, int[] products, int n);

	/** Adds up the products of the row that begins at a word. */
	abstract float sum(int[] packed, int[] products, int at, FixedPoint x);

}
