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
import io.nixl4j.wire.RecycledBuf;
import org.jspecify.annotations.Nullable;

/**
 * Where one lane receives pieces that are too small for a socket call each, before they
 * are copied to where they belong. One body comes at a time. Used by the lane's event
 * loop.
 */
final class BounceBuffer implements RecycledBuf.Home {

	/** Little enough to stay in a processor's cache until it is copied on. */
	private static final int CAPACITY = 64 << 10;

	private @Nullable ByteBuffer memory;

	private @Nullable RecycledBuf free;

	/**
	 * Takes the memory to receive into.
	 * @param most how many bytes are still to come
	 * @return an empty buffer, owned by the caller; what is received begins at index 0
	 */
	ByteBuf take(int most) {
		RecycledBuf buffer = this.free;
		this.free = null;
		if (buffer == null) {
			buffer = new RecycledBuf(bytes(), this);
		}
		return buffer.range(0, 0, Math.min(most, CAPACITY));
	}

	/** What was received. */
	ByteBuffer bytes() {
		ByteBuffer bytes = this.memory;
		if (bytes == null) {
			bytes = ByteBuffer.allocateDirect(CAPACITY);
			this.memory = bytes;
		}
		return bytes;
	}

	@Override
	public void released(RecycledBuf buffer) {
		this.free = buffer;
	}

}
