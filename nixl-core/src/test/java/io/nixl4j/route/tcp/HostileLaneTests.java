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

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

import io.nixl4j.memory.Incarnation;
import io.nixl4j.memory.LocalRegion;
import io.nixl4j.memory.NixlError;
import io.nixl4j.memory.NixlException;
import io.nixl4j.memory.NixlPeerLostException;
import io.nixl4j.memory.Permissions;
import io.nixl4j.route.Operation;
import io.nixl4j.route.RemoteGrant;
import io.nixl4j.wire.AgentIdentity;
import io.nixl4j.wire.ConnectionRole;
import io.nixl4j.wire.FrameType;
import io.nixl4j.wire.MsgPackReader;
import io.nixl4j.wire.MsgPackWriter;
import io.nixl4j.wire.RawPeer;
import io.nixl4j.wire.TestFrames;
import io.nixl4j.wire.WireKey;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What a peer that was let in may send on a lane, and how little comes of it: a typed
 * reason, and not one byte where it does not belong.
 */
class HostileLaneTests {

	private static final Duration PATIENCE = Duration.ofSeconds(30);

	private static final int SIZE = 64 << 10;

	private static final int ID = WireKey.of("id");

	private static final int ATTEMPT = WireKey.of("at");

	private static final int TOTAL = WireKey.of("tot");

	private static final int CHUNK = WireKey.of("c");

	private static final int RUNS = WireKey.of("r");

	private final AgentIdentity hostile = new AgentIdentity("hostile", "hostile", Incarnation.random());

	private final RouteEnd end = new RouteEnd("end", 1, false);

	private LocalRegion region;

	private long handle;

	private RawPeer raw;

	private long requestId;

	@BeforeEach
	void connect() {
		this.end.accept(this.hostile, null, 16);
		this.region = this.end.allocate("region", SIZE, Permissions.READ_WRITE);
		this.handle = RouteEnd.handle(this.region);
		this.raw = lane();
	}

	private RawPeer lane() {
		return RawPeer.introduced(this.end.address(), this.hostile, ConnectionRole.LANE, RouteEnd.SESSION,
				RouteEnd.TOKEN);
	}

	@AfterEach
	void close() {
		this.raw.close();
		await().atMost(PATIENCE).until(() -> this.end.admitted.get() == 0);
		this.end.close();
	}

	@Test
	void aWriteOfBadRunsFailsTypedAndTouchesNothing() {
		Map<long[], NixlError> bad = new LinkedHashMap<>();
		long h = this.handle;
		bad.put(new long[] { h + 1, 0, 100, 100, 1 }, NixlError.STALE);
		bad.put(new long[] { h, SIZE - 99, 100, 100, 1 }, NixlError.OUT_OF_RANGE);
		bad.put(new long[] { h, SIZE, 100, 100, 1 }, NixlError.OUT_OF_RANGE);
		bad.put(new long[] { h, -1, 100, 100, 1 }, NixlError.OUT_OF_RANGE);
		bad.put(new long[] { h, Long.MIN_VALUE, 100, 100, 1 }, NixlError.OUT_OF_RANGE);
		bad.put(new long[] { h, 0, 100, 0, 1 }, NixlError.OUT_OF_RANGE);
		bad.put(new long[] { h, 0, 100, -100, 1 }, NixlError.OUT_OF_RANGE);
		bad.put(new long[] { h, 0, 50, 50, 0 }, NixlError.OUT_OF_RANGE);
		bad.put(new long[] { h, 0, 50, 50, -2 }, NixlError.OUT_OF_RANGE);
		bad.put(new long[] { h, 0, 25, 50, 2 }, NixlError.OUT_OF_RANGE);
		bad.put(new long[] { h, 0, -50, 50, 2 }, NixlError.OUT_OF_RANGE);
		bad.put(new long[] { h, 100, 1L << 62, 50, 2 }, NixlError.OUT_OF_RANGE);
		bad.put(new long[] { h, 0, 1L << 32, 1L << 32, 1L << 32 }, NixlError.OUT_OF_RANGE);
		bad.put(new long[] { h, 0, 99, 99, 1 }, NixlError.PROTOCOL);
		bad.put(new long[] { h, 0, 101, 101, 1 }, NixlError.PROTOCOL);
		bad.put(new long[] { h, 0, 100, 100, 2 }, NixlError.PROTOCOL);
		bad.put(new long[] { h, 0, 100, 100, 1, 200, 1, 1, 1 }, NixlError.PROTOCOL);
		bad.forEach((runs, error) -> {
			this.raw.send(write(++this.requestId, 1, 100, runs, body(100)));
			assertThat(failure(this.requestId).error()).as(java.util.Arrays.toString(runs)).isEqualTo(error);
		});
		assertUntouched();
		assertServed();
	}

