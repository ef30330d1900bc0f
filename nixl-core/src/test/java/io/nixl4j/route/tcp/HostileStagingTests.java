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

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.Stream;

import io.nixl4j.memory.DeviceMemories;
import io.nixl4j.memory.Incarnation;
import io.nixl4j.memory.LocalRegion;
import io.nixl4j.memory.MemoryType;
import io.nixl4j.memory.NixlError;
import io.nixl4j.memory.RegionOptions;
import io.nixl4j.route.contract.DelayedMemory;
import io.nixl4j.route.contract.HostBytes;
import io.nixl4j.wire.AgentIdentity;
import io.nixl4j.wire.ConnectionRole;
import io.nixl4j.wire.FrameType;
import io.nixl4j.wire.MsgPackReader;
import io.nixl4j.wire.MsgPackWriter;
import io.nixl4j.wire.RawPeer;
import io.nixl4j.wire.TestFrames;
import io.nixl4j.wire.WireKey;
import io.nixl4j.wire.WireLimits;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What a hostile peer may try with the staging of a target: it holds little of it, and
 * nothing when it is gone.
 */
class HostileStagingTests {

	private static final Duration PATIENCE = Duration.ofSeconds(30);

	private static final int SIZE = 1 << 20;

	private static final byte[] NOTHING = {};

	private final AgentIdentity hostile = new AgentIdentity("hostile", "hostile", Incarnation.random());

	private final DelayedMemory provider = new DelayedMemory(Duration.ZERO);

	private final DeviceMemories devices = DeviceMemories.open("end", List.of(this.provider));

	private final RouteEnd end = new RouteEnd("end", 1, false, LaneSet.STRIPE_BYTES, WireLimits.MAX_BODY, this.devices,
			16L * StagingPool.MAX_SLOT);

	private LocalRegion vram;

	private RawPeer raw;

	@BeforeEach
	void connect() {
		this.end.accept(this.hostile, null, 16);
		this.vram = this.end.allocate(SIZE, RegionOptions.of("vram").withType(MemoryType.VRAM));
		this.raw = lane();
	}

	private RawPeer lane() {
		return RawPeer.introduced(this.end.address(), this.hostile, ConnectionRole.LANE, RouteEnd.SESSION,
				RouteEnd.TOKEN);
	}

	@AfterEach
	void nothingIsHeldWhenThePeerIsGone() {
		this.raw.close();
		await().atMost(PATIENCE).until(() -> this.end.admitted.get() == 0 && pool().used() == 0);
		this.end.close();
		await().atMost(PATIENCE).until(() -> this.provider.stagingBytes() == 0);
		this.devices.close();
	}

	private StagingPool pool() {
		return Objects.requireNonNull(this.end.pool);
	}

	@Test
	void aWriteThatNobodyGrantedFailsAndTouchesNothing() {
		this.raw.send(write(1, 100, 100));
		assertThat(failure()).isEqualTo(NixlError.PROTOCOL);
		this.raw.send(stage(2, 50));
		assertThat(this.raw.receiveType()).isEqualTo(FrameType.STAGED);
		this.raw.send(write(3, 50, 50));
		assertThat(failure()).as("granted to another request").isEqualTo(NixlError.PROTOCOL);
		this.raw.send(write(2, 51, 51));
		assertThat(failure()).as("longer than asked for").isEqualTo(NixlError.PROTOCOL);
		assertThat(HostBytes.of(this.vram, 0, SIZE).mismatch(ByteBuffer.allocate(SIZE))).isEqualTo(-1);
		this.raw.send(stage(4, 50));
		assertThat(this.raw.receiveType()).isEqualTo(FrameType.STAGED);
		this.raw.send(write(4, 50, 50));
		assertThat(this.raw.receiveType()).isEqualTo(FrameType.WRITE_ACK);
		this.raw.send(write(5, 50, 50));
		assertThat(failure()).as("a grant serves once").isEqualTo(NixlError.PROTOCOL);
	}

	@Test
	void stagingForALengthThatCannotBeEndsTheLane() {
		for (long bytes : new long[] { 0, StagingPool.MAX_SLOT + 1, Long.MAX_VALUE, -1 }) {
			try (RawPeer peer = lane()) {
				peer.send(stage(1, bytes));
				assertThat(peer.receiveRefusal().error()).as("%d bytes", bytes).isEqualTo(NixlError.PROTOCOL);
			}
		}
	}

