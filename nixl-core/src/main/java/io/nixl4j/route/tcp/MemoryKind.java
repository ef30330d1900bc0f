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

import io.nixl4j.memory.LocalRegion;
import io.nixl4j.memory.MemoryType;
import io.nixl4j.memory.Region;
import io.nixl4j.memory.RunCursor;

/**
 * How a frame's bytes are reached: straight, or by staging and copies of one device. One
 * frame is of one kind at each end.
 */
final class MemoryKind {

	/** Bounds the work of one frame where descriptors are tiny. */
	private static final int MAX_PIECES = 16 << 10;

	private MemoryKind() {
	}

	/** Whether sockets cannot reach a region. */
	static boolean isStaged(Region region) {
		return region.type() != MemoryType.DRAM;
	}

	/** Whether bytes of both may be in one frame. */
	static boolean isSame(Region one, Region other) {
		return one == other || (one.type() == other.type() && (!isStaged(one) || one.deviceId() == other.deviceId()));
	}

	/**
	 * Measures how many bytes of a list are of one kind.
	 * @param cursor where to begin; moved behind them
	 * @param most how many there may be
	 * @return their number
	 */
	static int measure(RunCursor cursor, int most) {
		Region first = cursor.region();
		int bytes = 0;
		for (int pieces = 0; pieces < MAX_PIECES && bytes < most && cursor.hasRemaining()
				&& isSame(first, cursor.region()); pieces++) {
			int piece = (int) Math.min(cursor.contiguous(), most - bytes);
			cursor.advance(piece);
			bytes += piece;
		}
		return bytes;
	}

	/**
	 * Names the ranges of the device that belong to a slot's bytes.
	 * @param cursor where to begin; moved behind them
	 * @param bytes how many, of one kind
	 * @param slot the slot
	 */
	static void name(RunCursor cursor, int bytes, StagingSlot slot) {
		slot.runs().clear(((LocalRegion) cursor.region()).deviceId());
		int left = bytes;
		while (left > 0) {
			int piece = (int) Math.min(cursor.contiguous(), left);
			slot.runs().add(cursor.region().address() + cursor.offset(), piece, piece, 1);
			cursor.advance(piece);
			left -= piece;
		}
	}

}
