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

/**
 * What one number of a KV cache is.
 */
public enum ElementType {

	/**
	 * IEEE 754 with 32 bits.
	 */
	F32(4),

	/**
	 * IEEE 754 with 16 bits.
	 */
	F16(2),

	/**
	 * The upper 16 bits of an {@link #F32}.
	 */
	BF16(2),

	/**
	 * A floating-point number of 8 bits; which one is the model's business.
	 */
	F8(1),

	/**
	 * A signed integer of 8 bits; its scale is the model's business.
	 */
	I8(1);

	private final int bytes;

	ElementType(int bytes) {
		this.bytes = bytes;
	}

	/**
	 * Returns the size.
	 * @return the bytes that one number takes
	 */
	public int bytes() {
		return this.bytes;
	}

}
