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
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import org.jspecify.annotations.Nullable;

/**
 * What a fuzzer calls with any bytes: they are read as frames would be from a socket, by
 * a handshake and behind one. Nothing but a {@link WireException} may come of it.
 */
public final class WireFuzzTarget {

	private static final int READ = 113;

	private WireFuzzTarget() {
	}

	/**
	 * Runs one input.
	 * @param data what a peer sent; the first byte chooses how it is cut and sealed
	 */
	public static void fuzzerTestOneInput(byte[] data) {
		if (data.length == 0) {
			return;
		}
		byte[] rest = java.util.Arrays.copyOfRange(data, 1, data.length);
		boolean sealed = (data[0] & 1) != 0 && rest.length > 0;
		// A fuzzer does not guess checksums: without right ones no header would be read.
		byte[] stream = sealed ? TestFrames.frame(rest, new byte[data[0] & 0x7e], true) : rest;
		read(stream);
	}

	private static void read(byte[] stream) {
		FramedReader reader = new FramedReader(UnpooledByteBufAllocator.DEFAULT, WireLimits.MAX_HEADER,
				WireLimits.MAX_BODY);
		try {
			reader.resume(WireFuzzTarget::understand);
			int done = 0;
			while (done < stream.length) {
				ByteBuf buffer = reader.receiveBuffer();
				int count = Math.min(Math.min(READ, buffer.writableBytes()), stream.length - done);
				buffer.writeBytes(stream, done, count);
				reader.received(buffer);
				done += count;
			}
		}
		catch (WireException ex) {
			// what a connection would be closed with
		}
		finally {
			reader.end();
		}
	}

	private static @Nullable BodySink understand(int type, int entries, MsgPackReader header, int bodyLength) {
		switch (type) {
			case FrameType.HELLO -> Hello.read(entries, header);
			case FrameType.CHALLENGE -> Challenge.read(entries, header);
			case FrameType.PROOF -> HandshakeProof.read(entries, header);
			case FrameType.WELCOME -> Welcome.read(entries, header);
			case FrameType.REFUSED -> Refusal.read(entries, header);
			default -> {
				for (int i = 0; i < entries; i++) {
					header.key();
					header.skip();
				}
				header.expectEnd();
			}
		}
		return (type % 2 == 0) ? new CollectedBody(bodyLength, (body) -> Unpooled.wrappedBuffer(body).release(), () -> {
		}) : null;
	}

}
