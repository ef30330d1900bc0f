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

import io.nixl4j.memory.Region;
import io.nixl4j.memory.RunCursor;

/**
 * Deals the bytes of an attempt out to its parts, a frame's worth at a time: each byte
 * once, to whoever asks next, so that a slow lane carries less. Guarded by its request.
 */
final class PieceDealer {

	private final RunCursor remote;

	private final long bytes;

	private long dealt;

	PieceDealer(RunCursor remote) {
		this.remote = remote;
		this.bytes = remote.remaining();
	}

	/** Begins anew. */
	void reset() {
		this.remote.reset();
		this.dealt = 0;
	}

	boolean hasMore() {
		return this.dealt < this.bytes;
	}

	/** How many bytes were dealt out; the next piece begins there. */
	long dealt() {
		return this.dealt;
	}

	/** Where the next piece goes or comes from at the peer. */
	Region next() {
		return this.remote.region();
	}

	/**
	 * Deals the next piece.
	 * @param planner gets its runs
	 * @param most how many bytes it may have
	 * @return how many it has
	 */
	int deal(FramePlanner planner, int most) {
		int length = planner.plan(this.remote, most);
		this.dealt += length;
		return length;
	}

}