	@Test
	void aWriteWhoseFramesExceedItsTotalFails() {
		this.raw.send(write(1, 1, 150, new long[] { this.handle, 0, 100, 100, 1 }, body(100)));
		this.raw.send(write(1, 1, 150, new long[] { this.handle, 200, 100, 100, 1 }, body(100)));
		assertThat(failure(1).error()).isEqualTo(NixlError.PROTOCOL);
		this.raw.send(write(2, 1, 150, new long[] { this.handle, 0, 100, 100, 1 }, body(100)));
		this.raw.send(write(2, 1, 151, new long[] { this.handle, 0, 50, 50, 1 }, body(50)));
		assertThat(failure(2).error()).isEqualTo(NixlError.PROTOCOL);
		this.raw.send(write(3, 1, -1, new long[] { this.handle, 0, 50, 50, 1 }, body(50)));
		assertThat(failure(3).error()).isEqualTo(NixlError.PROTOCOL);
		byte[] bytes = Patterns.bytes(this.region);
		assertThat(bytes[200]).isZero();
		assertServed();
	}

	@Test
	void aWriteWithoutABodyFails() {
		this.raw.send(write(1, 1, 100, new long[] { this.handle, 0, 100, 100, 1 }, body(0)));
		assertThat(failure(1).error()).isEqualTo(NixlError.PROTOCOL);
		assertUntouched();
	}

	@Test
	void aRegionWithoutPermissionIsLeftAlone() {
		LocalRegion readOnly = this.end.allocate("read-only", SIZE, Permissions.READ);
		long[] runs = { RouteEnd.handle(readOnly), 0, 100, 100, 1 };
		this.raw.send(write(1, 1, 100, runs, body(100)));
		assertThat(failure(1).error()).isEqualTo(NixlError.PERMISSION);
		assertThat(Patterns.bytes(readOnly)).containsOnly(0);
		LocalRegion writeOnly = this.end.allocate("write-only", SIZE, Permissions.WRITE);
		this.raw.send(read(2, 0, new long[] { RouteEnd.handle(writeOnly), 0, 100, 100, 1 }));
		assertThat(failure(2).error()).isEqualTo(NixlError.PERMISSION);
	}

	@Test
	void aReadOfBadRunsFailsTyped() {
		Map<long[], NixlError> bad = new LinkedHashMap<>();
		long h = this.handle;
		bad.put(new long[] { h + 1, 0, 100, 100, 1 }, NixlError.STALE);
		bad.put(new long[] { h, SIZE - 99, 100, 100, 1 }, NixlError.OUT_OF_RANGE);
		bad.put(new long[] { h, -1, 100, 100, 1 }, NixlError.OUT_OF_RANGE);
		bad.put(new long[] { h, 0, 0, 0, 1 }, NixlError.OUT_OF_RANGE);
		bad.put(new long[] { h, 0, 100, 100, 0 }, NixlError.OUT_OF_RANGE);
		bad.put(new long[] { h, 0, 1 << 21, 1 << 21, 1 }, NixlError.OUT_OF_RANGE);
		bad.put(new long[] { h, 0, 1L << 32, 1L << 32, 1L << 32 }, NixlError.OUT_OF_RANGE);
		bad.forEach((runs, error) -> {
			this.raw.send(read(++this.requestId, 0, runs));
			assertThat(failure(this.requestId).error()).as(java.util.Arrays.toString(runs)).isEqualTo(error);
		});
		this.raw.send(lane(FrameType.READ, ++this.requestId, 1, 2, (header) -> {
			header.key(CHUNK).unsigned(0);
			header.key(RUNS).array(0);
		}, body(0)));
		assertThat(failure(this.requestId).error()).isEqualTo(NixlError.EMPTY);
		assertServed();
	}

