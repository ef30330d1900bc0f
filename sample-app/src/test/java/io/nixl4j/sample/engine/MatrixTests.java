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

import java.util.SplittableRandom;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

/**
 * Tests for {@link Matrix} with both types of weights.
 */
class MatrixTests {

	@ParameterizedTest
	@CsvSource({ "7, 64", "20, 576", "3, 1536", "100, 128", "1, 1024" })
	void rowsAreUnpackedExactly(int rows, int columns) throws Exception {
		for (RandomTensor tensor : tensors(rows, columns)) {
			Matrix matrix = Matrix.of(tensor.tensor("m"));
			float[] row = new float[columns];
			for (int i = 0; i < rows; i++) {
				matrix.row(i, new Scratch(), row);
				for (int column = 0; column < columns; column++) {
					// Exact but for the rounding of one multiplication and one addition.
					assertThat((double) row[column]).isCloseTo(tensor.values()[i][column], within(1e-6));
				}
			}
		}
	}

	@ParameterizedTest
	@CsvSource({ "7, 64", "20, 576", "3, 1536", "100, 128", "1, 1024" })
	void vectorIsMultiplied(int rows, int columns) throws Exception {
		for (RandomTensor tensor : tensors(rows, columns)) {
			Matrix matrix = Matrix.of(tensor.tensor("m"));
			FixedPoint fixed = new FixedPoint(matrix);
			for (float size : new float[] { 1, 1e-4f, 1e6f }) {
				float[] x = vector(columns, size, columns);
				fixed.set(x);
				float[] y = new float[rows];
				matrix.multiply(fixed, y, 0, rows, new Scratch());
				for (int row = 0; row < rows; row++) {
					double expected = 0;
					double magnitude = 0;
					for (int i = 0; i < columns; i++) {
						expected += tensor.values()[row][i] * x[i];
						magnitude += Math.abs(tensor.values()[row][i] * x[i]);
					}
					assertThat((double) y[row]).isCloseTo(expected, within(magnitude * 2e-6));
				}
			}
		}
	}

	@Test
	void someRowsAreMultipliedAndOthersLeft() throws Exception {
		for (RandomTensor tensor : tensors(40, 64)) {
			Matrix matrix = Matrix.of(tensor.tensor("m"));
			FixedPoint fixed = new FixedPoint(matrix);
			fixed.set(vector(64, 1, 1));
			float[] all = new float[40];
			matrix.multiply(fixed, all, 0, 40, new Scratch());
			float[] some = new float[40];
			matrix.multiply(fixed, some, 3, 31, new Scratch());
			for (int row = 0; row < 40; row++) {
				assertThat(some[row]).isEqualTo((row >= 3 && row < 31) ? all[row] : 0);
			}
		}
	}

	@Test
	void panelIsTheRectangleTurned() throws Exception {
		for (RandomTensor tensor : tensors(30, 256)) {
			Matrix matrix = Matrix.of(tensor.tensor("m"));
			float[][] panel = new float[128][17];
			matrix.panel(11, 17, 64, 128, new Scratch(), panel);
			for (int row = 0; row < 17; row++) {
				for (int column = 0; column < 128; column++) {
					assertThat((double) panel[column][row]).isCloseTo(tensor.values()[11 + row][64 + column],
							within(1e-6));
				}
			}
		}
	}

	@Test
	void vectorsAtTheEdgesAreMultiplied() throws Exception {
		RandomTensor tensor = RandomTensor.nibbles(2, 64, 1, new SplittableRandom(1));
		Matrix matrix = Matrix.of(tensor.tensor("m"));
		FixedPoint fixed = new FixedPoint(matrix);
		float[] y = new float[2];
		fixed.set(new float[64]);
		matrix.multiply(fixed, y, 0, 2, new Scratch());
		assertThat(y).containsExactly(0, 0);
		float[] tiny = new float[64];
		tiny[5] = Float.MIN_VALUE;
		fixed.set(tiny);
		matrix.multiply(fixed, y, 0, 2, new Scratch());
		assertThat(y[0]).isCloseTo(0, within(1e-30f));
	}

	@Test
	void rowsOfUnevenBlocksOfBytesAreRefused() {
		RandomTensor tensor = RandomTensor.bytes(1, 96, 1, new SplittableRandom(1));
		assertThatExceptionOfType(ModelFormatException.class).isThrownBy(() -> Matrix.of(tensor.tensor("odd")))
			.withMessageContaining("'odd'")
			.withMessageContaining("multiple of 64");
	}

	@Test
	void halvesAreReadAsTheStandardSays() {
		assertThat(Kernels.half(0x3c00)).isEqualTo(1f);
		assertThat(Kernels.half(0xc000)).isEqualTo(-2f);
		assertThat(Kernels.half(0x7bff)).isEqualTo(65504f);
		assertThat(Kernels.half(0x0001)).isEqualTo(0x1p-24f);
		assertThat(Kernels.half(0x8000)).isEqualTo(-0f);
		assertThat(Kernels.half(0x3555)).isEqualTo(0.333251953125f);
		assertThat(Kernels.half(0x12343c00)).as("only the low half counts").isEqualTo(1f);
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
