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

	private float[] sums = new float[0];

	private float[][] panel = new float[0][];

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

	/** A square of unpacked weights. */
	float[][] panel(int side) {
		if (this.panel.length < side) {
			this.panel = new float[side][side];
		}
		return this.panel;
	}

	/** Sums of such a square's columns. */
	float[] sums(int side) {
		if (this.sums.length < side) {
			this.sums = new float[side];
		}
		return this.sums;
	}

}
