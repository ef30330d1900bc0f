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

package io.nixl4j.kv;

import java.util.Objects;

import io.nixl4j.memory.DescriptorList;

/**
 * The same numbers at two ends, in the same order: what a READ or a WRITE takes as its
 * local and its remote list.
 *
 * @param source where the numbers are
 * @param target where they go; as many bytes
 */
public record KvLists(DescriptorList source, DescriptorList target) {

	/**
	 * Checks that nothing is missing.
	 */
	public KvLists {
		Objects.requireNonNull(source, "source");
		Objects.requireNonNull(target, "target");
	}

	/**
	 * Returns how many bytes move.
	 * @return the bytes of either list
	 */
	public long bytes() {
		return this.source.bytes();
	}

}
