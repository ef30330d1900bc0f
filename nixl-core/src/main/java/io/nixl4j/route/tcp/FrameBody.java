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
import java.util.Objects;

import io.netty.buffer.ByteBuf;
import io.nixl4j.memory.LocalRegion;
import io.nixl4j.wire.FramedWriter;
import org.jspecify.annotations.Nullable;

/**
 * Hands the body of a frame to the writer, piece by piece: neighbours are joined, large
 * pieces go out from where they lie, and small ones are copied together since a socket
 * call for each would cost more. Reused from frame to frame.
 */
final class FrameBody {

	/** Pieces from this length on are not copied. */
	static final int DIRECT_LENGTH = 4096;

	private static final int GATHER_CAPACITY = 256 << 10;

	private final FramedWriter writer;

	private final RegionBuffers buffers;

	private final SmallBuffers small = new SmallBuffers();

	private @Nullable LocalRegion region;

	private long offset;

	private int length;

	private int total;

	private @Nullable ByteBuf gathered;

	private @Nullable ByteBuffer gatheredBytes;

	FrameBody(FramedWriter writer, RegionBuffers buffers) {
		this.writer = writer;
		this.buffers = buffers;
	}

	/** Begins a body of so many bytes. */
	void begin(int bytes) {
		this.total = bytes;
	}

	/** Adds a piece behind the others. */
	void add(LocalRegion piece, long start, int bytes) {
		if (piece == this.region && start == this.offset + this.length) {
			this.length += bytes;
			return;
		}
		passOn();
		this.region = piece;
		this.offset = start;
		this.length = bytes;
	}

	/** Ends the body. */
	void finish() {
		passOn();
		flushGathered();
		this.region = null;
		this.length = 0;
	}

	private void passOn() {
		LocalRegion piece = this.region;
		if (piece == null) {
			return;
		}
		if (this.length >= DIRECT_LENGTH || this.length == this.total) {
			flushGathered();
			this.writer.body(this.buffers.full(piece, this.offset, this.length));
			return;
		}
		ByteBuf target = this.gathered;
		if (target != null && target.writableBytes() < this.length) {
			flushGathered();
			target = null;
		}
		if (target == null) {
			int capacity = Math.min(this.total, GATHER_CAPACITY);
			target = this.small.take(capacity);
			this.gathered = target;
			this.gatheredBytes = target.internalNioBuffer(0, capacity);
		}
		RegionBytes.copyOut(piece, this.offset, Objects.requireNonNull(this.gatheredBytes), target.writerIndex(),
				this.length);
		target.writerIndex(target.writerIndex() + this.length);
	}

	private void flushGathered() {
		ByteBuf full = this.gathered;
		if (full != null) {
			this.gathered = null;
			this.gatheredBytes = null;
			this.writer.body(full);
		}
	}

}
