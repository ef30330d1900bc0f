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

import org.jspecify.annotations.Nullable;

/**
 * Receives the frames of a connection, in order, on its event loop. Must not block.
 */
public interface FrameHandler {

	/**
	 * Receives a frame's header. It is whole and its checksum was right; nothing of the
	 * body has been placed anywhere.
	 * @param type the frame's type
	 * @param entries how many entries of the header's map are still to be read, the
	 * type's own not counted
	 * @param header stands at the first of these entries; valid during the call only
	 * @param bodyLength the body's length in bytes, 0 if the frame has none
	 * @return where the body goes, or {@code null} to let it be read and dropped
	 * @throws WireException if the peer broke the protocol so that going on makes no
	 * sense: the peer is told by a REFUSED frame and the connection is closed. An error
	 * that concerns one request only is reported by a frame of the handler's own instead,
	 * with {@code null} as the result.
	 */
	@Nullable BodySink frame(int type, int entries, MsgPackReader header, int bodyLength);

	/**
	 * Tells that the frames that had arrived were all handed over; what was queued for
	 * writing meanwhile can be flushed now.
	 */
	default void readComplete() {
	}

	/**
	 * Tells that {@link FramedWriter#isWritable()} has become {@code true} again.
	 */
	default void writable() {
	}

	/**
	 * Tells, once and last, that the connection is closed: nothing of it will be placed
	 * any more, and no more frame of it is read from memory.
	 * @param cause what ended it, {@code null} if this end closed it without a reason
	 */
	void closed(@Nullable WireException cause);

}
