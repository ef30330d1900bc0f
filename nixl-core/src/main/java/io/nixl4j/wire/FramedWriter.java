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

import java.util.function.Consumer;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * Writes frames to one connection. A frame is written by {@link #begin(int, int)},
 * entries of its header, {@link #body(ByteBuf)} for each piece of its body, and
 * {@link #end(WriteListener)}; {@link #flush()} sends what was queued, header and body
 * pieces in one gathering write, straight from their memory.
 * <p>
 * Event loop only, where a method does not say otherwise. After the connection was closed
 * frames are dropped, and their listeners told so.
 */
public interface FramedWriter {

	/**
	 * Returns whether more frames should be queued now. Any thread may ask.
	 * @return {@code false} while enough bytes wait for the socket
	 */
	boolean isWritable();

	/**
	 * Returns how much was queued and not yet taken by the socket.
	 * @return the bytes, headers included
	 */
	long pendingBytes();

	/**
	 * Begins a frame.
	 * @param type the frame's type, written as the header's first entry
	 * @param entries how many entries follow
	 * @return the writer for these entries
	 */
	MsgPackWriter begin(int type, int entries);

	/**
	 * Adds a piece to the body of the frame that was begun.
	 * @param piece its readable bytes are the piece; ownership passes to the writer, and
	 * the memory must not change until the frame is written
	 */
	void body(ByteBuf piece);

	/**
	 * Ends the frame and queues it.
	 * @param listener told when the socket needs the body's memory no more, or
	 * {@code null}
	 */
	void end(@Nullable WriteListener listener);

	/**
	 * Sends what was queued.
	 */
	void flush();

	/**
	 * Writes one frame and flushes. Any thread may call this; frames of one thread keep
	 * their order.
	 * @param type the frame's type
	 * @param entries how many entries follow the type's
	 * @param header writes these entries; called on the event loop
	 * @param body the body, or {@code null}; must not change any more
	 */
	void send(int type, int entries, Consumer<MsgPackWriter> header, byte @Nullable [] body);

	/**
	 * Told of the end of one frame, on the event loop.
	 */
	@FunctionalInterface
	interface WriteListener {

		/**
		 * The socket will not read the frame's memory any more, whether all of it was
		 * sent or not.
		 */
		void done();

	}

}
