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

import io.nixl4j.memory.DescriptorList;
import io.nixl4j.memory.Incarnation;
import io.nixl4j.memory.LocalRegion;
import io.nixl4j.memory.MemoryType;
import io.nixl4j.memory.Permissions;
import io.nixl4j.route.Operation;
import io.nixl4j.route.RemoteGrant;
import io.nixl4j.route.RouteRequest;
import io.nixl4j.wire.AgentIdentity;
import io.nixl4j.wire.ConnectionRole;
import io.nixl4j.wire.FrameType;
import io.nixl4j.wire.MsgPackReader;
import io.nixl4j.wire.RawPeer;
import io.nixl4j.wire.TestFrames;
import io.nixl4j.wire.WireKey;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What a lane has to send goes out as soon as it may, although the peer says nothing
 * more.
 */
class LaneFlowTests {

	private static final Duration PATIENCE = Duration.ofSeconds(30);

	private static final int BODY = 64 << 10;

	/** Little enough for all frames under way to be flushed at once. */
	private static final int PIECE = 4096;

	private static final int FRAMES = 8;

	private final AgentIdentity peer = new AgentIdentity("peer", "peer", Incarnation.random());

	private final RouteEnd end = new RouteEnd("end", 1, false, LaneSet.STRIPE_BYTES, BODY);

	private final LocalRegion near = this.end.allocate("near", (long) ReadCredit.CHUNKS * BODY, Permissions.READ_WRITE);

	private final RawPeer raw = connect();

	private RawPeer connect() {
		this.end.accept(this.peer, null, 16);
		RawPeer lane = RawPeer.introduced(this.end.address(), this.peer, ConnectionRole.LANE, RouteEnd.SESSION,
				RouteEnd.TOKEN);
		await().atMost(PATIENCE).until(() -> this.end.route().openLanes().length == 1);
		return lane;
	}

	@AfterEach
	void close() {
		this.raw.close();
		this.end.close();
	}

	@Test
	void creditOfAReadThatIsStoppedGoesToTheNextThatWaits() {
		read(1, (ReadCredit.CHUNKS - 1) * BODY);
		for (int i = 1; i < ReadCredit.CHUNKS; i++) {
			expect(FrameType.READ, 1);
		}
		RouteRequest stopped = read(2, 2 * BODY);
		expect(FrameType.READ, 2);
		// as long, so that it does not go first
		read(3, 2 * BODY);
		stopped.stop();
		expect(FrameType.STOP, 2);
		this.raw.send(answer(FrameType.STOPPED, 2));
		expect(FrameType.READ, 3);
	}

	@Test
	void aStagedWriteAsksForMoreWhenTheSocketHasTakenAllThatWasGranted() {
		DescriptorList[] pieces = new DescriptorList[2 * FRAMES];
		for (int i = 0; i < pieces.length; i++) {
			// a frame is for one device
			pieces[i] = grant(MemoryType.VRAM, i % 2).range((long) i * PIECE, PIECE);
		}
		post(1, Operation.WRITE, DescriptorList.of(pieces));
		for (int i = 0; i < FRAMES; i++) {
			expect(FrameType.STAGE, 1);
		}
		byte[] granted = answer(FrameType.STAGED, 1);
		byte[] all = new byte[FRAMES * granted.length];
		for (int i = 0; i < FRAMES; i++) {
			System.arraycopy(granted, 0, all, i * granted.length, granted.length);
		}
		this.raw.send(all);
		for (int i = 0; i < FRAMES; i++) {
			expect(FrameType.WRITE, 1);
		}
		for (int i = 0; i < FRAMES; i++) {
			expect(FrameType.STAGE, 1);
		}
	}

	private RemoteGrant grant(MemoryType type, long device) {
		return new RemoteGrant("peer", 5 + device, "far", 0, this.near.length(), type, device, Permissions.READ_WRITE);
	}

	private RouteRequest read(long id, int bytes) {
		return post(id, Operation.READ, grant(MemoryType.DRAM, 0).range(0, bytes));
	}

	private RouteRequest post(long id, Operation operation, DescriptorList remote) {
		RouteRequest request = this.end.route()
			.prepare(operation, this.near.range(0, remote.bytes()), remote, new RecordingEvents());
		request.post(id, 1);
		return request;
	}

	private void expect(int type, long id) {
		MsgPackReader reader = this.raw.receiveHeader();
		int entries = reader.map();
		reader.key();
		assertThat(reader.unsigned()).isEqualTo(type);
		LaneHeader header = new LaneHeader();
		header.read(entries - 1, reader);
		assertThat(header.id()).isEqualTo(id);
	}

	private static byte[] answer(int type, long id) {
		return TestFrames.frame(type, 2,
				(header) -> header.key(WireKey.of("id")).unsigned(id).key(WireKey.of("at")).unsigned(1), new byte[0],
				false);
	}

}
