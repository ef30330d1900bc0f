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

/**
 * RMS norm: a token's vector is divided by the root of its mean square, and each number
 * multiplied by a learned weight.
 */
final class Norm {

	private final float[] weights;

	private final float epsilon;

	Norm(float[] weights, float epsilon) {
		this.weights = weights;
		this.epsilon = epsilon;
	}

	/** Of one token. */
	void apply(float[] x, float[] out) {
		float scale = scale(Kernels.dot(x, 0, x, 0, this.weights.length));
		for (int i = 0; i < this.weights.length; i++) {
			out[i] = x[i] * scale * this.weights[i];
		}
	}

	/** Of n tokens, each a column. */
	void apply(float[][] x, float[][] out, float[] scales, int n) {
		Arrays.fill(scales, 0, n, 0);
		for (int row = 0; row < this.weights.length; row++) {
			addSquares(x[row], scales, n);
		}
		for (int i = 0; i < n; i++) {
			scales[i] = scale(scales[i]);
		}
		for (int row = 0; row < this.weights.length; row++) {
			multiply(x[row], scales, this.weights[row], out[row], n);
		}
	}

	private static void addSquares(float[] x, float[] sums, int n) {
		for (int i = 0; i < n; i++) {
			sums[i] += x[i] * x[i];
		}
	}

	private static void multiply(float[] x, float[] scales, float weight, float[] out, int n) {
		for (int i = 0; i < n; i++) {
			out[i] = x[i] * scales[i] * weight;
		}
	}

	private float scale(float squares) {
		return (float) (1 / Math.sqrt(squares / this.weights.length + this.epsilon));
	}

}
