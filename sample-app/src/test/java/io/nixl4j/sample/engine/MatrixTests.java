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

import java.util.List;
import java.util.SplittableRandom;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

/**
 * Tests for {@link Matrix} with both types of weights and both kinds of loops.
 */
class MatrixTests {

	private final List<Scratch> scratches = KernelsTests.both().map(Scratch::new).toList();

	@ParameterizedTest
	@CsvSource({ "7, 64", "20, 576", "3, 1536", "100, 128", "1, 1024", "33, 96", "5, 32" })
	void rowsAreUnpackedExactly(int rows, int columns) throws Exception {
		for (RandomTensor tensor : tensors(rows, columns)) {
			Matrix matrix = Matrix.of(tensor.tensor("m"));
			for (Scratch scratch : this.scratches) {
				float[] row = new float[columns];
				for (int i = 0; i < rows; i++) {
					matrix.row(i, scratch, row);
					for (int column = 0; column < columns; column++) {
						// Exact but for the rounding of one multiplication and one
						// addition.
						assertThat((double) row[column]).isCloseTo(tensor.values()[i][column], within(1e-6));
					}
				}
			}
		}
	}

	@ParameterizedTest
	@CsvSource({ "7, 64", "20, 576", "3, 1536", "100, 128", "1, 1024", "33, 96", "5, 32" })
	void vectorsAreMultiplied(int rows, int columns) throws Exception {
		for (RandomTensor tensor : tensors(rows, columns)) {
			Matrix matrix = Matrix.of(tensor.tensor("m"));
			float[][] x = { vector(columns, 1, 1), vector(columns, 1e-4f, 2), vector(columns, 1e6f, 3),
					new float[columns], vector(columns, 1, 4), vector(columns, 3, 5) };
			for (Scratch scratch : this.scratches) {
				float[][] y = new float[x.length][rows];
				matrix.multiply(0, rows, x, y, x.length, scratch);
				for (int i = 0; i < x.length; i++) {
					assertProduct(tensor, x[i], y[i]);
				}
			}
		}
	}

	private static void assertProduct(RandomTensor tensor, float[] x, float[] y) {
		for (int row = 0; row < tensor.rows(); row++) {
			double expected = 0;
			double magnitude = 0;
			for (int i = 0; i < tensor.columns(); i++) {
				expected += tensor.values()[row][i] * x[i];
				magnitude += Math.abs(tensor.values()[row][i] * x[i]);
			}
			assertThat((double) y[row]).isCloseTo(expected, within(magnitude * 4e-6));
		}
	}

	@Test
	void someRowsAreMultipliedAndOthersLeft() throws Exception {
		for (RandomTensor tensor : tensors(140, 64)) {
			Matrix matrix = Matrix.of(tensor.tensor("m"));
			float[][] x = { vector(64, 1, 1) };
			for (Scratch scratch : this.scratches) {
				float[][] all = new float[1][140];
				matrix.multiply(0, 140, x, all, 1, scratch);
				float[][] some = new float[1][140];
				matrix.multiply(32, 127, x, some, 1, scratch);
				for (int row = 0; row < 140; row++) {
					assertThat(some[0][row]).isEqualTo((row >= 32 && row < 127) ? all[0][row] : 0);
				}
				matrix.addProduct(32, 127, x, some, 1, scratch);
				assertThat(some[0][50]).isCloseTo(2 * all[0][50], within(1e-5f));
			}
		}
	}

	@Test
	void vectorHasTheSameProductAloneAndBesideOthers() throws Exception {
		for (RandomTensor tensor : tensors(70, 192)) {
			Matrix matrix = Matrix.of(tensor.tensor("m"));
			float[][] x = new float[9][];
			for (int i = 0; i < x.length; i++) {
				x[i] = vector(192, 1, i);
			}
			for (Scratch scratch : this.scratches) {
				float[][] together = new float[9][70];
				matrix.multiply(0, 70, x, together, 9, scratch);
				for (int i = 0; i < 9; i++) {
					float[][] alone = new float[1][70];
					matrix.multiply(0, 70, new float[][] { x[i] }, alone, 1, scratch);
					assertThat(together[i]).containsExactly(alone[0]);
				}
			}
		}
	}

	private static RandomTensor[] tensors(int rows, int columns) {
		SplittableRandom random = new SplittableRandom(rows * 31L + columns);
		return new RandomTensor[] { RandomTensor.nibbles(rows, columns, 0.1, random),
				RandomTensor.bytes(rows, columns, 0.1, random) };
	}

	private static float[] vector(int length, float size, long seed) {
		SplittableRandom random = new SplittableRandom(seed);
		float[] x = new float[length];
		for (int i = 0; i < length; i++) {
			x[i] = (float) (random.nextDouble() - 0.5) * size;
		}
		return x;
	}

}
