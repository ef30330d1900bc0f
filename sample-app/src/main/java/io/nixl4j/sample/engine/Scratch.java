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
 * Arrays that one thread computes with, kept from one computation to the next. What is in
 * them is what was left there.
 */
final class Scratch {

	private final Kernels kernels;

	private float[] table = new float[0];

	private float[] keys = new float[0];

	private float[][] scores = new float[0][0];

	Scratch(Kernels kernels) {
		this.kernels = kernels;
	}

	/** The thread's inner loops. */
	Kernels kernels() {
		return this.kernels;
	}

	/** Unpacked weights. */
	float[] table(int length) {
		if (this.table.length < length) {
			this.table = new float[length];
		}
		return this.table;
	}

	/** Keys of one block. */
	float[] keys(int length) {
		if (this.keys.length < length) {
			this.keys = new float[length];
		}
		return this.keys;
	}

	/** Of some tokens how much they attend to each position. */
	float[][] scores(int tokens, int positions) {
		if (this.scores.length < tokens || this.scores[0].length < positions) {
			// A sequence grows by a token at a time; the arrays should not.
			this.scores = new float[tokens][positions + positions / 2];
		}
		return this.scores;
	}

}
