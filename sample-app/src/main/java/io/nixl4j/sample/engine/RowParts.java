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
 * The rows of some matrices, cut into parts for several threads; a part is in one matrix
 * and begins with a group of rows that are packed together.
 */
final class RowParts {

	private final Matrix[] matrices;

	/** Rows of a part, of each matrix. */
	private final int[] rowsAPart;

	/** The number of the first part of each matrix, and of all parts. */
	private final int[] first;

	/**
	 * Cut the rows.
	 * @param threads if there are fewer parts of a matrix than would share out evenly
	 * among so many threads, they are made smaller
	 */
	RowParts(int threads, Matrix... matrices) {
		this.matrices = matrices;
		this.rowsAPart = new int[matrices.length];
		this.first = new int[matrices.length + 1];
		for (int i = 0; i < matrices.length; i++) {
			int groups = divide(matrices[i].rows(), Kernels.ROWS);
			int parts = divide(divide(groups, Matrix.BAND), threads) * threads;
			this.rowsAPart[i] = divide(groups, parts) * Kernels.ROWS;
			this.first[i + 1] = this.first[i] + divide(matrices[i].rows(), this.rowsAPart[i]);
		}
	}

	private static int divide(int number, int by) {
		return (number + by - 1) / by;
	}

	int count() {
		return this.first[this.matrices.length];
	}

	/** Which matrix a part is in. */
	int matrix(int part) {
		int matrix = 0;
		while (part >= this.first[matrix + 1]) {
			matrix++;
		}
		return matrix;
	}

	int from(int part) {
		int matrix = matrix(part);
		return (part - this.first[matrix]) * this.rowsAPart[matrix];
	}

	int to(int part) {
		int matrix = matrix(part);
		return Math.min(from(part) + this.rowsAPart[matrix], this.matrices[matrix].rows());
	}

}
