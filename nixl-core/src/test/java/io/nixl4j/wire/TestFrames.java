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
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;

/**
 * Frames as bytes, right or wrong.
 */
public final class TestFrames {

	private TestFrames() {
	}

	/** A right frame. */
	public static byte[] frame(int type, byte[] body) {
		return frame(type, 0, (header) -> {
		}, body, true);
	}

	public static byte[] frame(int type, int entries, Consumer<MsgPackWriter> header, byte[] body,
			boolean bodyChecksum) {
		ByteBuf map = Unpooled.buffer();
		header.accept(new MsgPackWriter(map).map(entries + 1).key(WireKey.TYPE).unsigned(type));
		return frame(ByteBufUtil.getBytes(map), body, bodyChecksum);
	}

	/** A frame with any header, its checksums right. */
	public static byte[] frame(byte[] header, byte[] body, boolean bodyChecksum) {
		ByteBuf frame = Unpooled.buffer();
		frame.writeZero(FramePrefix.SIZE).writeBytes(header);
		FramePrefix.setLengths(frame, 0, header.length, body.length);
		FrameChecksum checksum = new FrameChecksum();
		int ofHeader = checksum.ofHeader(frame, 0, header.length);
		checksum.reset();
		checksum.update(Unpooled.wrappedBuffer(body), 0, body.length);
		FramePrefix.setChecksums(frame, 0, ofHeader, bodyChecksum ? checksum.value() : 0);
		return ByteBufUtil.getBytes(frame.writeBytes(body));
	}

	/** The type of a whole frame. */
	static int type(byte[] frame) {
		MsgPackReader header = new MsgPackReader(
				Unpooled.wrappedBuffer(frame, FramePrefix.SIZE, frame.length - FramePrefix.SIZE));
		header.map();
		header.key();
		return header.unsignedInt(Integer.MAX_VALUE);
	}

	/** A prefix alone, its checksum right for a header that is all zero. */
	public static byte[] prefix(long headerLength, long bodyLength) {
		return ByteBufUtil.getBytes(Unpooled.buffer().writeLong(headerLength).writeLong(bodyLength).writeLong(0));
	}

}
