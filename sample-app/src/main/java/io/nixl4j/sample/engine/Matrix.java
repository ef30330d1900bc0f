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

	/** Words of two blocks: one block of bytes is no whole number of words. */
	private final int wordsPerPair;

	private final IntBuffer words;

	Matrix(GgufTensor tensor, int wordsPerPair) {
		this.rows = tensor.rows();
		this.columns = tensor.columns();
		this.wordsPerPair = wordsPerPair;
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
		return words(this.columns);
	}

	private int words(int columns) {
		return columns * this.wordsPerPair / (2 * BLOCK);
	}

	/** How many rows are multiplied by a vector in one go. */
	int tileRows() {
		return Math.max(1, TILE_WORDS / wordsPerRow());
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
		int[] packed = scratch.words(words(columns));
		this.words.get(row * wordsPerRow() + words(fromColumn), packed, 0, words(columns));
		unpack(packed, columns, target);
	}

	/** Multiplies rows by one vector: {@code y[row] = row * x}. */
	final void multiply(FixedPoint x, float[] y, int fromRow, int toRow, Scratch scratch) {
		int tile = tileRows();
		int rowWords = wordsPerRow();
		int[] packed = scratch.words(tile * rowWords);
		int[] products = scratch.products(tile * rowWords);
		for (int row = fromRow; row < toRow; row += tile) {
			int count = Math.min(tile, toRow - row);
			int n = count * rowWords;
			this.words.get(row * rowWords, packed, 0, n);
			products(packed, x.parts(), products, n);
			for (int i = 0; i < count; i++) {
				y[row + i] = sum(packed, products, i * rowWords, x);
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

	/** Multiplies the numbers of n words by x, and adds up those of each word. */
	abstract void products(int[] packed, int[][] x, int[] products, int n);

	/** Adds up the products of the row that begins at a word. */
	abstract float sum(int[] packed, int[] products, int at, FixedPoint x);

}
