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
 * A growing list of numbers.
 */
final class IntList {

	private int[] elements = new int[64];

	private int size;

	void add(int element) {
		if (this.size == this.elements.length) {
			this.elements = Arrays.copyOf(this.elements, 2 * this.size);
		}
		this.elements[this.size++] = element;
	}

	int[] toArray() {
		return Arrays.copyOf(this.elements, this.size);
	}

}
