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

import io.nixl4j.memory.LocalRegion;
import io.nixl4j.memory.NixlError;
import io.nixl4j.wire.FrameType;

/**
 * What a lane's target has in hand of memory of devices: copies that run for a peer's
 * attempts, and STOPs whose answer waits for them. Used by the lane's event loop.
 */
final class StagedAccess {

	private final Lane lane;

	private final StagingPeer peer;

	private final List<Access> running = new ArrayList<>();

	private final Deque<Access> stops = new ArrayDeque<>();

	StagedAccess(Lane lane, StagingPeer peer) {
		this.lane = lane;
		this.peer = peer;
	}

	/**
	 * Copies what came for an attempt to where it belongs.
	 * @param id the request
	 * @param attempt the attempt
	 * @param slot the bytes, and where they go
	 * @param end told when the copy has ended
	 */
	void copyIn(long id, int attempt, StagingSlot slot, LaneCopies.End end) {
		this.lane.copies().copyIn(this.peer.device(), slot, begin(id, attempt, end));
	}

	/** Copies what an attempt asked for, otherwise as {@link #copyIn}. */
	void copyOut(long id, int attempt, StagingSlot slot, LaneCopies.End end) {
		this.lane.copies().copyOut(this.peer.device(), slot, begin(id, attempt, end));
	}

	private LaneCopies.End begin(long id, int attempt, LaneCopies.End end) {
		Access access = new Access(id, attempt);
		this.running.add(access);
		return (cause) -> {
			this.running.removeIf((other) -> other == access);
			end.ended(cause);
			answerStops();
		};
	}

	/**
	 * Names the ranges of the device that belong to a slot's bytes.
	 * @param runs what the peer named, checked
	 * @param slot the slot
	 * @throws io.nixl4j.memory.NixlException if they are not all of one device here
	 */
	static void name(AdmittedRuns runs, StagingSlot slot) {
		RunList list = runs.list();
		long device = runs.region(0).deviceId();
		slot.runs().clear(device);
		for (int group = 0; group < list.groups(); group++) {
			LocalRegion region = runs.region(group);
			if (!region.isStaged() || region.deviceId() != device) {
				throw NixlError.UNSUPPORTED
					.exception("a frame names memory that is not all of one device, or of none that the target knows");
			}
			for (int run = list.firstRun(group); run < list.endRun(group); run++) {
				slot.runs()
					.add(region.address() + list.start(run), list.stride(run), list.length(run), list.count(run));
			}
		}
	}

	/** Answers a STOP, now or when nothing copies for the attempt any more. */
	void stop(long id, int attempt) {
		this.stops.addLast(new Access(id, attempt));
		answerStops();
	}

	private void answerStops() {
		this.stops.removeIf((stop) -> {
			boolean quiet = this.running.stream().noneMatch(stop::covers);
			if (quiet) {
				this.lane.answer(FrameType.STOPPED, stop.id(), stop.attempt());
			}
			return quiet;
		});
	}

	/** What the peer asked to be stopped does not matter any more. */
	void close() {
		this.stops.clear();
	}

	StagingPeer peer() {
		return this.peer;
	}

	/** The longest body of a frame that is staged. */
	int maxBody() {
		return maxBody(this.lane);
	}

	static int maxBody(Lane lane) {
		return Math.min(StagingPool.MAX_SLOT, lane.maxBody());
	}

	/**
	 * One attempt of a request.
	 *
	 * @param id the request
	 * @param attempt the attempt
	 */
	private record Access(long id, int attempt) {

		boolean covers(Access other) {
			return other.id == this.id && other.attempt <= this.attempt;
		}

	}

}
