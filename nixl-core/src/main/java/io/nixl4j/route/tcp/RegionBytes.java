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

package io.nixl4j.route.tcp;

import java.nio.ByteBuffer;

import io.nixl4j.memory.LocalRegion;

/**
 * Copies to and from memory of a region, which must be held.
 */
final class RegionBytes {

	private RegionBytes() {
	}

	static void copyOut(LocalRegion region, long offset, ByteBuffer target, int at, int length) {
		target.put(at, region.window(LocalRegion.windowOf(offset)), position(offset), length);
	}

	static void copyIn(ByteBuffer source, int at, LocalRegion region, long offset, int length) {
		region.window(LocalRegion.windowOf(offset)).put(position(offset), source, at, length);
	}

	/** Where in its window a byte is. */
	static int position(long offset) {
		return (int) (offset - ((long) LocalRegion.windowOf(offset) << 30));
	}

}
