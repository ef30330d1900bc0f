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

	private int[] words = new int[0];

	private int[] products = new int[0];

	private float[] row = new float[0];

	private float[] keys = new float[0];

	private float[] values = new float[0];

	/** Words of a packed matrix. */
	int[] words(int length) {
		if (this.words.length < length) {
			this.words = new int[length];
		}
		return this.words;
	}

	/** Products of these words. */
	int[] products(int length) {
		if (this.products.length < length) {
			this.products = new int[length];
		}
		return this.products;
	}

	/** A row of numbers. */
	float[] row(int length) {
		if (this.row.length < length) {
			this.row = new float[length];
		}
		return this.row;
	}

	/** Keys of one head. */
	float[] keys(int length) {
		if (this.keys.length < length) {
			this.keys = new float[grown(length)];
		}
		return this.keys;
	}

	/** Values of one head. */
	float[] values(int length) {
		if (this.values.length < length) {
			this.values = new float[grown(length)];
		}
		return this.values;
	}

	/** A sequence grows by a token at a time; its arrays should not. */
	private static int grown(int length) {
		return length + length / 2;
	}

}
