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
package io.nixl4j.route.tcp;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import io.nixl4j.wire.FrameType;
import io.nixl4j.wire.FuzzFrames;
import org.msgpack.core.MessagePack;
import org.msgpack.core.MessagePackException;
import org.msgpack.core.MessageUnpacker;

/**
 * Which bytes of the one region that a peer may write its frames allow to change. Written
 * from the document, with another MessagePack than the one that is tested: a WRITE names
 * its request, attempt and total, its runs lie in the region, do not overlap and sum up
 * to the body.
 */
final class LaneStreamModel {

	private static final Set<String> NEEDED = Set.of("t", "id", "at", "tot", "r");

	/** The bytes that may have been written. */
	final boolean[] writable = new boolean[LaneStreamFuzzTarget.SIZE];

	private final long handle;

	LaneStreamModel(long handle) {
		this.handle = handle;
	}

	static boolean[] range(int from, int length) {
		boolean[] range = new boolean[LaneStreamFuzzTarget.SIZE];
		Arrays.fill(range, from, from + length, true);
		return range;
	}

	void receives(FuzzFrames.Frame frame) {
		try (MessageUnpacker header = MessagePack.newDefaultUnpacker(frame.header())) {
			int count = header.unpackMapHeader();
			Set<String> keys = new HashSet<>();
			List<long[]> ranges = List.of();
			long type = 0;
			for (int i = 0; i < count; i++) {
				String key = header.unpackString();
				keys.add(key);
				switch (key) {
					case "t" -> type = unsigned(header);
					case "r" -> ranges = ranges(header);
					default -> header.skipValue();
				}
			}
			if (type == FrameType.WRITE && keys.containsAll(NEEDED)) {
				allow(ranges, frame.bodyLength());
			}
		}
		catch (MessagePackException | IOException | ArithmeticException ex) {
			// no right header, so nothing is allowed
		}
	}

	/**
	 * Start and end of each range, or what is thrown for numbers that cannot be right.
	 */
	private List<long[]> ranges(MessageUnpacker header) throws IOException {
		List<long[]> ranges = new ArrayList<>();
		int groups = header.unpackArrayHeader();
		for (int group = 0; group < groups; group++) {
			int numbers = header.unpackArrayHeader();
			boolean ours = unsigned(header) == this.handle;
			for (int i = 1; i < numbers; i += 4) {
				long start = unsigned(header);
				long stride = unsigned(header);
				long length = unsigned(header);
				long count = unsigned(header);
				if (!ours || length < 1 || count < 1 || ranges.size() + count > LaneStreamFuzzTarget.SIZE
						|| (count > 1 && stride < length)) {
					throw new ArithmeticException("a run that cannot be");
				}
				for (long n = 0; n < count; n++) {
					long at = Math.addExact(start, Math.multiplyExact(n, stride));
					ranges.add(new long[] { at, Math.addExact(at, length) });
				}
			}
		}
		return ranges;
	}

	private static long unsigned(MessageUnpacker header) throws IOException {
		return header.unpackBigInteger().longValue();
	}

	private void allow(List<long[]> ranges, int bodyLength) {
		long sum = 0;
		for (long[] range : ranges) {
			if (range[0] < 0 || range[1] > LaneStreamFuzzTarget.SIZE) {
				return;
			}
			sum += range[1] - range[0];
		}
		if (sum == bodyLength) {
			ranges.forEach((range) -> Arrays.fill(this.writable, (int) range[0], (int) range[1], true));
		}
	}

}
