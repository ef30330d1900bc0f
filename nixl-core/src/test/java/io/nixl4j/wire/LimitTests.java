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

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import io.nixl4j.memory.NixlError;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static io.nixl4j.wire.WireFixture.failure;
import static io.nixl4j.wire.WireFixture.get;
import static io.nixl4j.wire.WireFixture.settings;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What strangers and peers may cost, and that each refusal names the limit.
 */
class LimitTests {

	private static final Duration LONG = Duration.ofMinutes(5);

	private final WireFixture fixture = new WireFixture();

	private final List<RawPeer> raws = new ArrayList<>();

	@AfterEach
	void close() {
		this.raws.forEach(RawPeer::close);
		this.fixture.close();
	}

	private static WireLimits limits(int handshakes, int ofOneAddress, int connections, Duration frameTime, int rate) {
		return new WireLimits(WireLimits.MAX_HEADER, WireLimits.MAX_BODY, LONG, handshakes, ofOneAddress, connections,
				16, frameTime, rate, 100, 1 << 20);
	}

	/** A connection that has begun its handshake and does not go on. */
	private RawPeer begun(InetSocketAddress address) {
		RawPeer raw = RawPeer.connect(address);
		this.raws.add(raw);
		raw.send(RawPeer.hello(settings("a").self(), "b"));
		assertThat(raw.receiveType()).isEqualTo(FrameType.CHALLENGE);
		return raw;
	}

	@Test
	void ofTooManyHandshakesTheOldestIsGivenUp() {
		TcpStreamServer server = this.fixture.serve(settings("b").withLimits(limits(3, 10, 10, LONG, 1)));
		RawPeer first = begun(server.localAddress());
		RawPeer second = begun(server.localAddress());
		begun(server.localAddress());
		begun(server.localAddress());
		WireException refusal = first.receiveRefusal();
		assertThat(refusal.error()).isEqualTo(NixlError.BUSY);
		assertThat(refusal.retry()).isTrue();
		assertThat(refusal).hasMessageContaining("tcp.limits.handshakes)");
		assertThat(first.atEnd()).isTrue();
		get(this.fixture.connect(settings("real"), server, "b"));
		assertThat(second.receiveRefusal().error()).isEqualTo(NixlError.BUSY);
	}

	@Test
	void anAddressDisplacesItsOwnHandshakesOnly() {
		TcpStreamServer server = this.fixture.serve(settings("b").withLimits(limits(100, 2, 10, LONG, 1)));
		RawPeer first = begun(server.localAddress());
		begun(server.localAddress());
		begun(server.localAddress());
		assertThat(first.receiveRefusal()).hasMessageContaining("tcp.limits.handshakes-per-address");
	}

	@Test
	void whoGotThroughJustNowIsNotGivenUp() {
		WireLimits limits = limits(1, 1, 10, LONG, 1);
		AcceptedConnections accepted = new AcceptedConnections(limits);
		EmbeddedConnection through = EmbeddedConnection.open(ConnectionRole.SESSION, false, settings("a").self(), 1, 0);
		EmbeddedConnection pending = new EmbeddedConnection(limits, false);
		accepted.begin(pending.handshaking());
		accepted.begin(through.handshaking());
		accepted.begin(new EmbeddedConnection(limits, false).handshaking());
		assertThat(pending.isOpen()).isFalse();
		assertThat(through.isOpen()).as("its handshake was over before it was told").isTrue();
	}

	@Test
	void aHandshakeThatIsOverMakesRoom() {
		TcpStreamServer server = this.fixture.serve(settings("b").withLimits(limits(1, 1, 10, LONG, 1)));
		for (int i = 0; i < 5; i++) {
			begun(server.localAddress()).close();
		}
		for (int i = 0; i < 5; i++) {
			get(this.fixture.connect(settings("a"), server, "b"));
		}
	}

	@Test
	void thereAreOnlySoManyConnections() {
		TcpStreamServer server = this.fixture.serve(settings("b").withLimits(limits(10, 10, 2, LONG, 1)));
		Connection first = get(this.fixture.connect(settings("a"), server, "b"));
		get(this.fixture.connect(settings("c"), server, "b"));
		WireException refusal = failure(this.fixture.connect(settings("d"), server, "b"));
		assertThat(refusal.error()).isEqualTo(NixlError.BUSY);
		assertThat(refusal).hasMessageContaining("tcp.limits.connections");
		first.close(null);
		await().atMost(WireFixture.PATIENCE)
			.ignoreExceptions()
			.until(() -> get(this.fixture.connect(settings("d"), server, "b")) != null);
	}

