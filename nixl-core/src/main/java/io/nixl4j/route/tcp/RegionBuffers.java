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

	/** One for each region of which there is a window. */
	private final Map<LocalRegion, Runnable> listeners = new IdentityHashMap<>();

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
			window = new Window(region, memory);
			this.windows.put(memory, window);
			if (!this.listeners.containsKey(region)) {
				Runnable listener = () -> freed(region);
				this.listeners.put(region, listener);
				region.onFree(listener);
			}
		}
		this.last = window;
		return window;
	}

	private void freed(LocalRegion region) {
		try {
			this.loop.execute(() -> forget(region));
		}
		catch (RejectedExecutionException ex) {
			// the loop has ended, and what it used is garbage
		}
	}

	private void forget(LocalRegion region) {
		this.listeners.remove(region);
		this.windows.values().removeIf((window) -> window.region == region);
		this.last = null;
	}

	/** Drops everything; what is still in use stays valid. */
	void close() {
		this.listeners.forEach(LocalRegion::offFree);
		this.listeners.clear();
		this.windows.clear();
		this.last = null;
	}

	/** The buffers over one window of a region. */
	private static final class Window implements RecycledBuf.Home {

		private final LocalRegion region;

		private final ByteBuffer memory;

		private final ArrayDeque<RecycledBuf> free = new ArrayDeque<>();

		Window(LocalRegion region, ByteBuffer memory) {
			this.region = region;
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
