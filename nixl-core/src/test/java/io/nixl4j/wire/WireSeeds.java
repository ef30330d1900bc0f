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

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

import io.nixl4j.memory.Incarnation;
import io.nixl4j.memory.NixlError;

/**
 * Right headers of all handshake frames, to begin from when looking for wrong ones.
 */
public final class WireSeeds {

	private static final AgentIdentity SELF = new AgentIdentity("agent", "engine", new Incarnation(1, 2));

	private WireSeeds() {
	}

	/**
	 * Returns inputs of {@link WireFuzzTarget}: whole frames, and headers that it is to
	 * seal.
	 * @return the inputs
	 */
	public static List<byte[]> inputs() {
		List<byte[]> inputs = new ArrayList<>();
		for (byte[] frame : frames()) {
			byte[] whole = new byte[frame.length + 1];
			System.arraycopy(frame, 0, whole, 1, frame.length);
			inputs.add(whole);
			byte[] header = new byte[frame.length - FramePrefix.SIZE + 1];
			header[0] = 1;
			System.arraycopy(frame, FramePrefix.SIZE, header, 1, header.length - 1);
			inputs.add(header);
		}
		return inputs;
	}

	private static List<byte[]> frames() {
		CapturingWriter writer = new CapturingWriter();
		List<byte[]> frames = new ArrayList<>();
		new Hello(1, 1, Set.of("must"), Set.of("may"), ConnectionRole.LANE, SELF, "peer", new byte[Hello.NONCE], 77,
				new byte[Hello.TOKEN], 3, true, WireLimits.MAX_BODY)
			.write(writer);
		frames.add(writer.frame());
		new Challenge(1, Set.of("may"), SELF, new byte[Hello.NONCE], true, WireLimits.MAX_BODY, new byte[Hello.NONCE])
			.write(writer);
		frames.add(writer.frame());
		HandshakeProof.write(writer, new byte[Hello.NONCE]);
		frames.add(writer.frame());
		new Welcome(77, new byte[Hello.TOKEN], true).write(writer);
		frames.add(writer.frame());
		Refusal.write(writer, new WireException(NixlError.BUSY, "later", true, null));
		frames.add(writer.frame());
		writer.send(FrameType.NOTIFY, 1, (header) -> header.key('x').array(2).nil().bool(true), new byte[3]);
		frames.add(writer.frame());
		return frames;
	}

}
