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
import io.nixl4j.memory.Region;
import io.nixl4j.memory.RunCursor;
import io.nixl4j.route.RemoteGrant;

/**
 * Cuts the next frame from a request's lists: as many bytes as a body may have and the
 * header can describe. Reused from frame to frame.
 */
final class FramePlanner {

	/** Bounds the work of one frame where descriptors are tiny. */
	private static final int MAX_PIECES = 16 << 10;

	private final RunList runs = new RunList();

	/**
	 * Plans a body's remote side, which is all of one kind of memory.
	 * @param remote where the bytes go or come from; moved behind them
	 * @param most how many bytes there may be at most
	 * @return how many bytes were planned
	 */
	int plan(RunCursor remote, int most) {
		this.runs.clear();
		int bytes = 0;
		Region first = remote.region();
		for (int pieces = 0; pieces < MAX_PIECES && bytes < most && remote.hasRemaining() && !this.runs.isFull()
				&& MemoryKind.isSame(first, remote.region()); pieces++) {
			int piece = (int) Math.min(remote.contiguous(), most - bytes);
			this.runs.add(((RemoteGrant) remote.region()).handle(), remote.offset(), piece);
			remote.advance(piece);
			bytes += piece;
		}
		return bytes;
	}

	/** The runs of the last plan; valid until the next. */
	RunList runs() {
		return this.runs;
	}

	/**
	 * Adds the local side to a frame's body.
	 * @param local where the bytes come from; moved behind them
	 * @param start the first of them
	 * @param bytes how many
	 * @param body takes them
	 */
	static void fill(RunCursor local, long start, int bytes, FrameBody body) {
		local.seek(start);
		body.begin(bytes);
		int left = bytes;
		while (left > 0) {
			int piece = (int) Math.min(local.contiguous(), left);
			body.add((LocalRegion) local.region(), local.offset(), piece);
			local.advance(piece);
			left -= piece;
		}
		body.finish();
	}

}
