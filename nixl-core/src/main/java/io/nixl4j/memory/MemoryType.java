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

/**
 * Where memory lies. The names are the ones of the metadata format.
 */
public enum MemoryType {

	/**
	 * Memory of the host.
	 */
	DRAM,

	/**
	 * Memory of a GPU, named by its device id.
	 */
	VRAM,

	/**
	 * A file. Known in metadata only: registering one is refused.
	 */
	FILE;

	/**
	 * Returns the name by which metadata and frames call this type.
	 * @return the name on the wire
	 */
	public String wireName() {
		return name();
	}

}
