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
 * The memory of a direct buffer, which lives as long as this or any cut of it does.
 *
 * @param buffer the buffer from 0 to its capacity
 * @param address the address of its first byte
 */
record BufferBlock(ByteBuffer buffer, long address) implements NativeMemory.Block {

	@Override
	public long length() {
		return this.buffer.capacity();
	}

	@Override
	public ByteBuffer cut(long offset, int length) {
		return this.buffer.slice((int) offset, length);
	}

	@Override
	public void lend() {
		// Every cut refers to the buffer that it was cut from
	}

	@Override
	public boolean free() {
		return true;
	}

}
