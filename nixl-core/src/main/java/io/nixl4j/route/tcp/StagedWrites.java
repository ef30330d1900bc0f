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
import java.util.Iterator;
import java.util.List;
import java.util.function.Predicate;

import io.nixl4j.memory.NixlError;
import io.nixl4j.memory.NixlException;
import io.nixl4j.wire.BodySink;
import io.nixl4j.wire.FrameType;
import io.nixl4j.wire.WireException;
import org.jspecify.annotations.Nullable;

/**
 * WRITEs into memory of devices at the target: a peer asks for staging for each frame,
 * and sends it when it was granted. Used by one lane's event loop.
 */
final class StagedWrites {

	/** Frames that a peer may have asked for on a lane and not sent. */
	static final int MAX_ASKED = 64;

	private final Lane lane;

	private final StagedAccess access;

	/** What was asked for, in order; with a slot once that is granted. */
	private final List<Ask> asked = new ArrayList<>();

	StagedWrites(Lane lane, StagedAccess access) {
		this.lane = lane;
		this.access = access;
	}

	/**
	 * A peer asks for staging for one frame.
	 * @param id the request
	 * @param attempt the attempt
	 * @param bytes the frame's bytes
	 */
	void ask(long id, int attempt, long bytes) {
		if (bytes < 1 || bytes > this.access.maxBody()) {
			throw WireException.protocol("staging is asked for 1 to " + this.access.maxBody() + " bytes");
		}
		if (this.asked.size() >= MAX_ASKED) {
			this.lane.replyFailed(id, attempt,
					NixlError.BUSY.exception("staging is asked for more than " + MAX_ASKED + " frames at once"));
			return;
		}
		Ask ask = new Ask(id, attempt, (int) bytes);
		this.asked.add(ask);
		this.access.peer().acquire(StagingUse.IN, ask);
	}

	private void granted(Ask ask, StagingSlot slot) {
		if (this.asked.contains(ask)) {
			ask.slot = slot;
			tellGranted();
		}
		else {
			this.access.peer().release(slot);
		}
	}

	/**
	 * In the order of asking, as the peer expects it: threads that hand slots out may
	 * overtake each other.
	 */
	private void tellGranted() {
		for (Ask ask : this.asked) {
			if (ask.slot == null) {
				return;
			}
			if (!ask.told) {
				ask.told = true;
				this.lane.answer(FrameType.STAGED, ask.id, ask.attempt);
			}
		}
	}

	private void refused(Ask ask, NixlException cause) {
		if (this.asked.remove(ask)) {
			this.lane.replyFailed(ask.id, ask.attempt, cause);
			tellGranted();
		}
	}

	/**
	 * A frame has come.
	 * @param id the request
	 * @param attempt the attempt
	 * @param bytes its bytes
	 * @param runs where they go; given back when nothing goes there any more
	 * @param ended told then
	 * @return takes the bytes
	 * @throws NixlException if they cannot be taken; the runs are given back then
	 */
	BodySink write(long id, int attempt, int bytes, AdmittedRuns runs, Ending ended) {
		StagingSlot slot = null;
		boolean good = false;
		try {
			slot = take(id, attempt, bytes);
			StagedAccess.name(runs, slot);
			good = true;
		}
		finally {
			if (!good) {
				runs.leave();
				if (slot != null) {
					this.access.peer().release(slot);
				}
			}
		}
		StagingSlot taken = slot;
		return new SlotSink(taken, bytes, (complete, checksumOk) -> {
			if (complete && checksumOk) {
				this.access.copyIn(id, attempt, taken, (cause) -> over(taken, runs, ended, true, true, cause));
			}
			else {
				over(taken, runs, ended, complete, checksumOk, null);
			}
		});
	}

	private void over(StagingSlot slot, AdmittedRuns runs, Ending ended, boolean complete, boolean checksumOk,
			@Nullable NixlException cause) {
		runs.leave();
		this.access.peer().release(slot);
		ended.ended(complete, checksumOk, cause);
	}

	private StagingSlot take(long id, int attempt, int bytes) {
		for (Iterator<Ask> asks = this.asked.iterator(); asks.hasNext();) {
			Ask ask = asks.next();
			StagingSlot slot = ask.slot;
			if (slot != null && ask.id == id && ask.attempt == attempt && bytes <= ask.bytes) {
				asks.remove();
				return slot;
			}
		}
		throw NixlError.PROTOCOL.exception("a frame came for memory of a device without staging being granted for it");
	}

	/** Takes back what an attempt and those before it asked for or were granted. */
	void drop(long id, int attempt) {
		dropIf((ask) -> ask.id == id && ask.attempt <= attempt);
	}

	/** Takes back everything. */
	void close() {
		dropIf((ask) -> true);
	}

	private void dropIf(Predicate<Ask> matches) {
		List<Ask> dropped = this.asked.stream().filter(matches).toList();
		this.asked.removeAll(dropped);
		for (Ask ask : dropped) {
			StagingSlot slot = ask.slot;
			if (slot != null) {
				this.access.peer().release(slot);
			}
			else {
				this.access.peer().cancel(StagingUse.IN, ask);
			}
		}
		tellGranted();
	}

	/** How many frames were asked for and have not come. */
	int size() {
		return this.asked.size();
	}

	/** Told once when a frame's bytes are where they belong, or never will be. */
	interface Ending {

		void ended(boolean complete, boolean checksumOk, @Nullable NixlException cause);

	}

	/** One frame that is to come. */
	private final class Ask implements StagingWaiter {

		private final long id;

		private final int attempt;

		private final int bytes;

		private @Nullable StagingSlot slot;

		private boolean told;

		Ask(long id, int attempt, int bytes) {
			this.id = id;
			this.attempt = attempt;
			this.bytes = bytes;
		}

		@Override
		public void staged(StagingSlot granted) {
			StagedWrites.this.lane.execute(() -> granted(this, granted));
		}

		@Override
		public void notStaged(NixlException cause) {
			StagedWrites.this.lane.execute(() -> refused(this, cause));
		}

	}

}
