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
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

import io.netty.buffer.ByteBuf;
import io.nixl4j.memory.LocalRegion;
import io.nixl4j.wire.RecycledBuf;
import org.jspecify.annotations.Nullable;

/**
 * Memory of regions as the sockets of one lane take it, in buffers that are used again.
 * Regions must be held while their memory is used; what is kept of one is dropped when it
 * is closed. Used by the lane's event loop.
 */
final class RegionBuffers {

	private final Executor loop;

	private final Map<ByteBuffer, Window> windows = new IdentityHashMap<>();

	private @Nullable Window last;

	RegionBuffers(Executor loop) {
		this.loop = loop;
	}

	/**
	 * Returns memory to be sent: the memory itself, not a copy.
	 * @param region the region
	 * @param offset the first byte
	 * @param length at most {@link LocalRegion#MAX_WINDOW_RANGE}
	 * @return a buffer with all bytes readable, owned by the caller
	 */
	ByteBuf full(LocalRegion region, long offset, int length) {
		return windowOf(region, offset).take().range(RegionBytes.position(offset), length, length);
	}

	/**
	 * Returns memory to be received into, with all bytes writable.
	 * @param region the region
	 * @param offset the first byte
	 * @param length at most {@link LocalRegion#MAX_WINDOW_RANGE}
	 * @return a buffer, owned by the caller
	 */
	ByteBuf empty(LocalRegion region, long offset, int length) {
		return windowOf(region, offset).take().range(RegionBytes.position(offset), 0, length);
	}

	private Window windowOf(LocalRegion region, long offset) {
		ByteBuffer memory = region.window(LocalRegion.windowOf(offset));
		Window window = this.last;
		if (window != null && window.memory == memory) {
			return window;
		}
		window = this.windows.get(memory);
		if (window == null) {
			window = new Window(memory);
			this.windows.put(memory, window);
			region.closed().thenRun(() -> forget(memory));
		}
		this.last = window;
		return window;
	}

	private void forget(ByteBuffer memory) {
		try {
			this.loop.execute(() -> {
				this.windows.remove(memory);
				this.last = null;
			});
		}
		catch (RejectedExecutionException ex) {
			// the loop has ended, and what it used is garbage
		}
	}

	/** Drops everything; what is still in use stays valid. */
	void close() {
		this.windows.clear();
		this.last = null;
	}

	/** The buffers over one window of a region. */
	private static final class Window implements RecycledBuf.Home {

		private final ByteBuffer memory;

		private final ArrayDeque<RecycledBuf> free = new ArrayDeque<>();

		Window(ByteBuffer memory) {
			this.memory = memory;
		}

		private RecycledBuf take() {
			RecycledBuf buffer = this.free.pollLast();
			return (buffer != null) ? buffer : new RecycledBuf(this.memory, this);
		}

		@Override
		public void released(RecycledBuf buffer) {
			this.free.addLast(buffer);
		}

	}

}
