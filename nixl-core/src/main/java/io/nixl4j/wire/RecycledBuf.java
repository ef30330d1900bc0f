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

package io.nixl4j.wire;

import java.nio.ByteBuffer;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * A direct buffer over memory that somebody else owns. Releasing it for the last time
 * hands it back to its home, to be used again for another range of the same memory: so
 * sending and receiving make no objects. Used by one event loop.
 */
public final class RecycledBuf extends AddressedBuf {

	private final @Nullable Home home;

	private int limit;

	/**
	 * Creates a buffer that is in use, over no range yet.
	 * @param memory the memory; its content, position and limit are not touched
	 * @param home gets the buffer when it was released
	 */
	public RecycledBuf(ByteBuffer memory, Home home) {
		super(memory.duplicate().clear());
		this.home = home;
		range(0, 0, 0);
	}

	/**
	 * Sets the range that the buffer stands for.
	 * @param start its first byte
	 * @param readable how many bytes of it can be read
	 * @param length how many bytes it has; those behind the readable ones can be written
	 * @return this buffer
	 */
	public RecycledBuf range(int start, int readable, int length) {
		this.limit = start + length;
		setIndex(start, start + readable);
		return this;
	}

	@Override
	public int capacity() {
		// asked by the constructor above ours too
		return (this.home != null) ? this.limit : super.capacity();
	}

	@Override
	public int maxCapacity() {
		return (this.home != null) ? this.limit : super.maxCapacity();
	}

	@Override
	public ByteBuf capacity(int newCapacity) {
		throw new UnsupportedOperationException("the memory is somebody else's");
	}

	@Override
	protected void deallocate() {
		resetRefCnt();
		if (this.home != null) {
			this.home.released(this);
		}
	}

	/** Where buffers that were released go. */
	@FunctionalInterface
	public interface Home {

		/**
		 * Takes a buffer back.
		 * @param buffer ready to be used again
		 */
		void released(RecycledBuf buffer);

	}

}