	@Test
	void aSessionHasOnlySoManyLanes() {
		LaneRegistry registry = new LaneRegistry(2);
		WireSettings ours = settings("a");
		byte[] token = new byte[Hello.TOKEN];
		TcpStreamServer server = TcpStreamServer.bind(this.fixture.loops,
				new InetSocketAddress(java.net.InetAddress.getLoopbackAddress(), 0), settings("b"), registry);
		registry.expect(9, token, "a", ours.self().incarnation(),
				(connection) -> connection.start(new RecordingHandler()));
		TcpClient client = new TcpClient(this.fixture.loops, ours);
		Connection first = get(client.connect(lane(server, token, 1)));
		get(client.connect(lane(server, token, 2)));
		WireException refusal = failure(client.connect(lane(server, token, 3)));
		assertThat(refusal.error()).isEqualTo(NixlError.BUSY);
		assertThat(refusal).hasMessageContaining("tcp.limits.lanes");
		first.close(null);
		await().atMost(WireFixture.PATIENCE)
			.ignoreExceptions()
			.until(() -> get(client.connect(lane(server, token, 4))) != null);
		get(server.close());
	}

	private static ConnectRequest lane(TcpStreamServer server, byte[] token, int number) {
		return ConnectRequest.lane(server.localAddress(), "b", 9, token, number, WireFixture.PATIENCE);
	}

	@Test
	void aFrameThatDripsIsEnded() {
		TcpStreamServer server = this.fixture
			.serve(settings("b").withLimits(limits(10, 10, 10, Duration.ofMillis(200), 1 << 20)));
		RawPeer raw = introduced(server);
		RecordingHandler received = new RecordingHandler();
		this.fixture.nextAccepted().start(received);
		byte[] frame = notification(1_000);
		CompletableFuture<Void> dripping = CompletableFuture.runAsync(() -> {
			for (byte each : frame) {
				raw.send(new byte[] { each });
				if (received.closed.isDone()) {
					return;
				}
				java.util.concurrent.locks.LockSupport.parkNanos(2_000_000);
			}
		});
		WireException cause = get(received.closed);
		assertThat(cause).isNotNull();
		assertThat(java.util.Objects.requireNonNull(cause).error()).isEqualTo(NixlError.TIMED_OUT);
		assertThat(cause).hasMessageContaining("tcp.limits.frame-time");
		dripping.cancel(true);
		assertThat(received.bodies).isEmpty();
	}

	@Test
	void aSlowLinkThatKeepsTheLeastRateGoesOn() {
		TcpStreamServer server = this.fixture
			.serve(settings("b").withLimits(limits(10, 10, 10, Duration.ofMillis(100), 1)));
		RawPeer raw = introduced(server);
		RecordingHandler received = new RecordingHandler();
		this.fixture.nextAccepted().start(received);
		byte[] frame = notification(400);
		for (byte each : frame) {
			raw.send(new byte[] { each });
			java.util.concurrent.locks.LockSupport.parkNanos(2_000_000);
		}
		await().atMost(WireFixture.PATIENCE).until(() -> received.bodies.size() == 1);
	}

	@Test
	void aConnectionThatRestsIsLeftAlone() {
		TcpStreamServer server = this.fixture
			.serve(settings("b").withLimits(limits(10, 10, 10, Duration.ofMillis(20), 1 << 20)));
		RawPeer raw = introduced(server);
		RecordingHandler received = new RecordingHandler();
		this.fixture.nextAccepted().start(received);
		raw.send(notification(10));
		await().atMost(WireFixture.PATIENCE).until(() -> received.bodies.size() == 1);
		await().pollDelay(Duration.ofMillis(300)).until(() -> true);
		raw.send(notification(10));
		await().atMost(WireFixture.PATIENCE).until(() -> received.bodies.size() == 2);
	}

	@Test
	void aPeerThatTakesNothingIsEnded() {
		TcpStreamServer server = this.fixture
			.serve(settings("b").withLimits(limits(10, 10, 10, Duration.ofMillis(200), 1)));
		introduced(server);
		RecordingHandler received = new RecordingHandler();
		Connection accepted = this.fixture.nextAccepted();
		accepted.start(received);
		for (int i = 0; i < 64; i++) {
			accepted.writer().send(FrameType.NOTIFY, 0, (header) -> {
			}, new byte[1 << 20]);
		}
		WireException cause = get(received.closed);
		assertThat(cause).isNotNull().hasMessageContaining("took nothing");
		get(accepted.closed());
	}

	private RawPeer introduced(TcpStreamServer server) {
		RawPeer raw = RawPeer.introduced(server.localAddress(), settings("a").self(), ConnectionRole.SESSION, 0,
				new byte[0]);
		this.raws.add(raw);
		return raw;
	}

	private static byte[] notification(int length) {
		return TestFrames.frame(FrameType.NOTIFY, 0, (header) -> {
		}, new byte[length], true);
	}

}
