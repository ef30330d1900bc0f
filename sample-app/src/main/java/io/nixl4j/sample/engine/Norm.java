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

	void apply(float[] x, float[] out) {
		float squares = squares(x, this.weights.length);
		float scale = (float) (1 / Math.sqrt(squares / this.weights.length + this.epsilon));
		for (int i = 0; i < this.weights.length; i++) {
			out[i] = x[i] * scale * this.weights[i];
		}
	}

	/** The sum of the squares, in eight partial sums. */
	private static float squares(float[] x, int n) {
		float[] sums = new float[8];
		for (int i = 0; i < n; i++) {
			sums[i % 8] += x[i] * x[i];
		}
		return ((sums[0] + sums[1]) + (sums[2] + sums[3])) + ((sums[4] + sums[5]) + (sums[6] + sums[7]));
	}

}