	@Test
	void whoAsksForEverythingGetsAQuarterAndIsThenBusy() {
		for (int i = 1; i <= StagedWrites.MAX_ASKED; i++) {
			this.raw.send(stage(i, 1000));
		}
		this.raw.send(stage(100, 1000));
		// of eight slots for what comes in it has two, and one ask too many is refused
		assertThat(List.of(this.raw.receiveType(), this.raw.receiveType(), this.raw.receiveType()))
			.containsExactlyInAnyOrder(FrameType.STAGED, FrameType.STAGED, FrameType.FAILED);
		assertThat(pool().used()).isEqualTo(2);
		this.raw.send(lane(FrameType.STOP, 1, 0, (header) -> {
		}, NOTHING));
		// what the stopped attempt held goes to the next that waits
		assertThat(List.of(this.raw.receiveType(), this.raw.receiveType())).containsExactlyInAnyOrder(FrameType.STOPPED,
				FrameType.STAGED);
	}

	@Test
	void whatAFailedAttemptAskedForDoesNotCountAgainstOthers() {
		this.raw.send(stage(1, 50));
		assertThat(this.raw.receiveType()).isEqualTo(FrameType.STAGED);
		this.raw.send(stage(1, 50));
		assertThat(this.raw.receiveType()).isEqualTo(FrameType.STAGED);
		for (int i = 2; i < StagedWrites.MAX_ASKED; i++) {
			this.raw.send(stage(2, 1000));
		}
		this.raw.send(write(1, 100, SIZE, 50));
		assertThat(failure()).as("beyond the region").isEqualTo(NixlError.OUT_OF_RANGE);
		// both frames of the attempt have come, for all that their sender knows
		this.raw.send(write(1, 100, 0, 50));
		this.raw.send(stage(3, 1000));
		this.raw.send(stage(3, 1000));
		this.raw.send(lane(FrameType.STOP, 2, 0, (header) -> {
		}, NOTHING));
		List<Integer> answers = Stream.generate(this.raw::receiveType).limit(5).toList();
		assertThat(answers).filteredOn((type) -> type == FrameType.STAGED).hasSize(4);
		assertThat(answers).contains(FrameType.STOPPED);
	}

	@Test
	void aChunkThatIsTooLongForStagingFails() {
		this.raw.send(lane(FrameType.READ, 1, 2, (header) -> {
			header.key(WireKey.of("c")).unsigned(0);
			runs(header, StagingPool.MAX_SLOT + 1);
		}, NOTHING));
		assertThat(failure()).isEqualTo(NixlError.OUT_OF_RANGE);
	}

	@Test
	void chunksThatWaitAreDroppedWithTheirLane() {
		this.provider.hold();
		for (int chunk = 0; chunk < 64; chunk++) {
			int number = chunk;
			this.raw.send(lane(FrameType.READ, 1, 2, (header) -> {
				header.key(WireKey.of("c")).unsigned(number);
				runs(header, 1000);
			}, NOTHING));
		}
		await().atMost(PATIENCE).until(() -> this.end.admitted.get() == 64 && this.provider.running() > 0);
		this.raw.close();
		await().atMost(PATIENCE).until(() -> this.end.admitted.get() == this.provider.running());
		assertThat(this.end.admitted).hasPositiveValue();
		this.provider.letGo();
	}

	private byte[] write(long id, int total, int bytes) {
		return write(id, total, 0, bytes);
	}

	private byte[] write(long id, int total, int start, int bytes) {
		return lane(FrameType.WRITE, id, 2, (header) -> {
			header.key(WireKey.of("tot")).unsigned(total);
			runs(header, start, bytes);
		}, new byte[bytes]);
	}

	private void runs(MsgPackWriter header, long bytes) {
		runs(header, 0, bytes);
	}

	private void runs(MsgPackWriter header, long start, long bytes) {
		header.key(WireKey.of("r"))
			.array(1)
			.array(5)
			.unsigned(RouteEnd.handle(this.vram))
			.unsigned(start)
			.unsigned(bytes)
			.unsigned(bytes)
			.unsigned(1);
	}

	private static byte[] stage(long id, long bytes) {
		return lane(FrameType.STAGE, id, 1, (header) -> header.key(WireKey.of("b")).unsigned(bytes), NOTHING);
	}

	private static byte[] lane(int type, long id, int more, Consumer<MsgPackWriter> rest, byte[] body) {
		return TestFrames.frame(type, 2 + more, (header) -> {
			header.key(WireKey.of("id")).unsigned(id).key(WireKey.of("at")).unsigned(1);
			rest.accept(header);
		}, body, false);
	}

	private NixlError failure() {
		MsgPackReader reader = this.raw.receiveHeader();
		int entries = reader.map();
		assertThat(reader.key()).isEqualTo(WireKey.TYPE);
		assertThat(reader.unsigned()).isEqualTo(FrameType.FAILED);
		LaneHeader header = new LaneHeader();
		header.read(entries - 1, reader);
		return header.error();
	}

}
