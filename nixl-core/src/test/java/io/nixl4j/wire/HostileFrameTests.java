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

package io.nixl4j.wire;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

import io.netty.buffer.PooledByteBufAllocator;
import io.netty.util.internal.PlatformDependent;
import io.nixl4j.memory.NixlError;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static io.nixl4j.wire.WireFixture.get;
import static io.nixl4j.wire.WireFixture.settings;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What a peer that is let in may send over a real socket, and how little comes of it: a
 * typed reason, and a friend's connection that goes on.
 */
class HostileFrameTests {

	private final WireFixture fixture = new WireFixture();

	private final AgentIdentity hostile = settings("hostile").self();

	private TcpStreamServer server;

	private Connection friend;

	private RecordingHandler friendAtServer;

	@BeforeEach
	void connectAFriend() {
		this.server = this.fixture.serve(settings("b"));
		this.friend = this.fixture.connected(settings("friend"), this.server);
		this.friend.start(new RecordingHandler());
		this.friendAtServer = new RecordingHandler();
		this.fixture.nextAccepted().start(this.friendAtServer);
	}

	@AfterEach
	void theFriendIsServedStill() {
		this.friend.writer().send(FrameType.NOTIFY, 0, (header) -> {
		}, new byte[] { 1 });
		await().atMost(WireFixture.PATIENCE).until(() -> this.friendAtServer.bodies.size() == 1);
		this.fixture.close();
	}

	@Test
	void everyBadFrameEndsItsConnectionWithATypedReason() {
		for (Map.Entry<String, byte[]> bad : badFrames().entrySet()) {
			RecordingHandler handler = new RecordingHandler();
			try (RawPeer raw = introduced()) {
				this.fixture.nextAccepted().start(handler);
				raw.send(bad.getValue());
				assertThat(raw.receiveRefusal().error()).as(bad.getKey()).isEqualTo(NixlError.PROTOCOL);
				assertThat(raw.atEnd()).as(bad.getKey()).isTrue();
			}
			WireException cause = java.util.Objects.requireNonNull(get(handler.closed));
			assertThat(cause.error()).as(bad.getKey()).isEqualTo(NixlError.PROTOCOL);
			assertThat(handler.bodies).as(bad.getKey()).isEmpty();
		}
	}

	@Test
	void badFramesInAHandshakeAreRefusedToo() {
		Map<String, byte[]> frames = badFrames();
		frames.put("proof before hello", TestFrames.frame(FrameType.PROOF, new byte[0]));
		frames.put("session frame", TestFrames.frame(FrameType.GRANT, new byte[0]));
		frames.put("body", TestFrames.frame(FrameType.HELLO, new byte[1]));
		frames.put("empty hello", TestFrames.frame(FrameType.HELLO, new byte[0]));
		for (Map.Entry<String, byte[]> bad : frames.entrySet()) {
			try (RawPeer raw = RawPeer.connect(this.server.localAddress())) {
				raw.send(bad.getValue());
				assertThat(raw.receiveRefusal().error()).as(bad.getKey()).isEqualTo(NixlError.PROTOCOL);
				assertThat(raw.atEnd()).as(bad.getKey()).isTrue();
			}
		}
	}

	@Test
	void anyMutationOfAHelloIsRefusedOrUnderstood() {
		byte[] hello = RawPeer.hello(this.hostile, "");
		byte[] header = Arrays.copyOfRange(hello, FramePrefix.SIZE, hello.length);
		Random random = new Random(42);
		for (int i = 0; i < 300; i++) {
			byte[] mutated = header.clone();
			for (int change = 0; change <= random.nextInt(3); change++) {
				mutated[random.nextInt(mutated.length)] = (byte) random.nextInt();
			}
			try (RawPeer raw = RawPeer.connect(this.server.localAddress())) {
				raw.send(TestFrames.frame(mutated, new byte[0], true));
				assertThat(raw.receiveType()).isIn(FrameType.CHALLENGE, FrameType.REFUSED);
			}
		}
	}

