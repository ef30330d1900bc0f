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

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.nixl4j.memory.DeviceRuns;
import io.nixl4j.memory.StagingMemory;

/**
 * A piece of staging memory that holds the body of one frame, and the ranges of the
 * device that its bytes come from or go to. Whoever has it has it alone.
 */
final class StagingSlot {

	private final StagingUse use;

	private final StagingMemory memory;

	private final int offset;

	private final ByteBuffer bytes;

	private final DeviceRuns runs = new DeviceRuns();

	StagingSlot(StagingUse use, StagingMemory memory, int offset, int length) {
		this.use = use;
		this.memory = memory;
		this.offset = offset;
		this.bytes = memory.buffer().slice(offset, length);
	}

	StagingUse use() {
		return this.use;
	}

	StagingMemory memory() {
		return this.memory;
	}

	/** Where it begins in the memory. */
	int offset() {
		return this.offset;
	}

	/** The ranges of the device; unchanged while a copy runs. */
	DeviceRuns runs() {
		return this.runs;
	}

	/**
	 * The first bytes as the sockets take them.
	 * @param length how many
	 * @return a buffer with all bytes readable
	 */
	ByteBuf bytes(int length) {
		return Unpooled.wrappedBuffer(this.bytes.slice(0, length));
	}

	/**
	 * Room for bytes from the socket.
	 * @param from the first byte
	 * @param length how many
	 * @return a buffer with all bytes writable
	 */
	ByteBuf room(int from, int length) {
		return Unpooled.wrappedBuffer(this.bytes.slice(from, length)).writerIndex(0);
	}

}
