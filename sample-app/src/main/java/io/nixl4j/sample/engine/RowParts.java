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
 * The rows of some matrices, cut into parts for several threads; a part is in one matrix.
 */
final class RowParts {

	private final int rowsAPart;

	private final Matrix[] matrices;

	/** The number of the first part of each matrix, and of all parts. */
	private final int[] first;

	RowParts(int rowsAPart, Matrix... matrices) {
		this.rowsAPart = rowsAPart;
		this.matrices = matrices;
		this.first = new int[matrices.length + 1];
		for (int i = 0; i < matrices.length; i++) {
			this.first[i + 1] = this.first[i] + (matrices[i].rows() + rowsAPart - 1) / rowsAPart;
		}
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
		return (part - this.first[matrix(part)]) * this.rowsAPart;
	}

	int to(int part) {
		return Math.min(from(part) + this.rowsAPart, this.matrices[matrix(part)].rows());
	}

}
