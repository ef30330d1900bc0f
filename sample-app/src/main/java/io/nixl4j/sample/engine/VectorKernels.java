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

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * The same with vectors said explicitly: rows are lanes, sums stay in registers, and each
 * number of a table that was loaded serves four tokens. Only what Java 17 and the newest
 * JDK both have is used, and no sum across lanes but in an order of our own: the API
 * leaves that of its own open.
 */
final class VectorKernels implements Kernels {

	/** What the processor likes best, unless that is more than there are rows. */
	private static final VectorSpecies<Float> FLOATS = (FloatVector.SPECIES_PREFERRED.length() > ROWS / 2)
			? FloatVector.SPECIES_512 : FloatVector.SPECIES_PREFERRED;

	private static final VectorSpecies<Integer> INTS = VectorSpecies.of(int.class, FLOATS.vectorShape());

	private static final int LANES = FLOATS.length();

	private static final float LOG2_E = 1.44269504f;

	/** The logarithm of 2, to be subtracted in two parts. */
	private static final float LN2_HIGH = 0.693359375f;

	private static final float LN2_LOW = -2.12194440e-4f;

	/** Added to a small number it leaves the nearest integer in the lowest bits. */
	private static final float ROUNDER = 0x1.8p23f;

	/** Powers beyond these do not fit a float. */
	private static final float LOWEST = -87;

	private static final float HIGHEST = 88;

	/**
	 * Whether there is a fused multiplication and addition in hardware; in software it
	 * takes microseconds.
	 */
	static boolean isFast() {
		return LANES >= 8 || System.getProperty("os.arch").equals("aarch64");
	}

	@Override
	public String name() {
		return "vector";
	}

	@Override
	public void accumulate(Table table, Vectors x, Vectors y, int n) {
		int inFours = n - n % 4;
		int paired = table.rows() - table.rows() % (2 * LANES);
		for (int row = 0; row < paired && inFours > 0; row += 2 * LANES) {
			for (int i = 0; i < inFours; i += 4) {
				fourTokens(table, row, x, y, i);
			}
		}
		for (int i = 0; i < n; i++) {
			rows(table, (i < inFours) ? paired : 0, x, y, i);
		}
	}

	/** Two vectors of rows for four tokens. */
	private static void fourTokens(Table table, int row, Vectors x, Vectors y, int i) {
		float[] w = table.numbers();
		int at = table.from() + row;
		int yAt = y.from() + row;
		float[] x0 = x.rows()[x.first() + i];
		float[] x1 = x.rows()[x.first() + i + 1];
		float[] x2 = x.rows()[x.first() + i + 2];
		float[] x3 = x.rows()[x.first() + i + 3];
		float[] y0 = y.rows()[y.first() + i];
		float[] y1 = y.rows()[y.first() + i + 1];
		float[] y2 = y.rows()[y.first() + i + 2];
		float[] y3 = y.rows()[y.first() + i + 3];
		FloatVector a0 = FloatVector.fromArray(FLOATS, y0, yAt);
		FloatVector b0 = FloatVector.fromArray(FLOATS, y0, yAt + LANES);
		FloatVector a1 = FloatVector.fromArray(FLOATS, y1, yAt);
		FloatVector b1 = FloatVector.fromArray(FLOATS, y1, yAt + LANES);
		FloatVector a2 = FloatVector.fromArray(FLOATS, y2, yAt);
		FloatVector b2 = FloatVector.fromArray(FLOATS, y2, yAt + LANES);
		FloatVector a3 = FloatVector.fromArray(FLOATS, y3, yAt);
		FloatVector b3 = FloatVector.fromArray(FLOATS, y3, yAt + LANES);
		int end = x.from() + table.columns();
		for (int k = x.from(); k < end; k++) {
			FloatVector a = FloatVector.fromArray(FLOATS, w, at);
			FloatVector b = FloatVector.fromArray(FLOATS, w, at + LANES);
			FloatVector one = FloatVector.broadcast(FLOATS, x0[k]);
			a0 = a.fma(one, a0);
			b0 = b.fma(one, b0);
			FloatVector two = FloatVector.broadcast(FLOATS, x1[k]);
			a1 = a.fma(two, a1);
			b1 = b.fma(two, b1);
			FloatVector three = FloatVector.broadcast(FLOATS, x2[k]);
			a2 = a.fma(three, a2);
			b2 = b.fma(three, b2);
			FloatVector four = FloatVector.broadcast(FLOATS, x3[k]);
			a3 = a.fma(four, a3);
			b3 = b.fma(four, b3);
			at += table.stride();
		}
		a0.intoArray(y0, yAt);
		b0.intoArray(y0, yAt + LANES);
		a1.intoArray(y1, yAt);
		b1.intoArray(y1, yAt + LANES);
		a2.intoArray(y2, yAt);
		b2.intoArray(y2, yAt + LANES);
		a3.intoArray(y3, yAt);
		b3.intoArray(y3, yAt + LANES);
	}

