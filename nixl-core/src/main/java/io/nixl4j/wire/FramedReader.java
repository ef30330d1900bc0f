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

import java.util.Objects;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import org.jspecify.annotations.Nullable;

/**
 * Takes a stream of bytes apart into frames. It says where the next bytes are to be
 * received ({@link #receiveBuffer()}): a body's go straight where its sink wants them,
 * all others into a small buffer. Used by one event loop; knows no socket.
 */
final class FramedReader {

	/** Holds most headers, and little enough of a body behind one to be copied. */
	private static final int INITIAL_CAPACITY = 8 << 10;

	/** Receives frames as {@link FrameHandler#frame} says. */
	@FunctionalInterface
	interface Frames {

		@Nullable BodySink frame(int type, int entries, MsgPackReader header, int bodyLength);

	}

	private enum State {

		PREFIX, HEADER, BODY, DISCARD, ENDED

	}

	private final FrameChecksum checksum = new FrameChecksum();

	private final MsgPackReader headerReader = new MsgPackReader();

	private final ByteBuf buffered;

	private int maxHeader;

	private int maxBody;

	private boolean bodyChecksums = true;

	/** No frame is begun while there is none. */
	private @Nullable Frames receiver;

	private State state = State.PREFIX;

	private long frames;

	private int headerLength;

	private int bodyLength;

	/** Bytes of the body that are still to come. */
	private int bodyLeft;

	private int bodyChecksum;

	private @Nullable BodySink sink;

	private boolean parsing;

	/** Whether the buffer that was handed out last is the sink's. */
	private boolean receivingIntoSink;

	/**
	 * Creates a reader that waits for a receiver.
	 * @param allocator where the small buffer comes from
	 * @param maxHeader the longest header it takes
	 * @param maxBody the longest body it takes
	 */
	FramedReader(ByteBufAllocator allocator, int maxHeader, int maxBody) {
		this.buffered = allocator.directBuffer(INITIAL_CAPACITY, FramePrefix.SIZE + WireLimits.MAX_HEADER);
		this.maxHeader = maxHeader;
		this.maxBody = maxBody;
	}

	/** Sets what is allowed from the next frame on. */
	void limit(int maxHeader, int maxBody, boolean bodyChecksums) {
		this.maxHeader = maxHeader;
		this.maxBody = maxBody;
		this.bodyChecksums = bodyChecksums;
	}

	/** Begins no further frame. */
	void pause() {
		this.receiver = null;
	}

	/** Goes on with frames, beginning with what is buffered. */
	void resume(Frames receiver) {
		this.receiver = receiver;
		parse();
	}

	boolean paused() {
		return this.receiver == null;
	}

	/** Whether a frame has begun and is not whole yet. */
	boolean midFrame() {
		return this.receiver != null && this.state != State.ENDED
				&& (this.state != State.PREFIX || this.buffered.isReadable());
	}

	/** How many frames were whole. */
	long framesRead() {
		return this.frames;
	}

	/** How many bytes of the frame that has begun are there. */
	int frameBytes() {
		return inBody() ? FramePrefix.SIZE + this.headerLength + this.bodyLength - this.bodyLeft
				: this.buffered.readableBytes();
	}

	/** Whether a body is being received. */
	boolean inBody() {
		return this.state == State.BODY || this.state == State.DISCARD;
	}

	/**
	 * Returns memory for the next bytes from the socket.
	 * @return a direct buffer, owned by the caller, to be handed to
	 * {@link #received(ByteBuf)} or released
	 */
	ByteBuf receiveBuffer() {
		this.receivingIntoSink = false;
		if (this.state == State.BODY) {
			ByteBuf next = sink().next();
			if (next.isDirect()) {
				this.receivingIntoSink = true;
				return bounded(next, this.bodyLeft);
			}
			next.release();
		}
		if (this.buffered.readerIndex() == this.buffered.writerIndex()) {
			this.buffered.clear();
		}
		this.buffered.ensureWritable(1);
		return this.buffered.retain();
	}

	private static ByteBuf bounded(ByteBuf memory, int most) {
		if (!memory.isWritable()) {
			memory.release();
			throw new IllegalStateException("a sink offers no memory for its body");
		}
		if (!memory.isReadable() && memory.writableBytes() <= most) {
			return memory;
		}
		int length = Math.min(most, memory.writableBytes());
		ByteBuf slice = memory.retainedSlice(memory.writerIndex(), length).writerIndex(0);
		memory.release();
		return slice;
	}

	/**
	 * Takes the bytes that were received into the buffer handed out last.
	 * @param received that buffer; ownership passes to the reader
	 * @throws WireException if they break the protocol
	 */
	void received(ByteBuf received) {
		try {
			if (this.state == State.ENDED) {
				return;
			}
			if (this.receivingIntoSink) {
				this.receivingIntoSink = false;
				placed(received, received.readerIndex(), received.readableBytes());
			}
			else if (received != this.buffered) {
				this.buffered.writeBytes(received);
			}
		}
		finally {
			received.release();
		}
		parse();
	}

	/**
	 * Takes bytes that were received elsewhere, as far as frames may be begun; a body's
	 * are copied where its sink wants them.
	 * @param bytes the bytes; what was taken is read
	 * @throws WireException if they break the protocol
	 */
	void feed(ByteBuf bytes) {
		while (bytes.isReadable()) {
			if (this.state == State.BODY) {
				copyBody(bytes);
			}
			else if (this.state == State.DISCARD) {
				skipBody(bytes);
			}
			else if (this.receiver == null || this.state == State.ENDED) {
				return;
			}
			else {
				int length = FramePrefix.SIZE + ((this.state == State.HEADER) ? this.headerLength : 0);
				makeRoom(length);
				this.buffered.writeBytes(bytes,
						Math.min(bytes.readableBytes(), length - this.buffered.readableBytes()));
			}
			parse();
		}
	}

