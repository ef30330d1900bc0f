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

import io.nixl4j.memory.RunCursor;
import io.nixl4j.wire.FrameType;
import io.nixl4j.wire.FramedWriter;
import io.nixl4j.wire.MsgPackWriter;

/**
 * What one lane carries of a WRITE: frames go out straight from local memory.
 */
final class WritePart extends TransferPart {

	private final FramedWriter.WriteListener written = () -> endTouch(0);

	WritePart(TcpRequest request, Lane lane, RunCursor local) {
		super(request, lane, local);
	}

	@Override
	boolean writeFrame() {
		long start;
		int length;
		boolean more;
		synchronized (this.request) {
			if (!this.request.mayDeal(this)) {
				return false;
			}
			start = this.request.dealt();
			length = this.request.deal(this, true);
			more = this.request.hasMore();
		}
		beginTouch();
		FramedWriter writer = this.lane.writer();
		MsgPackWriter header = LaneHeader.begin(writer, FrameType.WRITE, requestId(), attempt(), 2);
		LaneHeader.total(header, this.request.bytes());
		LaneHeader.runs(header, this.lane.planner().runs());
		FramePlanner.fill(this.local, start, length, this.lane.body());
		writer.end(this.written);
		return more;
	}

	@Override
	void dispose() {
		// nothing of the lane's is kept
	}

}
