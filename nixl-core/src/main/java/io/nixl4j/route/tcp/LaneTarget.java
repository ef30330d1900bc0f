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

import io.nixl4j.memory.NixlError;
import io.nixl4j.memory.NixlException;
import io.nixl4j.route.Operation;
import io.nixl4j.route.PeerLink;
import io.nixl4j.wire.BodySink;
import io.nixl4j.wire.FrameType;
import org.jspecify.annotations.Nullable;

/**
 * The target's part of a lane: checks what the peer wants before anything is touched, and
 * answers. Used by the lane's event loop.
 */
final class LaneTarget implements AttemptRegister.Carrier {

	private final Lane lane;

	private final AttemptRegister register;

	private final ReadService reads;

	/** Of the WRITE frame whose body is coming: there is one at a time. */
	private AttemptRegister.Ticket ticket = new AttemptRegister.Ticket();

	/** Of that frame; they lie in the header, which is read again behind the body. */
	private final AdmittedRuns runs;

	private final RunPlacer placer;

	private final @Nullable StagedTarget staged;

	LaneTarget(Lane lane, PeerLink link, AttemptRegister register, LaneHeader header, ReadService reads,
			@Nullable StagedTarget staged) {
		this.staged = staged;
		this.lane = lane;
		this.register = register;
		this.reads = reads;
		this.runs = new AdmittedRuns(link, header.runs());
		this.placer = new RunPlacer(this.runs, lane.buffers(), lane.bounce(), this::ended);
	}

	/** A WRITE frame: where its body goes, or {@code null} to drop it. */
	@Nullable BodySink write(LaneHeader header, int bodyLength) {
		header.require(LaneHeader.HAS_TOTAL | LaneHeader.HAS_RUNS);
		this.lane.inbound(header.total());
		long id = header.id();
		int attempt = header.attempt();
		BodySink sink = sink(id, attempt, header.total(), bodyLength);
		if (sink == null && this.staged != null) {
			// The attempt has failed. Its frames come and are dropped, so that what it
			// asked for would count until its STOP, and others would be refused for it.
			this.staged.writes().drop(id, attempt);
		}
		return sink;
	}

	private @Nullable BodySink sink(long id, int attempt, long total, int bodyLength) {
		try {
			if (!this.register.begin(id, attempt, total, bodyLength, this, this.ticket)) {
				return null;
			}
		}
		catch (NixlException ex) {
			this.lane.replyFailed(id, attempt, ex);
			return null;
		}
		try {
			this.runs.admit(Operation.WRITE, bodyLength);
			return this.runs.isStaged() ? staged(this.runs.moved(), bodyLength) : this.placer.of(bodyLength);
		}
		catch (NixlException ex) {
			tell(this.ticket, this.register.failed(this.ticket), ex);
			return null;
		}
	}

	/** A body for memory of a device: its ticket lives on while the next bodies come. */
	private BodySink staged(AdmittedRuns runs, int bodyLength) {
		StagedTarget target = stagedTarget(runs);
		AttemptRegister.Ticket own = this.ticket;
		BodySink sink = target.writes()
			.write(own.id(), own.attempt(), bodyLength, runs, (complete, checksumOk, cause) -> {
				if (cause != null) {
					tell(own, this.register.failed(own), cause);
				}
				else {
					ended(own, complete, checksumOk);
				}
			});
		this.ticket = new AttemptRegister.Ticket();
		return sink;
	}

	private StagedTarget stagedTarget(AdmittedRuns runs) {
		StagedTarget target = this.staged;
		if (target == null) {
			runs.leave();
			throw unreachable();
		}
		return target;
	}

	private static NixlException unreachable() {
		return NixlError.UNSUPPORTED.exception("the target has no DeviceMemoryProvider for this memory");
	}

	private void ended(boolean complete, boolean checksumOk) {
		ended(this.ticket, complete, checksumOk);
	}

	private void ended(AttemptRegister.Ticket frame, boolean complete, boolean checksumOk) {
		if (complete && checksumOk) {
			tell(frame, this.register.placed(frame), null);
		}
		else {
			NixlError error = complete ? NixlError.CORRUPT : NixlError.PEER_LOST;
			tell(frame, this.register.failed(frame),
					error.exception("a checksum of the bytes written is wrong; write them again"));
		}
	}

	private void tell(AttemptRegister.Ticket frame, AttemptRegister.Outcome outcome, @Nullable NixlException cause) {
		switch (outcome) {
			case ACKNOWLEDGE -> {
				AttemptRegister.Carrier carrier = frame.carrier();
				if (carrier == this) {
					this.lane.answer(FrameType.WRITE_ACK, frame.id(), frame.attempt());
				}
				else {
					carrier.acknowledge(frame.id(), frame.attempt());
				}
			}
			case FAILED -> {
				if (cause != null) {
					this.lane.replyFailed(frame.id(), frame.attempt(), cause);
				}
			}
			case NOTHING -> {
			}
		}
	}

	@Override
	public void acknowledge(long id, int attempt) {
		this.lane.acknowledge(id, attempt);
	}

	/** A READ frame. */
	void read(LaneHeader header) {
		header.require(LaneHeader.HAS_CHUNK | LaneHeader.HAS_RUNS);
		try {
			this.reads.checkRoom();
			int bytes = header.runs().bytes(this.lane.maxBody());
			// all chunks but the last of a long request are long
			this.lane.inbound((header.chunk() == 0) ? bytes : Long.MAX_VALUE);
			this.runs.admit(Operation.READ, bytes);
			if (this.runs.isStaged()) {
				AdmittedRuns moved = this.runs.moved();
				stagedTarget(moved).reads().add(header.id(), header.attempt(), header.chunk(), bytes, moved);
			}
			else {
				this.reads.add(header, bytes, this.runs);
			}
		}
		catch (NixlException ex) {
			this.lane.replyFailed(header.id(), header.attempt(), ex);
		}
	}

	/** A STAGE frame. */
	void stage(LaneHeader header) {
		header.require(LaneHeader.HAS_BYTES);
		if (this.staged != null) {
			this.staged.writes().ask(header.id(), header.attempt(), header.bytes());
		}
		else {
			this.lane.replyFailed(header.id(), header.attempt(), unreachable());
		}
	}

	/**
	 * A STOP frame. What came before it on this lane has been handled, and what leaves
	 * before the answer is ahead of it on the wire.
	 */
	void stop(LaneHeader header) {
		this.register.stop(header.id(), header.attempt(), this);
		this.reads.drop(header.id(), header.attempt());
		if (this.staged != null) {
			this.staged.stop(header.id(), header.attempt());
		}
		else {
			this.lane.reply(FrameType.STOPPED, header.id(), header.attempt());
		}
	}

	void close() {
		this.register.laneClosed(this);
		this.reads.close();
		if (this.staged != null) {
			this.staged.close();
		}
	}

}
