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

import io.nixl4j.memory.MemoryType;
import io.nixl4j.memory.Permissions;
import io.nixl4j.memory.Region;
import io.nixl4j.memory.RemoteRegion;

/**
 * A region without memory, as long as one likes.
 *
 * @param name the name
 * @param length the length in bytes
 */
record TestRegion(String name, long length) implements Region {

	@Override
	public long address() {
		return 4096;
	}

	@Override
	public MemoryType type() {
		return MemoryType.DRAM;
	}

	@Override
	public long deviceId() {
		return 0;
	}

	@Override
	public Permissions permissions() {
		return Permissions.READ_WRITE;
	}

	/**
	 * A peer's region without memory.
	 *
	 * @param engineId the peer
	 * @param name the name
	 * @param length the length in bytes
	 */
	record Remote(String engineId, String name, long length) implements RemoteRegion {

		@Override
		public boolean isOpen() {
			return true;
		}

		@Override
		public long address() {
			return 8192;
		}

		@Override
		public MemoryType type() {
			return MemoryType.VRAM;
		}

		@Override
		public long deviceId() {
			return 1;
		}

		@Override
		public Permissions permissions() {
			return Permissions.WRITE;
		}

	}

}
