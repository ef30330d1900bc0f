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

import java.util.zip.CRC32C;

import io.netty.buffer.ByteBuf;

/**
 * CRC32C over parts of frames. Used by one thread.
 */
final class FrameChecksum {

	private final CRC32C crc = new CRC32C();

	/** Checksum of a frame's two lengths and its header. */
	int ofHeader(ByteBuf frame, int start, int headerLength) {
		this.crc.reset();
		update(frame, start, FramePrefix.LENGTHS);
		update(frame, start + FramePrefix.SIZE, headerLength);
		return value();
	}

	void reset() {
		this.crc.reset();
	}

	void update(ByteBuf bytes, int start, int length) {
		if (length > 0) {
			// no object is made of it; used up before anybody else needs it
			this.crc.update(bytes.internalNioBuffer(start, length));
		}
	}

	int value() {
		return (int) this.crc.getValue();
	}

}
