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

package io.nixl4j.spring.boot.test;

/**
 * Two engines, in the order of their ids.
 *
 * @param first the lesser id
 * @param second the other one
 */
record EnginePair(String first, String second) {

	static EnginePair of(String one, String other) {
		if (one.equals(other)) {
			throw new IllegalArgumentException("Engine " + one + " has no transfers with itself");
		}
		return (one.compareTo(other) < 0) ? new EnginePair(one, other) : new EnginePair(other, one);
	}

}
