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
import java.util.ArrayDeque;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.nixl4j.wire.RecycledBuf;

/**
 * Memory to collect small pieces in before they are sent. As much as short transfers need
 * is kept to be used again. Used by one lane's event loop.
 */
final class SmallBuffers implements RecycledBuf.Home {

	/** The longest that are kept. */
	private static final int KEPT_CAPACITY = 8 << 10;

	private static final int MAX_KEPT = 16;

	private final ArrayDeque<RecycledBuf> free = new ArrayDeque<>();

	/**
	 * Takes memory.
	 * @param capacity how much
	 * @return an empty buffer, owned by the caller
	 */
	ByteBuf take(int capacity) {
		if (capacity > KEPT_CAPACITY) {
			return ByteBufAllocator.DEFAULT.directBuffer(capacity, capacity);
		}
		RecycledBuf spare = this.free.pollLast();
		RecycledBuf buffer = (spare != null) ? spare : new RecycledBuf(ByteBuffer.allocateDirect(KEPT_CAPACITY), this);
		return buffer.range(0, 0, capacity);
	}

	@Override
	public void released(RecycledBuf buffer) {
		if (this.free.size() < MAX_KEPT) {
			this.free.addLast(buffer);
		}
	}

}