	@Test
	void aConnectionThatEndsInMidFrameAbortsThatBodyOnly() {
		byte[] frame = TestFrames.frame(FrameType.NOTIFY, new byte[1000]);
		for (int length : new int[] { 1, 23, 24, 25, 28, 29, frame.length - 1 }) {
			RecordingHandler handler = new RecordingHandler();
			try (RawPeer raw = introduced()) {
				this.fixture.nextAccepted().start(handler);
				raw.send(frame);
				raw.send(Arrays.copyOf(frame, length));
			}
			WireException cause = java.util.Objects.requireNonNull(get(handler.closed));
			assertThat(cause.error()).isEqualTo(NixlError.PEER_LOST);
			assertThat(handler.bodies).hasSize(1);
			assertThat(handler.fates).isEqualTo((length >= 28) ? List.of("complete", "aborted") : List.of("complete"));
		}
	}

	@Test
	void framesThatDripAreUnderstood() {
		RecordingHandler handler = new RecordingHandler();
		try (RawPeer raw = introduced()) {
			this.fixture.nextAccepted().start(handler);
			for (byte one : TestFrames.frame(FrameType.NOTIFY, new byte[] { 1, 2, 3 })) {
				raw.send(new byte[] { one });
			}
			await().atMost(WireFixture.PATIENCE).until(() -> handler.bodies.size() == 1);
		}
	}

	@Test
	void manyConnectionsWithHugeClaimsCostLittleMemory() {
		List<RawPeer> peers = new ArrayList<>();
		long before = usedMemory();
		for (int i = 0; i < 100; i++) {
			RawPeer raw = introduced();
			this.fixture.nextAccepted().start(new RecordingHandler());
			raw.send(TestFrames.prefix(WireLimits.MAX_HEADER, WireLimits.MAX_BODY));
			raw.send(new byte[100]);
			peers.add(raw);
		}
		await().atMost(WireFixture.PATIENCE)
			.untilAsserted(() -> assertThat(usedMemory() - before).isLessThan(64L << 20));
		peers.forEach(RawPeer::close);
	}

	private static long usedMemory() {
		return Math.max(PooledByteBufAllocator.DEFAULT.metric().usedDirectMemory(), 0)
				+ Math.max(PlatformDependent.usedDirectMemory(), 0);
	}

	private RawPeer introduced() {
		return RawPeer.introduced(this.server.localAddress(), this.hostile, ConnectionRole.SESSION, 0, new byte[0]);
	}

	private static Map<String, byte[]> badFrames() {
		Map<String, byte[]> frames = new LinkedHashMap<>();
		frames.put("header of no bytes", TestFrames.prefix(0, 0));
		frames.put("header too long", TestFrames.prefix(WireLimits.MAX_HEADER + 1L, 0));
		frames.put("header of 2^63 bytes", TestFrames.prefix(Long.MIN_VALUE, 0));
		frames.put("header of 2^64 - 1 bytes", TestFrames.prefix(-1, 0));
		frames.put("body too long", TestFrames.prefix(10, WireLimits.MAX_BODY + 1L));
		frames.put("body of 2^64 - 1 bytes", TestFrames.prefix(10, -1));
		byte[] checksum = TestFrames.frame(FrameType.NOTIFY, new byte[0]);
		checksum[16]++;
		frames.put("wrong header checksum", checksum);
		frames.put("not a map", TestFrames.frame(new byte[] { 1 }, new byte[0], true));
		frames.put("empty map", TestFrames.frame(new byte[] { (byte) 0x80 }, new byte[0], true));
		frames.put("no type", TestFrames.frame(new byte[] { (byte) 0x81, (byte) 0xa1, 'u', 1 }, new byte[0], true));
		frames.put("type out of range", TestFrames
			.frame(new byte[] { (byte) 0x81, (byte) 0xa1, 't', (byte) 0xce, 0, 1, 0, 0 }, new byte[0], true));
		frames.put("more entries than bytes",
				TestFrames.frame(new byte[] { (byte) 0xdf, -1, -1, -1, -1, (byte) 0xa1, 't', 19 }, new byte[0], true));
		frames.put("text before the protocol",
				"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
		return frames;
	}

}
