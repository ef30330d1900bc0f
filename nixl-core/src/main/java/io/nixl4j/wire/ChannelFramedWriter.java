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

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The writer of a Netty channel. Pieces of a body are queued one by one, since Netty
 * gathers them itself; nothing is copied but bodies so short that a copy costs less than
 * a piece. A short frame that is alone when it is flushed goes to the socket at once,
 * past Netty's queue: that costs nothing but the system call.
 */
final class ChannelFramedWriter implements FramedWriter {

	/** Longer ones are refused when the frame ends, and have to fit until then. */
	private static final int MAX_HEADER_WRITTEN = 1 << 20;

	private static final int MAX_SPARE_HEADERS = 64;

	/**
	 * Longer headers are those of lists in small pieces, which have much to do anyway.
	 */
	private static final int MAX_SPARE_CAPACITY = 8 << 10;

	private static final int MAX_SPARE_ENDS = 64;

	/** Bodies up to this length are copied behind their header. */
	private static final int SHORT_BODY = 1 << 10;

	/**
	 * TLS encrypts so much into one buffer of its own: few buffers, and none so long that
	 * Netty does not keep it for the next piece.
	 */
	private static final int ENCRYPTED_LENGTH = 256 << 10;

	private final Channel channel;

	private final FrameChecksum checksum = new FrameChecksum();

	private final MsgPackWriter headerWriter = new MsgPackWriter(Unpooled.EMPTY_BUFFER);

	private final List<ByteBuf> pieces = new ArrayList<>();

	private final ArrayDeque<HeaderBuf> spareHeaders = new ArrayDeque<>();

	private final ArrayDeque<FrameEnd> spareEnds = new ArrayDeque<>();

	/** TLS lets go of a piece when it is behind a copy, and reads that later. */
	private final boolean encrypted;

	private final int maxHeader;

	/** Writes past Netty's queue, where the transport lets us. */
	private final @Nullable DirectSocket socket;

	/** A short frame that nothing is queued before, until it is flushed. */
	private @Nullable ByteBuf alone;

	private @Nullable WriteListener aloneListener;

	private boolean ended;

	private int maxBody;

	private boolean bodyChecksums = true;

	private Runnable flushed = () -> {
	};

	private @Nullable ByteBuf frame;

	private int bodyLength;

	ChannelFramedWriter(Channel channel, WireLimits limits, boolean encrypted) {
		this.encrypted = encrypted;
		this.channel = channel;
		this.socket = encrypted ? null : DirectSocket.of(channel);
		this.maxHeader = limits.maxHeader();
		this.maxBody = limits.maxBody();
	}

	/** Sets what both ends agreed on, from the next frame on. */
	void agree(boolean withBodyChecksums, int longestBody) {
		this.bodyChecksums = withBodyChecksums;
		this.maxBody = longestBody;
	}

	@Override
	public boolean isWritable() {
		return this.channel.isWritable();
	}

	/** Whether no frame is begun and none waits for the socket. */
	boolean idle() {
		return this.frame == null && pendingBytes() == 0;
	}

	@Override
	public long pendingBytes() {
		ByteBuf held = this.alone;
		return (held != null) ? held.readableBytes() : queuedBytes();
	}

	private long queuedBytes() {
		ChannelOutboundBuffer pending = this.channel.unsafe().outboundBuffer();
		return (pending != null) ? pending.totalPendingWriteBytes() : 0;
	}

	@Override
	public MsgPackWriter begin(int type, int entries) {
		if (this.frame != null || !this.channel.eventLoop().inEventLoop()) {
			throw new IllegalStateException("a frame is begun on the event loop, and one at a time");
		}
		HeaderBuf spare = this.spareHeaders.pollLast();
		ByteBuf begun = (spare != null) ? spare : new HeaderBuf(this, FramePrefix.SIZE + MAX_HEADER_WRITTEN);
		begun.writeZero(FramePrefix.SIZE);
		this.frame = begun;
		this.bodyLength = 0;
		this.headerWriter.reset(begun);
		return this.headerWriter.map(entries + 1).key(WireKey.TYPE).unsigned(type);
	}

	@Override
	public void body(ByteBuf piece) {
		int length = piece.readableBytes();
		this.pieces.add(piece);
		if (length > this.maxBody - this.bodyLength) {
			drop();
			throw new IllegalArgumentException("a body is longer than " + this.maxBody + " bytes");
		}
		this.bodyLength += length;
	}

	@Override
	public void end(@Nullable WriteListener listener) {
		ByteBuf begun = Objects.requireNonNull(this.frame, "no frame was begun");
		int headerLength = begun.readableBytes() - FramePrefix.SIZE;
		if (headerLength > this.maxHeader) {
			drop();
			throw new IllegalArgumentException("a header of " + headerLength + " bytes is too long");
		}
		FramePrefix.setLengths(begun, 0, headerLength, this.bodyLength);
		FramePrefix.setChecksums(begun, 0, this.checksum.ofHeader(begun, 0, headerLength), bodyChecksum());
		this.frame = null;
		queueAlone();
		if (this.bodyLength <= SHORT_BODY) {
			takeIn(begun);
			if (this.socket != null && queuedBytes() == 0) {
				this.alone = begun;
				this.aloneListener = listener;
				return;
			}
		}
		queue(begun, this.pieces, listener);
		this.pieces.clear();
	}

