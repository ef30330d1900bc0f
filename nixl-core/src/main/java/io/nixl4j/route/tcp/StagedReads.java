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

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;

import io.nixl4j.memory.NixlError;
import io.nixl4j.memory.NixlException;
import io.nixl4j.wire.FrameType;
import io.nixl4j.wire.MsgPackWriter;
import org.jspecify.annotations.Nullable;

/**
 * Answers the chunks that a peer asked for and that lie in memory of devices: each is
 * copied out as soon as there is staging for it, and sent when that is done. Used by one
 * lane's event loop.
 */
final class StagedReads extends FrameSource {

	/** Chunks that a peer may have waiting on a lane; it asks for fewer at a time. */
	private static final int MAX_CHUNKS = 8 * ReadCredit.CHUNKS;

	private final Lane lane;

	private final StagedAccess access;

	/** Chunks that wait for staging or for their copy. */
	private final Set<Chunk> coming = new LinkedHashSet<>();

	private final Deque<Chunk> ready = new ArrayDeque<>();

	StagedReads(Lane lane, StagedAccess access) {
		this.lane = lane;
		this.access = access;
	}

	/**
	 * A chunk is asked for.
	 * @param id the request
	 * @param attempt the attempt
	 * @param number the chunk
	 * @param bytes its bytes
	 * @param runs where they are; given back when nothing is read there any more
	 * @throws NixlException if it cannot be had; the runs are given back then
	 */
	void add(long id, int attempt, int number, int bytes, AdmittedRuns runs) {
		if (this.coming.size() + this.ready.size() >= MAX_CHUNKS || bytes > this.access.maxBody()) {
			runs.leave();
			throw (bytes > this.access.maxBody())
					? NixlError.OUT_OF_RANGE
						.exception("a chunk of memory of a device is longer than " + this.access.maxBody() + " bytes")
					: NixlError.BUSY.exception("more than " + MAX_CHUNKS + " chunks are asked for at once");
		}
		Chunk chunk = new Chunk(id, attempt, number, bytes, runs);
		this.coming.add(chunk);
		this.access.peer().acquire(StagingUse.READ_OUT, chunk);
	}

	private void staged(Chunk chunk, StagingSlot slot) {
		if (!this.coming.contains(chunk)) {
			this.access.peer().release(slot);
			return;
		}
		chunk.slot = slot;
		try {
			StagedAccess.name(chunk.runs, slot);
		}
		catch (NixlException ex) {
			refused(chunk, ex);
			return;
		}
		this.access.copyOut(chunk.id, chunk.attempt, slot, (cause) -> copied(chunk, slot, cause));
	}

	private void refused(Chunk chunk, NixlException cause) {
		if (this.coming.remove(chunk)) {
			chunk.leave();
			this.lane.replyFailed(chunk.id, chunk.attempt, cause);
		}
	}

	private void copied(Chunk chunk, StagingSlot slot, @Nullable NixlException cause) {
		chunk.runs.leave();
		boolean wanted = this.coming.remove(chunk);
		if (wanted && cause == null) {
			this.ready.addLast(chunk);
			this.lane.enqueue(this);
			return;
		}
		this.access.peer().release(slot);
		if (wanted && cause != null) {
			this.lane.replyFailed(chunk.id, chunk.attempt, cause);
		}
	}

	@Override
	boolean isShort() {
		return false;
	}

	@Override
	boolean writeFrame() {
		Chunk chunk = this.ready.pollFirst();
		if (chunk != null) {
			StagingSlot slot = Objects.requireNonNull(chunk.slot);
			MsgPackWriter header = LaneHeader.begin(this.lane.writer(), FrameType.READ_DATA, chunk.id, chunk.attempt,
					1);
			LaneHeader.chunk(header, chunk.number);
			this.lane.writer().body(slot.bytes(chunk.bytes));
			this.lane.writer().end(() -> this.access.peer().release(slot));
		}
		return !this.ready.isEmpty();
	}

	/** Drops what an attempt and those before it asked for. */
	void drop(long id, int attempt) {
		dropIf((chunk) -> chunk.id == id && chunk.attempt <= attempt);
	}

	/** Drops everything. */
	void close() {
		dropIf((chunk) -> true);
	}

	private void dropIf(Predicate<Chunk> matches) {
		List<Chunk> dropped = this.coming.stream().filter(matches).toList();
		for (Chunk chunk : dropped) {
			this.coming.remove(chunk);
			// otherwise its copy gives back what it has
			if (chunk.slot == null) {
				this.access.peer().cancel(StagingUse.READ_OUT, chunk);
				chunk.leave();
			}
		}
		this.ready.removeIf((chunk) -> {
			boolean over = matches.test(chunk);
			if (over) {
				this.access.peer().release(Objects.requireNonNull(chunk.slot));
			}
			return over;
		});
	}

	/** One chunk. */
	private final class Chunk implements StagingWaiter {

		private final long id;

		private final int attempt;

		private final int number;

		private final int bytes;

		private final AdmittedRuns runs;

		private @Nullable StagingSlot slot;

		Chunk(long id, int attempt, int number, int bytes, AdmittedRuns runs) {
			this.id = id;
			this.attempt = attempt;
			this.number = number;
			this.bytes = bytes;
			this.runs = runs;
		}

		/** Gives back what it has, while nothing copies. */
		private void leave() {
			this.runs.leave();
			StagingSlot given = this.slot;
			if (given != null) {
				this.slot = null;
				StagedReads.this.access.peer().release(given);
			}
		}

		@Override
		public void staged(StagingSlot granted) {
			StagedReads.this.lane.execute(() -> StagedReads.this.staged(this, granted));
		}

		@Override
		public void notStaged(NixlException cause) {
			StagedReads.this.lane.execute(() -> refused(this, cause));
		}

	}

}
