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

import java.util.function.IntSupplier;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelConfig;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.util.UncheckedBooleanSupplier;

/**
 * Gives the socket the memory that the reader wants the next bytes in: while a body is
 * received that is the registered region itself. One for each channel.
 */
@SuppressWarnings("deprecation") // Netty's own handles implement the same type
final class RegionRecvAllocator implements RecvByteBufAllocator {

	private static final int READS_PER_TURN = 256;

	private final FramedReader reader;

	/** A turn of one channel ends after so many bytes; others are served then. */
	private final IntSupplier turnBytes;

	RegionRecvAllocator(FramedReader reader, IntSupplier turnBytes) {
		this.reader = reader;
		this.turnBytes = turnBytes;
	}

	@Override
	public Handle newHandle() {
		return new TurnHandle();
	}

	private final class TurnHandle implements ExtendedHandle {

		private int reads;

		private int bytes;

		private int attempted;

		private int last;

		@Override
		public ByteBuf allocate(ByteBufAllocator allocator) {
			return RegionRecvAllocator.this.reader.receiveBuffer();
		}

		@Override
		public int guess() {
			return 0;
		}

		@Override
		public void reset(ChannelConfig config) {
			this.reads = 0;
			this.bytes = 0;
			this.last = 0;
		}

		@Override
		public void incMessagesRead(int count) {
			this.reads += count;
		}

		@Override
		public void lastBytesRead(int count) {
			this.last = count;
			if (count > 0) {
				this.bytes += count;
			}
		}

		@Override
		public int lastBytesRead() {
			return this.last;
		}

		@Override
		public void attemptedBytesRead(int count) {
			this.attempted = count;
		}

		@Override
		public int attemptedBytesRead() {
			return this.attempted;
		}

		@Override
		public boolean continueReading() {
			// a read that was not filled has emptied the socket
			return this.last > 0 && this.last == this.attempted && this.reads < READS_PER_TURN
					&& this.bytes < RegionRecvAllocator.this.turnBytes.getAsInt()
					&& !RegionRecvAllocator.this.reader.paused();
		}

		@Override
		public boolean continueReading(UncheckedBooleanSupplier maybeMoreData) {
			return continueReading();
		}

		@Override
		public void readComplete() {
		}

	}

}
