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

import java.util.Arrays;

import io.nixl4j.memory.DescriptorList;
import io.nixl4j.memory.LocalRegion;
import io.nixl4j.memory.NixlError;
import io.nixl4j.memory.RunCursor;
import io.nixl4j.route.AttemptEvents;
import io.nixl4j.route.Operation;
import io.nixl4j.wire.BodySink;
import io.nixl4j.wire.FrameType;
import io.nixl4j.wire.MsgPackWriter;
import io.nixl4j.wire.WireException;
import org.jspecify.annotations.Nullable;

/**
 * A READ: asks for chunks, as many at a time as the lane lends credit for, and keeps
 * itself where each one goes; the peer never says that.
 */
final class ReadRequest extends TcpRequest {

	private static final int FREE = -1;

	private final DescriptorList list;

	/** The chunks that were asked for and have not come, by slot. */
	private final int[] chunks = new int[ReadCredit.CHUNKS];

	private final long[] starts = new long[ReadCredit.CHUNKS];

	private final int[] lengths = new int[ReadCredit.CHUNKS];

	private int outstanding;

	private int nextChunk;

	private long asked;

	private long placed;

	ReadRequest(TcpRoute route, DescriptorList local, DescriptorList remote, AttemptEvents events) {
		super(route, Operation.READ, local, remote, events);
		this.list = local;
	}

	@Override
	void reset() {
		Arrays.fill(this.chunks, FREE);
		this.outstanding = 0;
		this.nextChunk = 0;
		this.asked = 0;
		this.placed = 0;
	}

	@Override
	public boolean writeFrame() {
		if (isEnding()) {
			return false;
		}
		Lane carrier = lane();
		if (!carrier.readCredit().take(this)) {
			return false;
		}
		FramePlanner planner = carrier.planner();
		int length = planner.plan(this.remote, carrier.maxBody());
		int slot = slotOf(FREE);
		this.chunks[slot] = this.nextChunk++;
		this.starts[slot] = this.asked;
		this.lengths[slot] = length;
		this.outstanding++;
		this.asked += length;
		MsgPackWriter header = LaneHeader.begin(carrier.writer(), FrameType.READ, requestId(), attempt(), 2);
		LaneHeader.chunk(header, this.chunks[slot]);
		LaneHeader.runs(header, planner.runs());
		markSent();
		carrier.writer().end(null);
		return this.remote.hasRemaining();
	}

	private int slotOf(int chunk) {
		for (int slot = 0; slot < this.chunks.length; slot++) {
			if (this.chunks[slot] == chunk) {
				return slot;
			}
		}
		throw WireException.protocol("a chunk came that was not asked for");
	}

	/**
	 * A chunk comes.
	 * @param chunk its number
	 * @param length its bytes
	 * @return where it goes, or {@code null} if it is not wanted any more
	 */
	@Nullable BodySink data(int chunk, int length) {
		int slot = slotOf(chunk);
		if (this.lengths[slot] != length) {
			throw WireException.protocol("a chunk has another length than was asked for");
		}
		this.chunks[slot] = FREE;
		if (isEnding()) {
			giveBack();
			return null;
		}
		touch();
		RunCursor cursor = this.list.cursor();
		cursor.seek(this.starts[slot]);
		return new ChunkPlacer(cursor, length);
	}

	@Override
	void acknowledged() {
		throw WireException.protocol("a READ was acknowledged");
	}

	@Override
	void dispose() {
		Arrays.fill(this.chunks, FREE);
		while (this.outstanding > 0) {
			giveBack();
		}
		lane().readCredit().forget(this);
	}

	private void giveBack() {
		this.outstanding--;
		lane().readCredit().giveBack();
	}

	private void came(int length, boolean complete, boolean checksumOk) {
		if (this.outstanding > 0) {
			giveBack();
		}
		if (complete && checksumOk) {
			this.placed += length;
		}
		else if (complete) {
			end(NixlError.CORRUPT.exception("A checksum of the bytes read is wrong; read them again", lane().engineId(),
					operation().tag(), null));
		}
		if (this.placed == bytes() && !isEnding()) {
			complete();
		}
		else {
			untouch();
		}
	}

	/** Receives a chunk where the local list says. */
	private final class ChunkPlacer extends Placer {

		private final RunCursor cursor;

		private final int length;

		ChunkPlacer(RunCursor cursor, int length) {
			super(length);
			this.cursor = cursor;
			this.length = length;
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
			came(this.length, complete, checksumOk);
		}

	}

}