	/** Copies a short body behind its header. */
	private void takeIn(ByteBuf begun) {
		for (int i = 0; i < this.pieces.size(); i++) {
			ByteBuf piece = this.pieces.get(i);
			// Netty's copy between two buffers would make objects
			begun.writeBytes(piece.internalNioBuffer(piece.readerIndex(), piece.readableBytes()));
			piece.release();
		}
		this.pieces.clear();
	}

	private void queue(ByteBuf begun, List<ByteBuf> body, @Nullable WriteListener listener) {
		this.channel.write(begun, this.channel.voidPromise());
		for (int i = 0; i < body.size(); i++) {
			ByteBuf piece = body.get(i);
			while (this.encrypted && piece.readableBytes() > ENCRYPTED_LENGTH) {
				this.channel.write(piece.readRetainedSlice(ENCRYPTED_LENGTH), this.channel.voidPromise());
			}
			this.channel.write(piece, this.channel.voidPromise());
		}
		if (listener != null) {
			tellBehind(listener);
		}
	}

	/** Queues the frame that was alone, without the pieces of one that comes. */
	private void queueAlone() {
		ByteBuf held = this.alone;
		if (held != null) {
			queue(held, List.of(), forgetAlone());
		}
	}

	/** The frame that was alone is sent. */
	private void letGo(ByteBuf held) {
		WriteListener listener = forgetAlone();
		held.release();
		if (listener != null) {
			listener.done();
		}
	}

	private @Nullable WriteListener forgetAlone() {
		WriteListener listener = this.aloneListener;
		this.alone = null;
		this.aloneListener = null;
		return listener;
	}

	private int bodyChecksum() {
		if (!this.bodyChecksums) {
			return 0;
		}
		this.checksum.reset();
		for (int i = 0; i < this.pieces.size(); i++) {
			ByteBuf piece = this.pieces.get(i);
			this.checksum.update(piece, piece.readerIndex(), piece.readableBytes());
		}
		return this.checksum.value();
	}

	private void tellBehind(WriteListener listener) {
		if (this.encrypted) {
			this.channel.write(Unpooled.EMPTY_BUFFER, this.channel.newPromise())
				.addListener((future) -> listener.done());
			return;
		}
		FrameEnd spare = this.spareEnds.pollLast();
		FrameEnd end = (spare != null) ? spare : new FrameEnd(this);
		this.channel.write(end.of(listener), this.channel.voidPromise());
	}

	/** Takes back what stood behind a frame. */
	void spare(FrameEnd end) {
		if (this.spareEnds.size() < MAX_SPARE_ENDS) {
			this.spareEnds.addLast(end);
		}
	}

	/**
	 * Takes back a header.
	 * @return {@code false} if it is not wanted
	 */
	boolean spare(HeaderBuf header) {
		if (this.ended || this.spareHeaders.size() >= MAX_SPARE_HEADERS || header.capacity() > MAX_SPARE_CAPACITY) {
			return false;
		}
		this.spareHeaders.addLast(header);
		return true;
	}

	/** The connection has ended: nothing is kept to be used again. */
	void close() {
		this.ended = true;
		drop();
		queueAlone();
		while (!this.spareHeaders.isEmpty()) {
			this.spareHeaders.removeLast().free();
		}
	}

	/** Drops a frame that was begun and not ended. */
	void drop() {
		ByteBuf begun = this.frame;
		this.frame = null;
		if (begun != null) {
			begun.release();
		}
		this.pieces.forEach(ByteBuf::release);
		this.pieces.clear();
	}

	@Override
	public void flush() {
		ByteBuf held = this.alone;
		DirectSocket direct = this.socket;
		if (held != null && direct != null && direct.write(held)) {
			letGo(held);
			return;
		}
		queueAlone();
		this.channel.flush();
		if (queuedBytes() > 0) {
			this.flushed.run();
		}
	}

	/** Sets what is told after each flush that left something behind. */
	void whenFlushed(Runnable listener) {
		this.flushed = listener;
	}

	@Override
	public void send(int type, int entries, Consumer<MsgPackWriter> header, byte @Nullable [] body) {
		if (this.channel.eventLoop().inEventLoop()) {
			write(type, entries, header, body);
			return;
		}
		try {
			this.channel.eventLoop().execute(() -> write(type, entries, header, body));
		}
		catch (RejectedExecutionException ex) {
			// the loops have ended, so the connection has: frames are dropped then
		}
	}

	private void write(int type, int entries, Consumer<MsgPackWriter> header, byte @Nullable [] body) {
		MsgPackWriter entriesWriter = begin(type, entries);
		try {
			header.accept(entriesWriter);
		}
		catch (RuntimeException ex) {
			drop();
			throw ex;
		}
		if (body != null && body.length > 0) {
			body(Unpooled.wrappedBuffer(body));
		}
		end(null);
		flush();
	}

}