	/** Ends in whatever state; a body under way is aborted. Harmless when repeated. */
	void end() {
		if (this.state == State.ENDED) {
			return;
		}
		this.state = State.ENDED;
		this.buffered.release();
		BodySink aborted = this.sink;
		this.sink = null;
		if (aborted != null) {
			aborted.aborted();
		}
	}

	private void parse() {
		if (this.parsing) {
			// resumed by a receiver: the loop that called it goes on
			return;
		}
		this.parsing = true;
		try {
			parseAll();
		}
		finally {
			this.parsing = false;
		}
	}

	private void parseAll() {
		boolean progress = true;
		while (progress) {
			progress = switch (this.state) {
				case PREFIX -> prefix();
				case HEADER -> header();
				case BODY -> body();
				case DISCARD -> discard();
				case ENDED -> false;
			};
		}
	}

	private boolean prefix() {
		if (this.receiver == null || this.buffered.readableBytes() < FramePrefix.SIZE) {
			makeRoom(FramePrefix.SIZE);
			return false;
		}
		int start = this.buffered.readerIndex();
		this.headerLength = FramePrefix.headerLength(this.buffered, start, this.maxHeader);
		this.bodyLength = FramePrefix.bodyLength(this.buffered, start, this.maxBody);
		this.state = State.HEADER;
		return true;
	}

	private boolean header() {
		int start = this.buffered.readerIndex();
		int length = FramePrefix.SIZE + this.headerLength;
		Frames current = this.receiver;
		if (current == null || this.buffered.readableBytes() < length) {
			makeRoom(length);
			return false;
		}
		if (this.checksum.ofHeader(this.buffered, start, this.headerLength) != FramePrefix.headerChecksum(this.buffered,
				start)) {
			throw WireException.protocol("a header's checksum is wrong");
		}
		this.bodyChecksum = FramePrefix.bodyChecksum(this.buffered, start);
		this.headerReader.reset(this.buffered, start + FramePrefix.SIZE, this.headerLength);
		BodySink accepted = announce(current);
		if (this.state == State.ENDED) {
			// the handler closed the connection, and what is returned will not be used
			if (accepted != null) {
				accepted.aborted();
			}
			return false;
		}
		this.buffered.skipBytes(length);
		begin(accepted);
		return true;
	}

	private @Nullable BodySink announce(Frames current) {
		int entries = this.headerReader.map();
		if (entries == 0 || this.headerReader.key() != WireKey.TYPE) {
			throw WireException.protocol("a header does not begin with its frame's type");
		}
		int type = this.headerReader.unsignedInt(0xffff);
		return current.frame(type, entries - 1, this.headerReader, this.bodyLength);
	}

	private void begin(@Nullable BodySink accepted) {
		if (this.bodyLength == 0) {
			next();
			if (accepted != null) {
				accepted.complete(true);
			}
			return;
		}
		this.sink = accepted;
		this.bodyLeft = this.bodyLength;
		this.checksum.reset();
		this.state = (accepted != null) ? State.BODY : State.DISCARD;
	}

	/** Copies what came along with a header. */
	private boolean body() {
		if (this.bodyLeft == 0) {
			BodySink complete = sink();
			this.sink = null;
			next();
			complete.complete(!this.bodyChecksums || this.checksum.value() == this.bodyChecksum);
			return true;
		}
		if (!this.buffered.isReadable()) {
			return false;
		}
		copyBody(this.buffered);
		return true;
	}

	private void copyBody(ByteBuf bytes) {
		ByteBuf memory = bounded(sink().next(), this.bodyLeft);
		try {
			int count = Math.min(memory.writableBytes(), bytes.readableBytes());
			// Netty's own copy makes an object
			memory.internalNioBuffer(memory.writerIndex(), count)
				.put(bytes.internalNioBuffer(bytes.readerIndex(), count));
			memory.writerIndex(memory.writerIndex() + count);
			bytes.skipBytes(count);
			placed(memory, memory.readerIndex(), count);
		}
		finally {
			memory.release();
		}
	}

	private void placed(ByteBuf memory, int start, int count) {
		if (this.bodyChecksums) {
			this.checksum.update(memory, start, count);
		}
		this.bodyLeft -= count;
		sink().placed(count);
	}

	private boolean discard() {
		skipBody(this.buffered);
		if (this.bodyLeft == 0) {
			next();
			return true;
		}
		return false;
	}

	private void next() {
		this.frames++;
		this.state = State.PREFIX;
	}

	private void skipBody(ByteBuf bytes) {
		int count = Math.min(this.bodyLeft, bytes.readableBytes());
		bytes.skipBytes(count);
		this.bodyLeft -= count;
	}

	/** Makes sure that bytes up to the given length fit behind the reader index. */
	private void makeRoom(int length) {
		if (!this.buffered.isReadable()) {
			this.buffered.clear();
		}
		else if (this.buffered.capacity() - this.buffered.readerIndex() < length) {
			this.buffered.discardReadBytes();
		}
		if (this.buffered.capacity() < length) {
			this.buffered.capacity(length);
		}
	}

	private BodySink sink() {
		return Objects.requireNonNull(this.sink);
	}

}
