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

import java.time.Duration;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.nixl4j.memory.LocalRegion;
import io.nixl4j.memory.NixlException;
import io.nixl4j.memory.Permissions;
import io.nixl4j.memory.RegionOptions;
import io.nixl4j.memory.RegionTable;
import io.nixl4j.route.Operation;
import io.nixl4j.wire.MsgPackReader;
import io.nixl4j.wire.WireException;

/**
 * What a fuzzer calls with any bytes as the header of a WRITE, behind the frame's type.
 * If the target admits the runs, the body is placed and every byte must land.
 */
public final class LaneFuzzTarget {

	private static final int SIZE = 4096;

	private static final LocalRegion REGION = new RegionTable(Duration.ofSeconds(1)).allocate(SIZE,
			RegionOptions.of("region").withPermissions(Permissions.READ_WRITE));

	private LaneFuzzTarget() {
	}

	/**
	 * Runs one input.
	 * @param data the header's entries behind the type
	 */
	public static void fuzzerTestOneInput(byte[] data) {
		RouteEnd.Grants grants = new RouteEnd.Grants();
		grants.add(REGION);
		LaneHeader header = new LaneHeader();
		try {
			header.read(4, new MsgPackReader(Unpooled.wrappedBuffer(data)));
			int bytes = header.runs().bytes(1 << 20);
			place(new AdmittedRuns(grants, header.runs()).admit(Operation.WRITE, bytes), bytes);
		}
		catch (WireException | NixlException ex) {
			// what a connection would be closed with, or the peer be told
		}
		if (grants.admitted.get() != 0) {
			throw new IllegalStateException("a region is still held");
		}
	}

	private static void place(AdmittedRuns runs, int bytes) {
		boolean[] complete = new boolean[1];
		RunPlacer placer = new RunPlacer(runs, new RegionBuffers(Runnable::run), new BounceBuffer(),
				(whole, checksumOk) -> complete[0] = whole)
			.of(bytes);
		int done = 0;
		while (done < bytes) {
			ByteBuf memory = placer.next();
			int count = Math.min(memory.writableBytes(), bytes - done);
			memory.writeZero(count);
			memory.release();
			placer.placed(count);
			done += count;
		}
		placer.complete(true);
		if (!complete[0]) {
			throw new IllegalStateException("not every byte has landed");
		}
	}

}
