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

package io.nixl4j.memory;

import java.nio.ByteBuffer;

/**
 * Memory of the host that a device copies to and from, and that sockets reach.
 */
public interface StagingMemory {

	/**
	 * Returns the memory.
	 * @return always the same direct buffer, from position 0 to its capacity; used by
	 * index only
	 */
	ByteBuffer buffer();

	/**
	 * Frees it. Called once, when neither a copy nor a socket touches it any more; may
	 * block.
	 */
	void free();

}
