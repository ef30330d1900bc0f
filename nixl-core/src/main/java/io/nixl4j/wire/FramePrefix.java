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

/**
 * The 24 bytes before every frame, three unsigned big-endian integers.
 *
 * <pre>
 *  0        8        16           20           24
 *  +--------+--------+------------+------------+---------------+-------------+
 *  | header | body   | CRC32C of  | CRC32C of  | header        | body        |
 *  | length | length | 0-16 and   | body, or 0 | one MsgPack   | bytes as in |
 *  |        |        | header     |            | map           | memory      |
 *  +--------+--------+------------+------------+---------------+-------------+
 * </pre>
 *
 * The first checksum is always there, the second in handshakes and where it was
 * negotiated.
 */
final class FramePrefix {

	/** Bytes of a prefix. */
	static final int SIZE = 24;

	/** Bytes of the two lengths, which the header's checksum covers too. */
	static final int LENGTHS = 16;

	/** How records of TLS begin: alert, version 3. */
	private static final int TLS_ALERT = 0x1503;

	/** How records of TLS begin: handshake, version 3. */
	private static final int TLS_HANDSHAKE = 0x1603;

	private FramePrefix() {
	}

	static void setLengths(ByteBuf frame, int start, int headerLength, int bodyLength) {
		frame.setLong(start, headerLength);
		frame.setLong(start + 8, bodyLength);
	}

	static void setChecksums(ByteBuf frame, int start, int headerChecksum, int bodyChecksum) {
		frame.setInt(start + LENGTHS, headerChecksum);
		frame.setInt(start + LENGTHS + 4, bodyChecksum);
	}

	static int headerLength(ByteBuf frame, int start, int max) {
		int first = frame.getUnsignedShort(start);
		if (first == TLS_ALERT || first == TLS_HANDSHAKE) {
			throw WireException.protocol("the peer speaks TLS and this end does not; set tcp.ssl at both ends");
		}
		return length(frame.getLong(start), 1, max, "header");
	}

	static int bodyLength(ByteBuf frame, int start, int max) {
		return length(frame.getLong(start + 8), 0, max, "body");
	}

	static int headerChecksum(ByteBuf frame, int start) {
		return frame.getInt(start + LENGTHS);
	}

	static int bodyChecksum(ByteBuf frame, int start) {
		return frame.getInt(start + LENGTHS + 4);
	}

	/** As signed numbers, lengths from 2^63 on are negative and so refused as well. */
	private static int length(long length, int min, int max, String what) {
		if (length < min || length > max) {
			throw WireException.protocol("a frame's " + what + " of " + Long.toUnsignedString(length)
					+ " bytes is out of range, " + min + " to " + max + " are allowed");
		}
		return (int) length;
	}

}