	@Test
	void onlyTheNewestAttemptIsPlaced() {
		this.raw.send(write(1, 2, 200, new long[] { this.handle, 0, 100, 100, 1 }, body(100)));
		this.raw.send(write(1, 1, 100, new long[] { this.handle, 1000, 100, 100, 1 }, body(100)));
		this.raw.send(write(1, 2, 200, new long[] { this.handle, 100, 100, 100, 1 }, body(100)));
		assertThat(failure(1).error()).isEqualTo(NixlError.STALE);
		MsgPackReader acknowledged = this.raw.receiveHeader();
		int entries = acknowledged.map();
		assertThat(acknowledged.key()).isEqualTo(WireKey.TYPE);
		assertThat(acknowledged.unsigned()).isEqualTo(FrameType.WRITE_ACK);
		LaneHeader header = new LaneHeader();
		header.read(entries - 1, acknowledged);
		assertThat(header.attempt()).isEqualTo(2);
		byte[] bytes = Patterns.bytes(this.region);
		assertThat(bytes[199]).isEqualTo((byte) 7);
		assertThat(bytes[1000]).isZero();
	}

	@Test
	void aStopIsAnsweredAndItsAttemptForgotten() {
		this.raw.send(write(1, 1, 200, new long[] { this.handle, 0, 100, 100, 1 }, body(100)));
		this.raw.send(lane(FrameType.STOP, 1, 1, 1, (header) -> header.key(WireKey.of("n")).unsigned(2), body(0)));
		assertThat(this.raw.receiveType()).isEqualTo(FrameType.STOPPED);
		assertThat(this.end.route().register().size()).isZero();
		assertThat(this.end.admitted).hasValue(0);
		this.raw.send(lane(FrameType.STOP, 99, 1, 0, (header) -> {
		}, body(0)));
		assertThat(this.raw.receiveType()).as("of an attempt that is not known").isEqualTo(FrameType.STOPPED);
	}

	@Test
	void nothingIsTakenFromALaneThatWasFencedBeforeItCame() {
		try (RouteEnd fresh = new RouteEnd("fresh", 1, false)) {
			fresh.accept(this.hostile, null, 16);
			LocalRegion target = fresh.allocate("target", SIZE, Permissions.READ_WRITE);
			assertThat(fresh.route().fence(0).toCompletableFuture()).isCompleted();
			try (RawPeer late = RawPeer.introduced(fresh.address(), this.hostile, ConnectionRole.LANE, RouteEnd.SESSION,
					RouteEnd.TOKEN)) {
				late.send(write(1, 1, 100, new long[] { RouteEnd.handle(target), 0, 100, 100, 1 }, body(100)));
				assertThat(late.receiveRefusal().error()).isEqualTo(NixlError.STALE);
				assertThat(late.atEnd()).isTrue();
			}
			assertThat(fresh.admissions).hasValue(0);
			assertThat(Patterns.bytes(target)).containsOnly(0);
		}
	}

	@Test
	void aConnectionThatEndsInMidBodyTouchesThatFramesRunsOnly() {
		byte[] frame = write(1, 1, 40_000, new long[] { this.handle, 1000, 40_000, 40_000, 1 }, body(40_000));
		this.raw.send(java.util.Arrays.copyOf(frame, frame.length - 10_000));
		await().atMost(PATIENCE).until(() -> this.end.admitted.get() == 1);
		this.raw.close();
		await().atMost(PATIENCE).until(() -> this.end.admitted.get() == 0);
		byte[] bytes = Patterns.bytes(this.region);
		for (int i = 0; i < SIZE; i++) {
			if (i < 1000 || i >= 41_000) {
				assertThat(bytes[i]).isZero();
			}
		}
		this.raw = lane();
		assertServed();
	}

