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
 * A vector made ready to be multiplied by the rows of a {@link Matrix}: in blocks of 32,
 * each with a scale of its own and integers of 20 bits or more, and laid out as the
 * matrix packs its numbers. So a product of packed words is one of plain integers, and
 * nearly as exact as one of floats.
 */
final class FixedPoint {

	/** The largest integer: no sum of a block's products may reach 2^31. */
	private final int largest;

	private final float[] scales;

	private final float[] sums;

	private final int wordsPerRow;

	private final int tileRows;

	/** Of each column, where its number goes. */
	private final int[] places;

	/** {@code [part][word]}, once for each row of a tile; zero where scales are. */
	private final int[][] parts;

	FixedPoint(Matrix matrix) {
		this.largest = Integer.MAX_VALUE / (Matrix.BLOCK * matrix.largest());
		this.scales = new float[matrix.columns() / Matrix.BLOCK];
		this.sums = new float[this.scales.length];
		this.wordsPerRow = matrix.wordsPerRow();
		this.tileRows = matrix.tileRows();
		this.places = new int[matrix.columns()];
		for (int column = 0; column < this.places.length; column++) {
			this.places[column] = matrix.place(column);
		}
		this.parts = new int[matrix.parts()][this.tileRows * this.wordsPerRow];
	}

	/** Takes a vector's numbers. */
	void set(float[] x) {
		for (int block = 0; block < this.scales.length; block++) {
			setBlock(block, x);
		}
		for (int[] part : this.parts) {
			for (int row = 1; row < this.tileRows; row++) {
				System.arraycopy(part, 0, part, row * this.wordsPerRow, this.wordsPerRow);
			}
		}
	}

	private void setBlock(int block, float[] x) {
		int from = block * Matrix.BLOCK;
		float largestHere = 0;
		float sum = 0;
		for (int i = from; i < from + Matrix.BLOCK; i++) {
			largestHere = Math.max(largestHere, Math.abs(x[i]));
			sum += x[i];
		}
		float toInteger = (largestHere > 1e-30f) ? this.largest / largestHere : 0;
		for (int i = from; i < from + Matrix.BLOCK; i++) {
			int rounded = (int) Math.rint(x[i] * toInteger);
			int place = this.places[i];
			this.parts[place % this.parts.length][place / this.parts.length] = rounded;
		}
		this.scales[block] = largestHere / this.largest;
		this.sums[block] = sum;
	}

	int[][] parts() {
		return this.parts;
	}

	float scale(int block) {
		return this.scales[block];
	}

	float sum(int block) {
		return this.sums[block];
	}

}
