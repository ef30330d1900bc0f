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
 * The functions between the matrices: SwiGLU's gate, and softmax in one piece and in
 * steps.
 */
final class Activation {

	private Activation() {
	}

	/** SwiGLU: lets each number of {@code up} through as far as its gate is open. */
	static void gate(float[] gate, float[] up, int from, int to) {
		for (int i = from; i < to; i++) {
			gate[i] = gate[i] / (1 + exp(-gate[i])) * up[i];
		}
	}

	/** Makes the first n numbers a distribution. */
	static void softmax(float[] x, int n) {
		float largest = Float.NEGATIVE_INFINITY;
		for (int i = 0; i < n; i++) {
			largest = Math.max(largest, x[i]);
		}
		float sum = 0;
		for (int i = 0; i < n; i++) {
			x[i] = exp(x[i] - largest);
			sum += x[i];
		}
		for (int i = 0; i < n; i++) {
			x[i] /= sum;
		}
	}

	/** Keeps in each column the larger number. */
	static void largest(float[] x, float[] largest, int n) {
		for (int i = 0; i < n; i++) {
			largest[i] = Math.max(largest[i], x[i]);
		}
	}

	/** The exponential of each number, less its column's largest; also added up. */
	static void exp(float[] x, float[] largest, float[] sums, int n) {
		for (int i = 0; i < n; i++) {
			x[i] = exp(x[i] - largest[i]);
			sums[i] += x[i];
		}
	}

	private static float exp(float x) {
		return (float) Math.exp(x);
	}

}
