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
 * Contiguous memory of a device.
 */
public interface DeviceBlock {

	/**
	 * Returns where it starts.
	 * @return the device's address of the first byte, more than zero
	 */
	long address();

	/**
	 * Frees it, or lets go of it if it is somebody else's. Called once, when no copy
	 * touches it any more; may block.
	 */
	void free();

}