	/** All rows from one on, for one token. */
	private static void rows(Table table, int from, Vectors x, Vectors y, int i) {
		float[] xi = x.rows()[x.first() + i];
		float[] yi = y.rows()[y.first() + i];
		int row = from;
		for (; row + 4 * LANES <= table.rows(); row += 4 * LANES) {
			fourVectors(table, row, xi, x.from(), yi, y.from() + row);
		}
		for (; row + LANES <= table.rows(); row += LANES) {
			oneVector(table, row, xi, x.from(), yi, y.from() + row);
		}
		for (; row < table.rows(); row++) {
			float sum = yi[y.from() + row];
			for (int k = 0; k < table.columns(); k++) {
				sum = Math.fma(table.numbers()[table.from() + k * table.stride() + row], xi[x.from() + k], sum);
			}
			yi[y.from() + row] = sum;
		}
	}

	private static void fourVectors(Table table, int row, float[] x, int xFrom, float[] y, int yAt) {
		float[] w = table.numbers();
		int at = table.from() + row;
		FloatVector a = FloatVector.fromArray(FLOATS, y, yAt);
		FloatVector b = FloatVector.fromArray(FLOATS, y, yAt + LANES);
		FloatVector c = FloatVector.fromArray(FLOATS, y, yAt + 2 * LANES);
		FloatVector d = FloatVector.fromArray(FLOATS, y, yAt + 3 * LANES);
		int end = xFrom + table.columns();
		for (int k = xFrom; k < end; k++) {
			FloatVector one = FloatVector.broadcast(FLOATS, x[k]);
			a = FloatVector.fromArray(FLOATS, w, at).fma(one, a);
			b = FloatVector.fromArray(FLOATS, w, at + LANES).fma(one, b);
			c = FloatVector.fromArray(FLOATS, w, at + 2 * LANES).fma(one, c);
			d = FloatVector.fromArray(FLOATS, w, at + 3 * LANES).fma(one, d);
			at += table.stride();
		}
		a.intoArray(y, yAt);
		b.intoArray(y, yAt + LANES);
		c.intoArray(y, yAt + 2 * LANES);
		d.intoArray(y, yAt + 3 * LANES);
	}

	private static void oneVector(Table table, int row, float[] x, int xFrom, float[] y, int yAt) {
		float[] w = table.numbers();
		int at = table.from() + row;
		FloatVector a = FloatVector.fromArray(FLOATS, y, yAt);
		int end = xFrom + table.columns();
		for (int k = xFrom; k < end; k++) {
			a = FloatVector.fromArray(FLOATS, w, at).fma(FloatVector.broadcast(FLOATS, x[k]), a);
			at += table.stride();
		}
		a.intoArray(y, yAt);
	}

	@Override
	public void unpackNibbles(int[] packed, int at, float[] table, int to, int stride) {
		for (int row = 0; row < ROWS; row += LANES) {
			IntVector halves = IntVector.fromArray(INTS, packed, at + row);
			FloatVector scale = half(halves);
			FloatVector minimum = half(halves.lanewise(VectorOperators.LSHR, 16));
			int target = to + row;
			for (int word = 1; word <= COLUMNS / 8; word++) {
				IntVector numbers = IntVector.fromArray(INTS, packed, at + word * ROWS + row);
				for (int i = 0; i < 8; i++) {
					floats(numbers.and(15)).fma(scale, minimum).intoArray(table, target);
					numbers = numbers.lanewise(VectorOperators.LSHR, 4);
					target += stride;
				}
			}
		}
	}

	@Override
	public void unpackBytes(int[] packed, int at, float[] table, int to, int stride) {
		for (int row = 0; row < ROWS; row += LANES) {
			FloatVector scale = half(IntVector.fromArray(INTS, packed, at + row));
			int target = to + row;
			for (int word = 1; word <= COLUMNS / 4; word++) {
				IntVector numbers = IntVector.fromArray(INTS, packed, at + word * ROWS + row);
				for (int i = 24; i >= 0; i -= 8) {
					IntVector number = numbers.lanewise(VectorOperators.LSHL, i).lanewise(VectorOperators.ASHR, 24);
					floats(number).mul(scale).intoArray(table, target);
					target += stride;
				}
			}
		}
	}