	@Test
	void aFrameThatMakesNoSenseEndsItsConnectionTyped() {
		Map<String, byte[]> bad = new LinkedHashMap<>();
		bad.put("unknown type", lane(99, 1, 1, 0, (header) -> {
		}, body(0)));
		bad.put("session frame", lane(FrameType.GRANT, 1, 1, 0, (header) -> {
		}, body(0)));
		bad.put("no id", TestFrames.frame(FrameType.STOP, body(0)));
		bad.put("no total", lane(FrameType.WRITE, 1, 1, 1, (header) -> header.key(RUNS).array(0), body(1)));
		bad.put("no runs", lane(FrameType.WRITE, 1, 1, 1, (header) -> header.key(TOTAL).unsigned(1), body(1)));
		bad.put("no chunk", lane(FrameType.READ, 1, 1, 1, (header) -> header.key(RUNS).array(0), body(0)));
		bad.put("half a run",
				lane(FrameType.WRITE, 1, 1, 2,
						(header) -> header.key(TOTAL)
							.unsigned(1)
							.key(RUNS)
							.array(1)
							.array(3)
							.unsigned(1)
							.unsigned(2)
							.unsigned(3),
						body(1)));
		bad.put("runs of text", lane(FrameType.WRITE, 1, 1, 2,
				(header) -> header.key(TOTAL).unsigned(1).key(RUNS).string("all"), body(1)));
		bad.put("a stop with a body", lane(FrameType.STOP, 1, 1, 0, (header) -> {
		}, body(1)));
		bad.put("an attempt out of range", lane(FrameType.STOP, 1, -1, 0, (header) -> {
		}, body(0)));
		this.raw.close();
		bad.forEach((what, frame) -> {
			try (RawPeer peer = lane()) {
				peer.send(frame);
				assertThat(peer.receiveRefusal().error()).as(what).isEqualTo(NixlError.PROTOCOL);
				assertThat(peer.atEnd()).as(what).isTrue();
			}
		});
		assertUntouched();
		this.raw = lane();
		assertServed();
	}

	@Test
	void answersToNothingAreIgnored() {
		this.raw.send(lane(FrameType.WRITE_ACK, 5, 1, 0, (header) -> {
		}, body(0)));
		this.raw.send(lane(FrameType.STOPPED, 5, 1, 0, (header) -> {
		}, body(0)));
		this.raw.send(lane(FrameType.FAILED, 5, 1, 0, (header) -> {
		}, body(0)));
		this.raw.send(lane(FrameType.READ_DATA, 5, 1, 1, (header) -> header.key(CHUNK).unsigned(0), body(1000)));
		assertServed();
	}

	@Test
	void aTargetThatAcknowledgesTooEarlyIsCutOff() {
		RecordingEvents events = post(Operation.WRITE, 64 << 20);
		assertThat(this.raw.receiveType()).isEqualTo(FrameType.WRITE);
		this.raw.send(lane(FrameType.WRITE_ACK, 1, 1, 0, (header) -> {
		}, body(0)));
		assertCutOff(events);
	}

	@Test
	void aTargetThatAnswersOtherChunksThanAskedForIsCutOff() {
		RecordingEvents events = post(Operation.READ, 1000);
		assertThat(this.raw.receiveType()).isEqualTo(FrameType.READ);
		this.raw.send(lane(FrameType.READ_DATA, 1, 1, 1, (header) -> header.key(CHUNK).unsigned(1), body(1000)));
		assertCutOff(events);
	}

	@Test
	void aTargetThatAnswersMoreBytesThanAskedForIsCutOff() {
		RecordingEvents events = post(Operation.READ, 1000);
		assertThat(this.raw.receiveType()).isEqualTo(FrameType.READ);
		this.raw.send(lane(FrameType.READ_DATA, 1, 1, 1, (header) -> header.key(CHUNK).unsigned(0), body(1001)));
		assertCutOff(events);
	}

	@Test
	void aTargetThatSaysStoppedUnaskedIsCutOff() {
		RecordingEvents events = post(Operation.WRITE, 1000);
		assertThat(this.raw.receiveType()).isEqualTo(FrameType.WRITE);
		this.raw.send(lane(FrameType.STOPPED, 1, 1, 0, (header) -> {
		}, body(0)));
		assertCutOff(events);
	}

