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

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.nixl4j.memory.NixlError;

/**
 * The REFUSED frame, which ends a connection with a reason.
 */
final class Refusal {

	/** The longest message that is sent or read, in bytes. */
	static final int MAX_MESSAGE = 1024;

	private static final int CODE = 'c';

	private static final int MESSAGE = 'm';

	private static final int ENTRIES = 3;

	private static final int RETRY = 'r';

	private Refusal() {
	}

	static void write(FramedWriter writer, WireException reason) {
		entries(writer.begin(FrameType.REFUSED, ENTRIES), reason);
		writer.end(null);
		writer.flush();
	}

	/** A whole frame, for a connection that has no writer. */
	static ByteBuf encoded(ByteBufAllocator allocator, WireException reason) {
		ByteBuf frame = allocator.directBuffer().writeZero(FramePrefix.SIZE);
		MsgPackWriter header = new MsgPackWriter(frame);
		entries(header.map(ENTRIES + 1).key(WireKey.TYPE).unsigned(FrameType.REFUSED), reason);
		int length = frame.readableBytes() - FramePrefix.SIZE;
		FramePrefix.setLengths(frame, 0, length, 0);
		FramePrefix.setChecksums(frame, 0, new FrameChecksum().ofHeader(frame, 0, length), 0);
		return frame;
	}

	private static void entries(MsgPackWriter header, WireException reason) {
		header.key(CODE).string(reason.error().code());
		header.key(MESSAGE).string(shortened(String.valueOf(reason.getMessage())));
		header.key(RETRY).bool(reason.retry());
	}

	static WireException read(int entries, MsgPackReader header) {
		NixlError error = NixlError.BACKEND;
		String message = "";
		boolean retry = false;
		for (int i = 0; i < entries; i++) {
			switch (header.key()) {
				case CODE -> error = NixlError.ofCode(header.string(64));
				case MESSAGE -> message = header.text(MAX_MESSAGE);
				case RETRY -> retry = header.bool();
				default -> header.skip();
			}
		}
		return new WireException(error, "the peer says: " + message, retry, null);
	}

	/** At most a quarter of the bytes as characters, since one takes up to four bytes. */
	private static String shortened(String message) {
		return (message.length() > MAX_MESSAGE / 4) ? message.substring(0, MAX_MESSAGE / 4) : message;
	}

}
