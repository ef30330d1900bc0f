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
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

import io.nixl4j.memory.NixlException;
import io.nixl4j.memory.Region;
import io.nixl4j.memory.RunCursor;
import io.nixl4j.wire.FrameType;
import io.nixl4j.wire.FramedWriter;
import io.nixl4j.wire.MsgPackWriter;
import io.nixl4j.wire.WireException;
import org.jspecify.annotations.Nullable;

/**
 * What one lane carries of a WRITE from or into memory that sockets cannot reach. Several
 * frames are under way, each at a stage of its own: copied into staging, granted by the
 * target, sent. Local staging is taken first, so that nobody holds what the target
 * granted without bytes to send.
 */
final class StagedWritePart extends StagedPart {

	/** Frames at work: enough for copy, grant and socket to go on side by side. */
	private static final int MAX_FRAMES = 8;

	/** Frames that the target is to be asked to grant. */
	private final Deque<Frame> toAsk = new ArrayDeque<>();

	/** Frames that the target was asked to grant, in the order of asking. */
	private final Deque<Frame> asked = new ArrayDeque<>();

	/** Frames that can be sent. */
	private final Deque<Frame> ready = new ArrayDeque<>();

	private int frames;

	/** What was asked and not answered, also for frames that were dropped since. */
	private int asking;

	/** Credit that is used: for what was asked and not sent, as the target counts it. */
	private int credit;

	/** It has its turn, and says itself whether it wants another one. */
	private boolean writing;

	StagedWritePart(TcpRequest request, Lane lane, RunCursor local, @Nullable StagingPeer staging) {
		super(request, lane, local, staging, StagingUse.WRITE_OUT);
	}

	@Override
	boolean writeFrame() {
		this.writing = true;
		try {
			return writeOne();
		}
		finally {
			this.writing = false;
		}
	}

	private boolean writeOne() {
		fill();
		Frame frame = this.ready.pollFirst();
		if (frame != null) {
			send(frame);
		}
		else if (!this.toAsk.isEmpty()) {
			if (!this.lane.stageCredit().take(this)) {
				return false;
			}
			ask(this.toAsk.removeFirst());
		}
		boolean more = !this.ready.isEmpty() || !this.toAsk.isEmpty();
		if (!more) {
			this.lane.stageCredit().wakeNext();
		}
		return more;
	}

	private void ask(Frame frame) {
		this.asking++;
		this.credit++;
		this.asked.addLast(frame);
		FramedWriter writer = this.lane.writer();
		LaneHeader.bytes(LaneHeader.begin(writer, FrameType.STAGE, requestId(), attempt(), 1), frame.length);
		writer.end(null);
	}

	/** Begins as many frames as may be. */
	private void fill() {
		while (this.frames < MAX_FRAMES && !isWaiting()) {
			boolean staged;
			synchronized (this.request) {
				if (!this.lane.carries(this) || !this.request.mayDeal(this)) {
					return;
				}
				this.local.seek(this.request.dealt());
				staged = MemoryKind.isStaged(this.local.region());
			}
			if (!staged) {
				begin(null);
			}
			else if (this.staging != null) {
				acquire();
			}
		}
	}

	@Override
	void given(StagingSlot slot) {
		begin(slot);
		fill();
	}

	/** Begins a frame; what is at hand may have become another kind meanwhile. */
	private void begin(@Nullable StagingSlot slot) {
		Frame frame = deal(slot);
		if (frame == null || frame.slot == null) {
			release(slot);
		}
		if (frame == null) {
			return;
		}
		beginTouch();
		this.frames++;
		if (frame.slot == null) {
			copied(frame, null);
			return;
		}
		this.local.seek(frame.start);
		MemoryKind.name(this.local, frame.length, frame.slot);
		this.lane.copies().copyOut(peer().device(), frame.slot, new LaneCopies.End() {

			@Override
			public void failing(NixlException cause) {
				failed(cause);
			}

			@Override
			public void ended(@Nullable NixlException cause) {
				copied(frame, cause);
			}

		});
	}

	private @Nullable Frame deal(@Nullable StagingSlot slot) {
		synchronized (this.request) {
			if (!this.lane.carries(this) || !this.request.mayDeal(this)) {
				return null;
			}
			long start = this.request.dealt();
			this.local.seek(start);
			boolean stagedHere = MemoryKind.isStaged(this.local.region());
			if (stagedHere && slot == null) {
				return null;
			}
			Region remote = this.request.nextRemote();
			int most = MemoryKind.measure(this.local, StagedAccess.maxBody(this.lane));
			int length = this.request.deal(this, true, most);
			return new Frame(start, length, this.lane.planner().runs().copy(), MemoryKind.isStaged(remote),
					stagedHere ? slot : null);
		}
	}

	private void copied(Frame frame, @Nullable NixlException cause) {
		if (cause != null) {
			failed(cause);
		}
		if (cause != null || !this.request.isWanted(this)) {
			finish(frame);
		}
		else if (frame.remoteStaged) {
			this.toAsk.addLast(frame);
			enqueue();
		}
		else {
			ready(frame);
		}
	}

	/** The target has granted staging for the frame that was asked for first. */
	void granted() {
		if (this.asking == 0) {
			throw WireException.protocol("staging was granted that was not asked for");
		}
		this.asking--;
		Frame frame = this.asked.pollFirst();
		if (frame != null) {
			ready(frame);
		}
	}

	private void ready(Frame frame) {
		this.ready.addLast(frame);
		enqueue();
	}

	private void enqueue() {
		if (!this.writing) {
			this.lane.enqueue(this);
		}
	}

	private void send(Frame frame) {
		if (frame.remoteStaged) {
			giveBack();
		}
		FramedWriter writer = this.lane.writer();
		MsgPackWriter header = LaneHeader.begin(writer, FrameType.WRITE, requestId(), attempt(), 2);
		LaneHeader.total(header, this.request.bytes());
		LaneHeader.runs(header, frame.runs);
		if (frame.slot != null) {
			writer.body(frame.slot.bytes(frame.length));
		}
		else {
			FramePlanner.fill(this.local, frame.start, frame.length, this.lane.body());
		}
		writer.end(() -> {
			finish(frame);
			fill();
			if (this.queue != null) {
				// the lane may have sent all that it had, and be about to rest
				this.lane.scheduleTurn();
			}
		});
	}

	private void giveBack() {
		this.credit--;
		this.lane.stageCredit().giveBack();
	}

	private void finish(Frame frame) {
		release(frame.slot);
		this.frames--;
		endTouch(0);
	}

	@Override
	void withdraw() {
		List<Frame> dropped = new ArrayList<>(this.asked);
		dropped.addAll(this.toAsk);
		dropped.addAll(this.ready);
		this.asked.clear();
		this.toAsk.clear();
		this.ready.clear();
		cancelWait();
		dropped.forEach(this::finish);
	}

	@Override
	void dispose() {
		this.lane.stageCredit().forget(this);
		this.asking = 0;
		while (this.credit > 0) {
			giveBack();
		}
		this.lane.stageCredit().wakeNext();
	}

	/**
	 * One frame on its way.
	 *
	 * @param start its first byte in the lists
	 * @param length its bytes
	 * @param runs where they go
	 * @param remoteStaged whether the target must grant staging
	 * @param slot where they are copied to, or {@code null} if the socket reaches them
	 */
	private record Frame(long start, int length, RunList runs, boolean remoteStaged, @Nullable StagingSlot slot) {

	}

}