	@Test
	void aTargetsFailureIsTypedAndItsTextHarmless() {
		RecordingEvents events = post(Operation.WRITE, 1000);
		assertThat(this.raw.receiveType()).isEqualTo(FrameType.WRITE);
		this.raw.send(lane(FrameType.FAILED, 1, 1, 2,
				(header) -> header.key(WireKey.of("e")).string("never-heard-of").key(WireKey.of("m")).string("a\nb"),
				body(0)));
		NixlException failure = events.awaitFailed();
		assertThat(failure.error()).isEqualTo(NixlError.BACKEND);
		assertThat(failure).hasMessageContaining("a b");
		events.awaitReleased();
		assertThat(events.fates).doesNotContain("stopped");
		assertThat(this.raw.receiveType()).isEqualTo(FrameType.STOP);
		this.raw.send(lane(FrameType.STOPPED, 1, 1, 0, (header) -> {
		}, body(0)));
		events.awaitStopped();
	}

	private RecordingEvents post(Operation operation, int bytes) {
		LocalRegion near = this.end.allocate("near", 64 << 20, Permissions.READ_WRITE);
		await().atMost(PATIENCE).until(() -> this.end.route().ready().isDone());
		RemoteGrant grant = new RemoteGrant("hostile", 5, "far", 0, 64 << 20, near.type(), 0, Permissions.READ_WRITE);
		RecordingEvents events = new RecordingEvents();
		this.end.route().prepare(operation, near.range(0, bytes), grant.range(0, bytes), events).post(1, 1);
		return events;
	}

	private void assertCutOff(RecordingEvents events) {
		assertThat(events.awaitFailed()).isInstanceOf(NixlPeerLostException.class);
		events.awaitReleased();
		assertThat(this.raw.atEnd()).isTrue();
	}

	private void assertUntouched() {
		assertThat(Patterns.bytes(this.region)).containsOnly(0);
	}

	/** A right WRITE and a right READ on the same connection. */
	private void assertServed() {
		this.raw.send(write(1_000_000, 1, 100, new long[] { this.handle, 500, 100, 100, 1 },
				"x".repeat(100).getBytes(StandardCharsets.US_ASCII)));
		assertThat(this.raw.receiveType()).isEqualTo(FrameType.WRITE_ACK);
		this.raw.send(read(1_000_001, 0, new long[] { this.handle, 500, 50, 50, 2 }));
		assertThat(this.raw.receiveType()).isEqualTo(FrameType.READ_DATA);
		assertThat(this.raw.body()).isEqualTo("x".repeat(100).getBytes(StandardCharsets.US_ASCII));
	}

	private NixlException failure(long id) {
		MsgPackReader reader = this.raw.receiveHeader();
		int entries = reader.map();
		reader.key();
		assertThat(reader.unsigned()).isEqualTo(FrameType.FAILED);
		LaneHeader header = new LaneHeader();
		header.read(entries - 1, reader);
		assertThat(header.id()).isEqualTo(id);
		return header.error().exception(header.message());
	}

	private static byte[] body(int length) {
		byte[] body = new byte[length];
		java.util.Arrays.fill(body, (byte) 7);
		return body;
	}

	private static byte[] write(long id, int attempt, long total, long[] runs, byte[] body) {
		return lane(FrameType.WRITE, id, attempt, 2, (header) -> {
			header.key(TOTAL).unsigned(total);
			runs(header, runs);
		}, body);
	}

	private static byte[] read(long id, int chunk, long[] runs) {
		return lane(FrameType.READ, id, 1, 2, (header) -> {
			header.key(CHUNK).unsigned(chunk);
			runs(header, runs);
		}, body(0));
	}

	private static void runs(MsgPackWriter header, long[] runs) {
		header.key(RUNS).array(1).array(runs.length);
		for (long number : runs) {
			header.unsigned(number);
		}
	}

	private static byte[] lane(int type, long id, int attempt, int more, Consumer<MsgPackWriter> rest, byte[] body) {
		return TestFrames.frame(type, 2 + more, (header) -> {
			header.key(ID).unsigned(id).key(ATTEMPT).unsigned(attempt);
			rest.accept(header);
		}, body, false);
	}

}
