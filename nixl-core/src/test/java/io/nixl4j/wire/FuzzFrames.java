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

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Frames as a fuzzer makes them. It guesses no checksum and rarely a length, so its bytes
 * are headers only, each behind its length and what is said of its body; the rest is
 * added here.
 */
public final class FuzzFrames {

	/** What all bodies consist of. */
	public static final byte FILL = (byte) 0xa7;

	private static final int WRONG_CHECKSUM = 0x8000;

	private FuzzFrames() {
	}

	/**
	 * Cuts a fuzzer's bytes into frames.
	 * @param input the bytes; all of them are some frames
	 * @param from where the first frame begins
	 * @return the frames
	 */
	public static List<Frame> frames(byte[] input, int from) {
		List<Frame> frames = new ArrayList<>();
		ByteBuffer left = ByteBuffer.wrap(input, Math.min(from, input.length), Math.max(0, input.length - from));
		while (left.remaining() > 4) {
			int header = left.getShort() & 0xffff;
			int body = left.getShort() & 0xffff;
			byte[] bytes = new byte[Math.min(header, left.remaining())];
			left.get(bytes);
			frames.add(new Frame(bytes, body & (WRONG_CHECKSUM - 1), (body & WRONG_CHECKSUM) == 0));
		}
		return frames;
	}

	/**
	 * Writes right frames as a fuzzer's bytes, to begin from.
	 * @param flags the byte before the first frame
	 * @param frames whole frames; their bodies keep only their length
	 * @return the input
	 */
	public static byte[] input(int flags, List<byte[]> frames) {
		ByteArrayOutputStream input = new ByteArrayOutputStream();
		input.write(flags);
		for (byte[] frame : frames) {
			ByteBuffer prefix = ByteBuffer.wrap(frame);
			int header = (int) prefix.getLong(0);
			int body = (int) prefix.getLong(8);
			input.writeBytes(ByteBuffer.allocate(4).putShort((short) header).putShort((short) body).array());
			input.write(frame, FramePrefix.SIZE, header);
		}
		return input.toByteArray();
	}

	/**
	 * A frame with any header.
	 *
	 * @param header the header
	 * @param bodyLength how many bytes the body has
	 * @param rightChecksum whether the body's checksum is right
	 */
	public record Frame(byte[] header, int bodyLength, boolean rightChecksum) {

		/**
		 * Returns the frame as it is sent.
		 * @return the bytes, with all lengths right
		 */
		public byte[] bytes() {
			byte[] body = new byte[this.bodyLength];
			Arrays.fill(body, FILL);
			byte[] frame = TestFrames.frame(this.header, body, true);
			if (!this.rightChecksum) {
				frame[FramePrefix.SIZE - 1]++;
			}
			return frame;
		}

	}

}
