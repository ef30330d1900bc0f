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

import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.nixl4j.memory.NixlError;

/**
 * Ends a connection whose peer drips a frame, or takes nothing of what waits for it. No
 * timer runs while neither is so, and a slow link that keeps the least rate goes on for
 * as long as it likes. Used by the connection's event loop.
 */
final class ProgressWatch extends ChannelOutboundHandlerAdapter implements Runnable {

	private final Channel channel;

	private final FramedReader reader;

	private final Consumer<WireException> stalled;

	private final long patienceNanos;

	private final long bytesPerSecond;

	private boolean armed;

	private long lastLook;

	/** The frame that was under way at the last look, and how long it has been. */
	private long frame;

	private long frameNanos;

	/** Bytes that were ever put into the socket's queue, as Netty counts them there. */
	private long queued;

	/** Whether something waited for the socket at the last look. */
	private boolean waiting;

	/** Bytes that the socket had taken then, and how long it has taken no more. */
	private long taken;

	private long waitingNanos;

	ProgressWatch(Channel channel, FramedReader reader, WireLimits limits, Consumer<WireException> stalled) {
		this.channel = channel;
		this.reader = reader;
		this.patienceNanos = limits.frameTime().toNanos();
		this.bytesPerSecond = limits.frameRate();
		this.stalled = stalled;
	}

	/** Looks from now on, if there is anything to look at. */
	void arm() {
		if (!this.armed && busy()) {
			this.armed = true;
			this.lastLook = System.nanoTime();
			this.frame = this.reader.framesRead();
			this.frameNanos = 0;
			this.waiting = false;
			this.waitingNanos = 0;
			schedule();
		}
	}

	private boolean busy() {
		return this.reader.midFrame() || waits();
	}

	private boolean waits() {
		ChannelOutboundBuffer outbound = this.channel.unsafe().outboundBuffer();
		return outbound != null && outbound.current() != null;
	}

	/** Buffers are used again, so that only bytes tell whether the same one waits. */
	@Override
	public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
		long before = pending();
		context.write(message, promise);
		this.queued += pending() - before;
	}

	private long pending() {
		ChannelOutboundBuffer outbound = this.channel.unsafe().outboundBuffer();
		return (outbound != null) ? outbound.totalPendingWriteBytes() : 0;
	}

	private long taken() {
		ChannelOutboundBuffer outbound = this.channel.unsafe().outboundBuffer();
		return this.queued - pending() + ((outbound != null) ? outbound.currentProgress() : 0);
	}

	private void schedule() {
		this.channel.eventLoop().schedule(this, this.patienceNanos / 2, TimeUnit.NANOSECONDS);
	}

	@Override
	public void run() {
		this.armed = false;
		if (!this.channel.isActive() || !busy()) {
			return;
		}
		long now = System.nanoTime();
		// of a time in which this process itself stood still only so much counts
		long passed = Math.min(now - this.lastLook, this.patienceNanos);
		this.lastLook = now;
		if (frameDrips(passed)) {
			this.stalled.accept(new WireException(NixlError.TIMED_OUT, "a frame came slower than " + this.bytesPerSecond
					+ " bytes a second (tcp.limits.frame-time, frame-rate)", true, null));
		}
		else if (nothingTaken(passed)) {
			this.stalled.accept(new WireException(NixlError.TIMED_OUT,
					"the peer took nothing of what waits for it for "
							+ TimeUnit.NANOSECONDS.toMillis(this.patienceNanos) + " ms (tcp.limits.frame-time)",
					true, null));
		}
		else {
			this.armed = true;
			schedule();
		}
	}

	private boolean frameDrips(long passed) {
		if (!this.reader.midFrame() || this.reader.framesRead() != this.frame) {
			this.frame = this.reader.framesRead();
			this.frameNanos = 0;
			return false;
		}
		this.frameNanos += passed;
		long beyond = this.frameNanos - this.patienceNanos;
		return beyond >= 0 && this.reader.frameBytes() <= beyond / 1e9 * this.bytesPerSecond;
	}

	private boolean nothingTaken(long passed) {
		boolean waitedBefore = this.waiting;
		long takenBefore = this.taken;
		this.waiting = waits();
		this.taken = taken();
		if (!waitedBefore || !this.waiting || this.taken != takenBefore) {
			this.waitingNanos = 0;
			return false;
		}
		this.waitingNanos += passed;
		return this.waitingNanos >= this.patienceNanos;
	}

}
