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

package io.nixl4j.route.contract;

import java.nio.ByteBuffer;
import java.time.Duration;

import io.nixl4j.memory.MemoryRegion;
import io.nixl4j.memory.MemoryType;
import io.nixl4j.memory.RegionOptions;
import io.nixl4j.memory.RegionTable;

/**
 * The bytes of a region for a test to look at, those of "VRAM" too, which
 * {@link DelayedMemory} has in the host's memory.
 */
public final class HostBytes {

	private HostBytes() {
	}

	/**
	 * Returns a view of a part of a region.
	 * @param region the region, open
	 * @param offset the first byte
	 * @param length how many bytes
	 * @return a new buffer over the memory itself
	 */
	public static ByteBuffer of(MemoryRegion region, long offset, int length) {
		if (region.type() == MemoryType.DRAM) {
			return region.buffer(offset, length);
		}
		region.range(offset, length);
		RegionTable views = new RegionTable(Duration.ofSeconds(30), Runnable::run);
		return views.register(region.address() + offset, length, RegionOptions.of("")).buffer(0, length);
	}

}