	private static FloatVector floats(IntVector numbers) {
		return (FloatVector) numbers.convert(VectorOperators.I2F, 0);
	}

	/** As {@link Kernels#half}. */
	private static FloatVector half(IntVector words) {
		IntVector sign = words.and(0x8000).lanewise(VectorOperators.LSHL, 16);
		return words.and(0x7fff).lanewise(VectorOperators.LSHL, 13).or(sign).reinterpretAsFloats().mul(0x1p112f);
	}

	@Override
	public float exponentials(float[] x, int n, float scale) {
		int whole = n - n % LANES;
		float largest = Float.NEGATIVE_INFINITY;
		if (whole > 0) {
			FloatVector most = FloatVector.fromArray(FLOATS, x, 0);
			for (int i = LANES; i < whole; i += LANES) {
				most = most.max(FloatVector.fromArray(FLOATS, x, i));
			}
			largest = most.reduceLanes(VectorOperators.MAX);
		}
		for (int i = whole; i < n; i++) {
			largest = Math.max(largest, x[i]);
		}
		FloatVector sums = FloatVector.zero(FLOATS);
		for (int i = 0; i < whole; i += LANES) {
			FloatVector power = exp(FloatVector.fromArray(FLOATS, x, i).sub(largest).mul(scale));
			power.intoArray(x, i);
			sums = sums.add(power);
		}
		float sum = 0;
		for (float each : sums.toArray()) {
			sum += each;
		}
		for (int i = whole; i < n; i++) {
			x[i] = exp((x[i] - largest) * scale);
			sum += x[i];
		}
		return sum;
	}

	@Override
	public void gate(float[] gate, float[] up, int from, int to) {
		int i = from;
		for (; i + LANES <= to; i += LANES) {
			FloatVector x = FloatVector.fromArray(FLOATS, gate, i);
			x.div(exp(x.neg()).add(1)).mul(FloatVector.fromArray(FLOATS, up, i)).intoArray(gate, i);
		}
		for (; i < to; i++) {
			gate[i] = gate[i] / (exp(-gate[i]) + 1) * up[i];
		}
	}

	/**
	 * The exponential to six digits: 2 to an integer, times a polynomial of the rest.
	 */
	private static FloatVector exp(FloatVector number) {
		FloatVector x = number.max(LOWEST).min(HIGHEST);
		FloatVector shifted = x.fma(FloatVector.broadcast(FLOATS, LOG2_E), FloatVector.broadcast(FLOATS, ROUNDER));
		FloatVector n = shifted.sub(ROUNDER);
		FloatVector r = n.fma(FloatVector.broadcast(FLOATS, -LN2_HIGH), x);
		r = n.fma(FloatVector.broadcast(FLOATS, -LN2_LOW), r);
		FloatVector p = r.fma(FloatVector.broadcast(FLOATS, 1.9875691e-4f),
				FloatVector.broadcast(FLOATS, 1.3981999e-3f));
		p = p.fma(r, FloatVector.broadcast(FLOATS, 8.3334519e-3f));
		p = p.fma(r, FloatVector.broadcast(FLOATS, 4.1665796e-2f));
		p = p.fma(r, FloatVector.broadcast(FLOATS, 1.6666665e-1f));
		p = p.fma(r, FloatVector.broadcast(FLOATS, 0.5f));
		p = p.fma(r.mul(r), r.add(1));
		IntVector power = shifted.reinterpretAsInts().add(127).lanewise(VectorOperators.LSHL, 23);
		return p.mul(power.reinterpretAsFloats());
	}

	/** The same bits for one number. */
	static float exp(float number) {
		float x = Math.min(Math.max(number, LOWEST), HIGHEST);
		float shifted = Math.fma(x, LOG2_E, ROUNDER);
		float n = shifted - ROUNDER;
		float r = Math.fma(n, -LN2_LOW, Math.fma(n, -LN2_HIGH, x));
		float p = Math.fma(r, 1.9875691e-4f, 1.3981999e-3f);
		p = Math.fma(p, r, 8.3334519e-3f);
		p = Math.fma(p, r, 4.1665796e-2f);
		p = Math.fma(p, r, 1.6666665e-1f);
		p = Math.fma(p, r, 0.5f);
		p = Math.fma(p, r * r, r + 1);
		return p * Float.intBitsToFloat(Float.floatToRawIntBits(shifted) + 127 << 23);
	}

}
