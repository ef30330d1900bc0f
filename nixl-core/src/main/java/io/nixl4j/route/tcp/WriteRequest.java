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

import io.nixl4j.memory.DescriptorList;
import io.nixl4j.route.AttemptEvents;
import io.nixl4j.route.Operation;
import io.nixl4j.wire.FrameType;
import io.nixl4j.wire.FramedWriter;
import io.nixl4j.wire.MsgPackWriter;
import io.nixl4j.wire.WireException;

/**
 * A WRITE: frames go out straight from local memory, and the target's acknowledgement
 * completes it.
 */
final class WriteRequest extends TcpRequest {

	private final FramedWriter.WriteListener written = (ok) -> untouch();

	WriteRequest(TcpRoute route, DescriptorList local, DescriptorList remote, AttemptEvents events) {
		super(route, Operation.WRITE, local, remote, events);
	}

	@Override
	void reset() {
		// the cursors are all there is
	}

	@Override
	public boolean writeFrame() {
		if (isEnding()) {
			return false;
		}
		Lane carrier = lane();
		FramePlanner planner = carrier.planner();
		int length = planner.plan(this.remote, carrier.maxBody());
		MsgPackWriter header = LaneHeader.begin(carrier.writer(), FrameType.WRITE, requestId(), attempt(), 2);
		LaneHeader.total(header, bytes());
		LaneHeader.runs(header, planner.runs());
		FramePlanner.fill(this.local, length, carrier.body());
		markSent();
		touch();
		carrier.writer().end(this.written);
		return this.remote.hasRemaining();
	}

	@Override
	void acknowledged() {
		if (isEnding()) {
			return;
		}
		if (this.remote.hasRemaining() || isTouching()) {
			throw WireException.protocol("a WRITE was acknowledged before it was sent");
		}
		complete();
	}

	@Override
	void dispose() {
		// nothing of the lane's is kept
	}

}
