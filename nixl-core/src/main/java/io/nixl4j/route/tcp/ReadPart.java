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

import io.nixl4j.memory.RunCursor;
import io.nixl4j.wire.BodySink;
import io.nixl4j.wire.FrameType;
import io.nixl4j.wire.MsgPackWriter;
import io.nixl4j.wire.WireException;
import org.jspecify.annotations.Nullable;

/**
 * What one lane carries of a READ: it asks for chunks, as many at a time as the lane
 * lends credit for, and keeps itself where each one goes; the peer never says that.
 */
final class ReadPart extends TransferPart {

	private static final int FREE = -1;

	/** The chunks that were asked for and have not come, by slot. */
	private final int[] chunks = new int[ReadCredit.CHUNKS];

	private final long[] starts = new long[ReadCredit.CHUNKS];

	private final int[] lengths = new int[ReadCredit.CHUNKS];

	private final CursorPlacer placer;

	/** Bytes of the chunk that is being placed. */
	private int coming;

	private int outstanding;

	ReadPart(TcpRequest request, Lane lane, RunCursor local) {
		super(request, lane, local);
		this.placer = new CursorPlacer(lane, local, this::came);
		Arrays.fill(this.chunks, FREE);
	}

	@Override
	boolean writeFrame() {
		boolean more;
		int slot;
		synchronized (this.request) {
			if (!this.request.mayDeal(this)) {
				this.lane.readCredit().wakeNext();
				return false;
			}
			if (!this.lane.readCredit().take(this)) {
				return false;
			}
			slot = slotOf(FREE);
			this.chunks[slot] = this.request.takeChunkNumber();
			this.starts[slot] = this.request.dealt();
			this.lengths[slot] = this.request.deal(this, false);
			more = this.request.hasMore();
		}
		this.outstanding++;
		MsgPackWriter header = LaneHeader.begin(this.lane.writer(), FrameType.READ, requestId(), attempt(), 2);
		LaneHeader.chunk(header, this.chunks[slot]);
		LaneHeader.runs(header, this.lane.planner().runs());
		this.lane.writer().end(null);
		return more;
	}

	private int slotOf(int chunk) {
		for (int slot = 0; slot < this.chunks.length; slot++) {
			if (this.chunks[slot] == chunk) {
				return slot;
			}
		}
		throw WireException.protocol("a chunk came that was not asked for");
	}

	@Override
	@Nullable BodySink data(int chunk, int length) {
		int slot = slotOf(chunk);
		if (this.lengths[slot] != length) {
			throw WireException.protocol("a chunk has another length than was asked for");
		}
		this.chunks[slot] = FREE;
		if (!this.request.touch(this)) {
			giveBack();
			return null;
		}
		beginTouch();
		this.local.seek(this.starts[slot]);
		this.coming = length;
		return this.placer.of(length);
	}

	@Override
	void dispose() {
		Arrays.fill(this.chunks, FREE);
		// first, so that it does not wake itself
		this.lane.readCredit().forget(this);
		while (this.outstanding > 0) {
			giveBack();
		}
		// it may have been woken and not had its turn
		this.lane.readCredit().wakeNext();
	}

	private void giveBack() {
		this.outstanding--;
		this.lane.readCredit().giveBack();
	}

	private void came(boolean complete, boolean checksumOk) {
		if (this.outstanding > 0) {
			giveBack();
		}
		came(this.coming, complete, checksumOk);
	}

}
