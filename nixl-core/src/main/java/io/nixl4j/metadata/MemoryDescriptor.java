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

package io.nixl4j.metadata;

import java.util.Objects;

import io.nixl4j.memory.MemoryType;
import io.nixl4j.memory.Permissions;

/**
 * Where one region of an agent lies, as its card tells it. The region's name is the key
 * under which the card holds the descriptor. A descriptor is a claim of its sender: it
 * gives no right to the memory.
 *
 * @param address start of the region in its owner's address space, an unsigned 64-bit
 * number
 * @param length bytes of the region, an unsigned 64-bit number; the region ends within
 * the 64-bit address space
 * @param memoryType kind of memory
 * @param deviceId number of the device that holds the memory, an unsigned 64-bit number;
 * 0 for host memory
 * @param permissions what peers may do with the region
 */
public record MemoryDescriptor(long address, long length, MemoryType memoryType, long deviceId,
		Permissions permissions) {

	/**
	 * Checks the range.
	 * @throws IllegalArgumentException if the region would end beyond the 64-bit address
	 * space
	 */
	public MemoryDescriptor {
		Objects.requireNonNull(memoryType, "memoryType");
		Objects.requireNonNull(permissions, "permissions");
		if (length != 0 && Long.compareUnsigned(address + (length - 1), address) < 0) {
			throw new IllegalArgumentException("A region of %s bytes at address %s ends beyond the 64-bit address space"
				.formatted(Long.toUnsignedString(length), Long.toUnsignedString(address)));
		}
	}

}
