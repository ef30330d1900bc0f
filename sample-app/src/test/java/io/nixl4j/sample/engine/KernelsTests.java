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

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;

import io.nixl4j.sample.engine.Kernels.Table;
import io.nixl4j.sample.engine.Kernels.Vectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

/**
 * Tests for {@link PlainKernels} and {@link VectorKernels} against the formulas.
 */
class KernelsTests {

	static Stream<Kernels> both() {
		return Stream.of(new PlainKernels(), new VectorKernels());
	}

	@Test
	void thisJvmHasVectors() {
		assertThat(Kernels.best().name()).isEqualTo(VectorKernels.isFast() ? "vector" : "plain");
		assertThat(both().map(Kernels::name)).containsExactly("plain", "vector");
	}

	@Test
	void jvmWithoutTheModuleComputesWithPlainLoops() throws Exception {
		Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
				System.getProperty("java.class.path"), WithoutModule.class.getName())
			.redirectErrorStream(true)
			.start();
		assertThat(process.inputReader().lines()).containsExactly("plain " + tinyToken());
		assertThat(process.waitFor()).isZero();
	}

	/** A token that any loops find: the second likeliest is far. */
	private static int tinyToken() throws ModelFormatException {
		Model model = new TinyModel(1).model();
		try (Engine engine = new Engine(model, new HeapKvPages(model.shape(), 16, 1), 2)) {
			return Sampler.greedy().choose(engine.decode(new Sequence(0), 10));
		}
	}

	/** Computes in a JVM of its own. */
	static final class WithoutModule {

		private WithoutModule() {
		}

		public static void main(String[] args) throws ModelFormatException {
			System.out.println(Kernels.best().name() + " " + tinyToken());
		}

	}

	@ParameterizedTest
	@MethodSource("both")
	void productsAreThoseOfTheFormula(Kernels kernels) {
		SplittableRandom random = new SplittableRandom(1);
		for (int round = 0; round < 300; round++) {
			int rows = 1 + random.nextInt(250);
			int columns = 1 + random.nextInt(250);
			int n = 1 + random.nextInt(11);
			int stride = rows + random.nextInt(20);
			Table table = new Table(numbers(7 + stride * columns, random), 7, stride, rows, columns);
			float[][] x = new float[n + 2][];
			float[][] y = new float[n + 1][];
			for (int i = 0; i < x.length; i++) {
				x[i] = numbers(columns + 5, random);
			}
			for (int i = 0; i < y.length; i++) {
				y[i] = numbers(rows + 9, random);
			}
			float[][] before = Stream.of(y).map(float[]::clone).toArray(float[][]::new);
			kernels.accumulate(table, new Vectors(x, 2, 5), new Vectors(y, 1, 4), n);
			assertThat(y[0]).containsExactly(before[0]);
			for (int i = 0; i < n; i++) {
				for (int j = 0; j < y[1 + i].length; j++) {
					int row = j - 4;
					float expected = before[1 + i][j];
					if (row >= 0 && row < rows) {
						expected += formula(table, row, x[2 + i]);
					}
					assertThat(y[1 + i][j]).isCloseTo(expected, within(1e-4f));
				}
			}
		}
	}

	private static float formula(Table table, int row, float[] x) {
		double sum = 0;
		for (int k = 0; k < table.columns(); k++) {
			sum += (double) table.numbers()[7 + k * table.stride() + row] * x[5 + k];
		}
		return (float) sum;
	}

	/**
	 * However a product is cut into tokens, rows and columns: its bits are the same.
	 */
	@ParameterizedTest
	@MethodSource("both")
	void partsGiveTheSameBitsAsTheWhole(Kernels kernels) {
		SplittableRandom random = new SplittableRandom(2);
		for (int round = 0; round < 100; round++) {
			int rows = 1 + random.nextInt(150);
			int columns = 1 + random.nextInt(300);
			int n = 1 + random.nextInt(9);
			float[] numbers = numbers(rows * columns, random);
			float[][] x = new float[n][];
			for (int i = 0; i < n; i++) {
				x[i] = numbers(columns, random);
			}
			float[][] whole = new float[n][rows];
			kernels.accumulate(new Table(numbers, 0, rows, rows, columns), new Vectors(x, 0, 0),
					new Vectors(whole, 0, 0), n);
			float[][] parts = new float[n][rows];
			int token = random.nextInt(n + 1);
			int row = random.nextInt(rows + 1);
			int column = random.nextInt(columns + 1);
			for (int[] tokens : List.of(new int[] { 0, token }, new int[] { token, n })) {
				for (int[] some : List.of(new int[] { 0, row }, new int[] { row, rows })) {
					for (int[] these : List.of(new int[] { 0, column }, new int[] { column, columns })) {
						Table table = new Table(numbers, these[0] * rows + some[0], rows, some[1] - some[0],
								these[1] - these[0]);
						kernels.accumulate(table, new Vectors(x, tokens[0], these[0]),
								new Vectors(parts, tokens[0], some[0]), tokens[1] - tokens[0]);
					}
				}
			}
			for (int i = 0; i < n; i++) {
				assertThat(parts[i]).containsExactly(whole[i]);
			}
		}
	}

	@ParameterizedTest
	@MethodSource("both")
	void columnsTimesZeroChangeNothing(Kernels kernels) {
		SplittableRandom random = new SplittableRandom(3);
		float[] numbers = numbers(64 * 200, random);
		for (int seen = 1; seen < 200; seen += 7) {
			float[] x = numbers(200, random);
			Arrays.fill(x, seen, 200, 0);
			float[][] some = new float[1][64];
			float[][] all = new float[1][64];
			Vectors vectors = new Vectors(new float[][] { x }, 0, 0);
			kernels.accumulate(new Table(numbers, 0, 64, 64, seen), vectors, new Vectors(some, 0, 0), 1);
			kernels.accumulate(new Table(numbers, 0, 64, 64, 200), vectors, new Vectors(all, 0, 0), 1);
			assertThat(all[0]).containsExactly(some[0]);
		}
	}

	@ParameterizedTest
	@MethodSource("both")
	void exponentialsAreThoseOfTheFormula(Kernels kernels) {
		SplittableRandom random = new SplittableRandom(4);
		for (int n = 1; n < 100; n++) {
			float[] x = numbers(n + 3, random);
			for (int i = 0; i < n; i++) {
				x[i] *= 40;
			}
			float[] before = x.clone();
			float largest = Float.NEGATIVE_INFINITY;
			for (int i = 0; i < n; i++) {
				largest = Math.max(largest, x[i]);
			}
			float sum = kernels.exponentials(x, n, 0.125f);
			double expectedSum = 0;
			for (int i = 0; i < n; i++) {
				double expected = Math.exp(0.125 * ((double) before[i] - largest));
				expectedSum += expected;
				assertThat((double) x[i]).isCloseTo(expected, within(expected * 2e-6));
			}
			assertThat((double) sum).isCloseTo(expectedSum, within(expectedSum * 3e-6));
			assertThat(x).endsWith(before[n], before[n + 1], before[n + 2]);
		}
	}

	@ParameterizedTest
	@MethodSource("both")
	void gateIsThatOfTheFormulaInWhateverParts(Kernels kernels) {
		SplittableRandom random = new SplittableRandom(5);
		float[] gate = numbers(300, random);
		float[] up = numbers(300, random);
		gate[0] = 200;
		gate[17] = -200;
		gate[250] = 0;
		float[] whole = gate.clone();
		kernels.gate(whole, up, 0, 300);
		for (int i = 0; i < 300; i++) {
			double expected = gate[i] / (1 + Math.exp(-(double) gate[i])) * up[i];
			assertThat((double) whole[i]).isCloseTo(expected, within(Math.abs(expected) * 2e-6 + 1e-30));
		}
		float[] parts = gate.clone();
		for (int from = 0; from < 300;) {
			int to = Math.min(300, from + 1 + random.nextInt(60));
			kernels.gate(parts, up, from, to);
			from = to;
		}
		assertThat(parts).containsExactly(whole);
	}

	@Test
	void exponentialOfOneNumberIsExactEnoughEverywhere() {
		for (float x = -100; x < 100; x += 0.01f) {
			double expected = Math.exp(Math.min(Math.max(x, -87), 88));
			assertThat((double) VectorKernels.exp(x)).isCloseTo(expected, within(expected * 2e-7));
		}
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

	private static float[] numbers(int count, SplittableRandom random) {
		float[] numbers = new float[count];
		for (int i = 0; i < count; i++) {
			numbers[i] = (float) (random.nextDouble() - 0.5);
		}
		return numbers;
	}

}
