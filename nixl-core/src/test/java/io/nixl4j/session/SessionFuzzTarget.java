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
package io.nixl4j.session;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import io.netty.buffer.Unpooled;
import io.nixl4j.memory.MemoryType;
import io.nixl4j.memory.Permissions;
import io.nixl4j.wire.FrameType;
import io.nixl4j.wire.MsgPackReader;
import io.nixl4j.wire.WireException;

/**
 * What a fuzzer calls with any bytes as a session's message. What is understood can be
 * said again, and then means the same.
 */
public final class SessionFuzzTarget {

	private SessionFuzzTarget() {
	}

	/**
	 * Runs one input.
	 * @param data the type of the frame, the number of entries, and the entries
	 */
	public static void fuzzerTestOneInput(byte[] data) {
		if (data.length < 2) {
			return;
		}
		try {
			int type = data[0] & 0xff;
			MsgPackReader entries = reader(Arrays.copyOfRange(data, 2, data.length));
			if (type == FrameType.NOTIFY) {
				SessionCodec.readNumber(data[1] & 0xff, entries);
			}
			else {
				again(SessionCodec.read(type, data[1] & 0xff, entries));
			}
		}
		catch (WireException ex) {
			// what a connection would be closed with
		}
	}

	private static void again(SessionMessage message) {
		HeaderWriter writer = new HeaderWriter();
		SessionCodec.write(message, writer);
		SessionMessage read = SessionCodec.read(writer.type(), writer.entries(), reader(writer.header()));
		// Reasons are cut.
		if (!read.equals(message) && !(message instanceof SessionMessage.Goodbye)) {
			throw new IllegalStateException("a " + message.getClass().getSimpleName() + " changes on its way");
		}
	}

	private static MsgPackReader reader(byte[] bytes) {
		return new MsgPackReader(Unpooled.wrappedBuffer(bytes));
	}

	/**
	 * Right messages of all types, to begin from.
	 * @return the inputs
	 */
	public static List<byte[]> seeds() {
		List<byte[]> seeds = new ArrayList<>();
		for (SessionMessage message : List.of(
				new SessionMessage.Grant(1L << 63, "kv", 1L << 48, 4096, MemoryType.VRAM, 3, Permissions.READ_WRITE),
				new SessionMessage.Granted(), new SessionMessage.Withdraw(77), new SessionMessage.Withdrawn(78),
				new SessionMessage.Notify(5, new byte[0]), new SessionMessage.NotifyAck(4),
				new SessionMessage.Goodbye("it closes"), new SessionMessage.Fence("tcp", 3),
				new SessionMessage.Fenced("tcp", 3))) {
			HeaderWriter writer = new HeaderWriter();
			SessionCodec.write(message, writer);
			byte[] header = writer.header();
			byte[] seed = new byte[2 + header.length];
			seed[0] = (byte) writer.type();
			seed[1] = (byte) writer.entries();
			System.arraycopy(header, 0, seed, 2, header.length);
			seeds.add(seed);
		}
		return seeds;
	}

}
