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
import io.nixl4j.memory.RunCursor;

/**
 * Receives a body where a list says.
 */
final class CursorPlacer extends Placer {

	private final RunCursor cursor;

	private final SlotSink.Ending ending;

	/**
	 * Creates a placer.
	 * @param lane whose memory for small pieces it uses
	 * @param cursor where the first byte goes; the placer's own until a body has ended
	 * @param ending told at the end of each body
	 */
	CursorPlacer(Lane lane, RunCursor cursor, SlotSink.Ending ending) {
		super(lane.buffers(), lane.bounce());
		this.cursor = cursor;
		this.ending = ending;
	}

	/** Begins to receive a body of so many bytes. */
	CursorPlacer of(int length) {
		begin(length);
		return this;
	}

	@Override
	LocalRegion region() {
		return (LocalRegion) this.cursor.region();
	}

	@Override
	long offset() {
		return this.cursor.offset();
	}

	@Override
	long contiguous() {
		return this.cursor.contiguous();
	}

	@Override
	void advance(int bytes) {
		this.cursor.advance(bytes);
	}

	@Override
	void ended(boolean complete, boolean checksumOk) {
		this.ending.ended(complete, checksumOk);
	}

}
