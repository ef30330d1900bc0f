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
import io.nixl4j.memory.LocalRegion;
import io.nixl4j.wire.BodySink;

/**
 * Receives a body into pieces of registered memory: large ones straight from the socket,
 * small ones by way of a buffer, since a socket call for each would cost more. Used again
 * from body to body.
 */
abstract class Placer implements BodySink {

	private final RegionBuffers buffers;

	private final BounceBuffer bounce;

	/** Bytes that are still to come. */
	private int left;

	private boolean bouncing;

	Placer(RegionBuffers buffers, BounceBuffer bounce) {
		this.buffers = buffers;
		this.bounce = bounce;
	}

	/** Begins to receive a body. */
	final void begin(int length) {
		this.left = length;
	}

	/** Where the next byte goes. */
	abstract LocalRegion region();

	/** Where the next byte goes. */
	abstract long offset();

	/** How many bytes from there on are contiguous; at least one while bytes are left. */
	abstract long contiguous();

	/** Moves on within what is contiguous. */
	abstract void advance(int bytes);

	/** Everything is placed, or nothing will be any more. */
	abstract void ended(boolean complete, boolean checksumOk);

	@Override
	public final ByteBuf next() {
		int length = (int) Math.min(contiguous(), this.left);
		this.bouncing = length < FrameBody.DIRECT_LENGTH && length < this.left;
		return this.bouncing ? this.bounce.take(this.left) : this.buffers.empty(region(), offset(), length);
	}

	@Override
	public final void placed(int bytes) {
		if (this.bouncing) {
			scatter(this.bounce.bytes(), bytes);
		}
		else {
			advance(bytes);
		}
		this.left -= bytes;
	}

	private void scatter(ByteBuffer source, int bytes) {
		int done = 0;
		while (done < bytes) {
			int piece = (int) Math.min(contiguous(), bytes - done);
			RegionBytes.copyIn(source, done, region(), offset(), piece);
			advance(piece);
			done += piece;
		}
	}

	@Override
	public final void complete(boolean checksumOk) {
		ended(true, checksumOk);
	}

	@Override
	public final void aborted() {
		ended(false, false);
	}

}
