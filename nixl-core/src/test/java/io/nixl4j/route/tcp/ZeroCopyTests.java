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
import java.util.ArrayList;
import java.util.List;

import io.netty.buffer.ByteBuf;
import io.nixl4j.memory.LocalRegion;
import io.nixl4j.memory.Permissions;
import io.nixl4j.memory.RegionOptions;
import io.nixl4j.memory.RegionTable;
import io.nixl4j.route.Operation;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Large pieces are handed to the socket, and filled by it, where they lie.
 */
class ZeroCopyTests {

	private final RegionTable table = new RegionTable(Duration.ofSeconds(1));

	private final LocalRegion region = this.table.allocate(1 << 20,
			RegionOptions.of("region").withPermissions(Permissions.READ_WRITE));

	@AfterEach
	void close() {
		this.table.close();
	}

	@Test
	void aLargePieceGoesOutFromWhereItLies() {
		List<ByteBuf> pieces = new ArrayList<>();
		FrameBody body = new FrameBody(new KeepingWriter(pieces), new RegionBuffers(Runnable::run));
		FramePlanner.fill(this.region.blocks(16_384, 9, 3, 4).cursor(), 0, 3 * 16_384, body);
		assertThat(pieces).hasSize(2);
		this.region.window(0).put(9 * 16_384 + 5, (byte) 1);
		this.region.window(0).put(3 * 16_384 + 7, (byte) 2);
		assertThat(pieces.get(0).getByte(pieces.get(0).readerIndex() + 5)).isEqualTo((byte) 1);
		assertThat(pieces.get(1).getByte(pieces.get(1).readerIndex() + 7)).isEqualTo((byte) 2);
		assertThat(pieces.get(1).readableBytes()).as("neighbours are one piece").isEqualTo(2 * 16_384);
	}

	@Test
	void smallPiecesGoOutTogether() {
		List<ByteBuf> pieces = new ArrayList<>();
		FrameBody body = new FrameBody(new KeepingWriter(pieces), new RegionBuffers(Runnable::run));
		FramePlanner.fill(this.region.strided(0, 200, 100, 1000).cursor(), 0, 100_000, body);
		assertThat(pieces).hasSize(1);
		pieces.forEach(ByteBuf::release);
	}

	@Test
	void aLargePieceIsReceivedWhereItBelongs() {
		RouteEnd.Grants grants = new RouteEnd.Grants();
		grants.add(this.region);
		RunList runs = new RunList();
		runs.add(RouteEnd.handle(this.region), 70_000, 16_384);
		RunPlacer placer = new RunPlacer(new AdmittedRuns(grants, runs).admit(Operation.WRITE, 16_384),
				new RegionBuffers(Runnable::run), new BounceBuffer(), (complete, checksumOk) -> {
				})
			.of(16_384);
		ByteBuf memory = placer.next();
		assertThat(memory.writableBytes()).isEqualTo(16_384);
		memory.setByte(memory.writerIndex() + 11, 3);
		assertThat(this.region.window(0).get(70_011)).isEqualTo((byte) 3);
		memory.release();
		placer.aborted();
		assertThat(grants.admitted).hasValue(0);
	}

}
