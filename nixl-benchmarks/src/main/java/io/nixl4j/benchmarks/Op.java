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

package io.nixl4j.benchmarks;

import java.util.Locale;

/**
 * The direction of a transfer, as the initiator sees it.
 */
enum Op {

	/** Into the target's memory. */
	WRITE,

	/** From the target's memory. */
	READ;

	/**
	 * Returns the word in names of cases.
	 * @return the name in lower case
	 */
	String label() {
		return name().toLowerCase(Locale.ROOT);
	}

	/**
	 * Reads the word in names of cases.
	 * @param label the word
	 * @return the operation
	 */
	static Op of(String label) {
		for (Op op : values()) {
			if (op.label().equals(label)) {
				return op;
			}
		}
		throw new IllegalArgumentException("'" + label + "' is neither write nor read");
	}

}
