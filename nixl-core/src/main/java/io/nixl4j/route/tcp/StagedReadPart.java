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

import java.util.ArrayList;
import java.util.List;

import io.nixl4j.memory.DescriptorList;
import io.nixl4j.memory.NixlException;
import io.nixl4j.memory.RunCursor;
import io.nixl4j.wire.BodySink;
import io.nixl4j.wire.FrameType;
import io.nixl4j.wire.MsgPackWriter;
import io.nixl4j.wire.WireException;
import org.jspecify.annotations.Nullable;

/**
 * What one lane carries of a READ from or into memory that sockets cannot reach. Staging
 * for a chunk is there before the chunk is asked for; a chunk is here when its copy has
 * ended. Its credit is apart from that of other READs, which need not wait for copies.
 */
final class StagedReadPart extends StagedPart {

	/** Looks ahead, while {@link #local} places what has come. */
	private final RunCursor scan;

	/** Chunks that were asked for and have not come. */
	private final List<Chunk> chunks = new ArrayList<>();

	/** For the next chunk. */
	private @Nullable StagingSlot spare;

	StagedReadPart(TcpRequest request, Lane lane, DescriptorList list, @Nullable StagingPeer staging) {
		super(request, lane, list.cursor(), staging, StagingUse.IN);
		this.scan = list.cursor();
	}

	private ReadCredit credit() {
		return this.lane.stagedReadCredit();
	}

	@Override
	boolean writeFrame() {
		Need need = need();
		if (need == Need.SLOT && this.spare == null) {
			if (!isWaiting()) {
				acquire();
			}
			credit().wakeNext();
			return false;
		}
		if (need == Need.NOTHING) {
			releaseSpare();
			credit().wakeNext();
			return false;
		}
		if (!credit().take(this)) {
			return false;
		}
		Chunk chunk = deal();
		if (chunk == null) {
			// another lane took it, or what comes next is of another kind
			credit().giveBack();
			return true;
		}
		this.chunks.add(chunk);
		MsgPackWriter header = LaneHeader.begin(this.lane.writer(), FrameType.READ, requestId(), attempt(), 2);
		LaneHeader.chunk(header, chunk.number);
		LaneHeader.runs(header, this.lane.planner().runs());
		this.lane.writer().end(null);
		return true;
	}

	private Need need() {
		synchronized (this.request) {
			if (!this.lane.carries(this) || !this.request.mayDeal(this)) {
				return Need.NOTHING;
			}
			this.scan.seek(this.request.dealt());
			return MemoryKind.isStaged(this.scan.region()) ? Need.SLOT : Need.CREDIT;
		}
	}

	private @Nullable Chunk deal() {
		synchronized (this.request) {
			if (!this.lane.carries(this) || !this.request.mayDeal(this)) {
				return null;
			}
			long start = this.request.dealt();
			this.scan.seek(start);
			StagingSlot slot = null;
			if (MemoryKind.isStaged(this.scan.region())) {
				slot = this.spare;
				if (slot == null) {
					return null;
				}
				this.spare = null;
			}
			int most = MemoryKind.measure(this.scan, StagedAccess.maxBody(this.lane));
			int number = this.request.takeChunkNumber();
			return new Chunk(number, start, this.request.deal(this, false, most), slot);
		}
	}

	@Override
	void given(StagingSlot slot) {
		if (need() == Need.NOTHING) {
			peer().release(slot);
		}
		else {
			this.spare = slot;
			this.lane.enqueue(this);
		}
	}

	@Override
	@Nullable BodySink data(int number, int length) {
		Chunk chunk = this.chunks.stream()
			.filter((candidate) -> candidate.number == number)
			.findFirst()
			.orElseThrow(() -> WireException.protocol("a chunk came that was not asked for"));
		if (chunk.length != length) {
			throw WireException.protocol("a chunk has another length than was asked for");
		}
		this.chunks.remove(chunk);
		credit().giveBack();
		StagingSlot slot = chunk.slot;
		if (!this.request.touch(this)) {
			release(slot);
			return null;
		}
		beginTouch();
		if (slot == null) {
			this.local.seek(chunk.start);
			return new CursorPlacer(this.lane, this.local, (complete, checksumOk) -> came(length, complete, checksumOk))
				.of(length);
		}
		return new SlotSink(slot, length, (complete, checksumOk) -> {
			if (complete && checksumOk) {
				copyIn(chunk, slot);
			}
			else {
				peer().release(slot);
				came(length, complete, checksumOk);
			}
		});
	}

	private void copyIn(Chunk chunk, StagingSlot slot) {
		this.scan.seek(chunk.start);
		MemoryKind.name(this.scan, chunk.length, slot);
		this.lane.copies().copyIn(peer().device(), slot, new LaneCopies.End() {

			@Override
			public void failing(NixlException cause) {
				failed(cause);
			}

			@Override
			public void ended(@Nullable NixlException cause) {
				peer().release(slot);
				if (cause != null) {
					failed(cause);
				}
				endTouch((cause == null) ? chunk.length : 0);
			}

		});
	}

	@Override
	void withdraw() {
		cancelWait();
		releaseSpare();
		for (Chunk chunk : this.chunks) {
			StagingSlot slot = chunk.slot;
			chunk.slot = null;
			release(slot);
		}
	}

	@Override
	void dispose() {
		withdraw();
		credit().forget(this);
		int outstanding = this.chunks.size();
		this.chunks.clear();
		for (int i = 0; i < outstanding; i++) {
			credit().giveBack();
		}
		credit().wakeNext();
	}

	private void releaseSpare() {
		StagingSlot slot = this.spare;
		this.spare = null;
		release(slot);
	}

	/** What the next chunk needs. */
	private enum Need {

		/** There is none. */
		NOTHING,

		/** Credit, as every chunk does. */
		CREDIT,

		/** Staging here before that. */
		SLOT

	}

	/** A chunk that was asked for. */
	private static final class Chunk {

		private final int number;

		private final long start;

		private final int length;

		private @Nullable StagingSlot slot;

		Chunk(int number, long start, int length, @Nullable StagingSlot slot) {
			this.number = number;
			this.start = start;
			this.length = length;
			this.slot = slot;
		}

	}

}
