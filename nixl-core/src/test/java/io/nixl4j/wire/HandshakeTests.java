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

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;

import io.nixl4j.memory.NixlError;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static io.nixl4j.wire.WireFixture.failure;
import static io.nixl4j.wire.WireFixture.settings;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

class HandshakeTests {

	private static final SharedSecret SECRET = SharedSecret.of("a secret");

	private final WireFixture fixture = new WireFixture();

	@AfterEach
	void close() {
		this.fixture.close();
	}

	@Test
	void bothEndsKnowEachOther() {
		WireSettings ours = settings("opener").withSecret(SECRET);
		WireSettings theirs = settings("acceptor").withSecret(SECRET);
		Connection opened = this.fixture.connected(ours, this.fixture.serve(theirs));
		Connection accepted = this.fixture.nextAccepted();
		assertThat(opened.peer()).isEqualTo(theirs.self());
		assertThat(accepted.peer()).isEqualTo(ours.self());
		assertThat(opened.sessionId()).isEqualTo(accepted.sessionId()).isEqualTo(7);
		assertThat(opened.token()).isEqualTo(accepted.token()).isEqualTo(WireFixture.TOKEN);
		assertThat(opened.authenticated()).isTrue();
		assertThat(accepted.authenticated()).isTrue();
		assertThat(opened.opener()).isTrue();
		assertThat(accepted.opener()).isFalse();
		assertThat(opened.role()).isEqualTo(accepted.role()).isEqualTo(ConnectionRole.SESSION);
	}

	@Test
	void withoutASecretLoopbackIsAcceptedAndSaysSo() {
		Connection opened = this.fixture.connected(settings("a"), this.fixture.serve(settings("b")));
		assertThat(opened.authenticated()).isFalse();
		assertThat(this.fixture.nextAccepted().authenticated()).isFalse();
	}

	@Test
	void anotherSecretIsRefused() {
		TcpStreamServer server = this.fixture.serve(settings("b").withSecret(SharedSecret.of("another")));
		WireException refusal = failure(this.fixture.connect(settings("a").withSecret(SECRET), server, "b"));
		assertThat(refusal.error()).isEqualTo(NixlError.REFUSED);
		assertThat(refusal).hasMessageContaining("tcp.secret").hasMessageNotContaining("a secret");
		assertThat(refusal.retry()).isFalse();
		assertThat(this.fixture.accepted).isEmpty();
	}

	@Test
	void anOpenerWithAWrongProofIsRefusedByTheAcceptor() {
		WireSettings theirs = settings("b").withSecret(SECRET);
		TcpStreamServer server = this.fixture.serve(theirs);
		try (RawPeer raw = RawPeer.connect(server.localAddress())) {
			raw.send(RawPeer.hello(settings("a").self(), "b"));
			assertThat(raw.receiveType()).isEqualTo(FrameType.CHALLENGE);
			raw.send(TestFrames.frame(FrameType.PROOF, 1,
					(header) -> header.key(WireKey.of("mac")).binary(new byte[32]), new byte[0], true));
			assertThat(raw.receiveRefusal().error()).isEqualTo(NixlError.REFUSED);
			assertThat(raw.atEnd()).isTrue();
		}
		assertThat(this.fixture.accepted).isEmpty();
	}

	@Test
	void aSecretAtOneEndOnlyIsRefused() {
		TcpStreamServer secured = this.fixture.serve(settings("b").withSecret(SECRET));
		TcpStreamServer open = this.fixture.serve(settings("c"));
		assertThat(failure(this.fixture.connect(settings("a"), secured, "b")).error()).isEqualTo(NixlError.REFUSED);
		assertThat(failure(this.fixture.connect(settings("a").withSecret(SECRET), open, "c")).error())
			.isEqualTo(NixlError.REFUSED);
		assertThat(this.fixture.accepted).isEmpty();
	}

	@Test
	void withoutASecretOtherHostsAreNotConnectedTo() {
		InetSocketAddress elsewhere = new InetSocketAddress("192.0.2.1", 1);
		CompletableFuture<Connection> connecting = new TcpClient(this.fixture.loops, settings("a"))
			.connect(ConnectRequest.session(elsewhere, "", Duration.ofSeconds(1)));
		assertThat(failure(connecting)).hasMessageContaining("tcp.secret")
			.satisfies((ex) -> assertThat(ex.error()).isEqualTo(NixlError.REFUSED));
	}

	@Test
	void anotherEngineThanExpectedIsRefused() {
		TcpStreamServer server = this.fixture.serve(settings("b"));
		WireException refusal = failure(this.fixture.connect(settings("a"), server, "worker-1"));
		assertThat(refusal.error()).isEqualTo(NixlError.UNKNOWN_PEER);
	}

	@Test
	void featuresAreWhatBothEndsKnow() {
		TcpStreamServer server = this.fixture.serve(settings("b").withFeatures(Set.of("x"), Set.of("y", "z")));
		Connection opened = this.fixture.connected(settings("a").withFeatures(Set.of("y"), Set.of("x", "w")), server);
		assertThat(opened.features()).containsExactlyInAnyOrder("x", "y");
		assertThat(this.fixture.nextAccepted().features()).containsExactlyInAnyOrder("x", "y");
	}

	@Test
	void aRequiredFeatureThatTheOtherEndDoesNotKnowIsRefused() {
		TcpStreamServer plain = this.fixture.serve(settings("b"));
		WireException unknown = failure(
				this.fixture.connect(settings("a").withFeatures(Set.of("future"), Set.of()), plain, "b"));
		assertThat(unknown.error()).isEqualTo(NixlError.UNSUPPORTED);
		assertThat(unknown).hasMessageContaining("future");
		TcpStreamServer demanding = this.fixture.serve(settings("c").withFeatures(Set.of("must"), Set.of()));
		assertThat(failure(this.fixture.connect(settings("a"), demanding, "c"))).hasMessageContaining("must");
	}

	@Test
	void thePolicysRefusalArrivesTyped() {
		TcpStreamServer server = this.fixture.serve(settings("b"),
				(request) -> new HandshakePolicy.Refuse(NixlError.NOT_READY, "not\nready", true));
		WireException refusal = failure(this.fixture.connect(settings("a"), server, "b"));
		assertThat(refusal.error()).isEqualTo(NixlError.NOT_READY);
		assertThat(refusal.retry()).isTrue();
		assertThat(refusal).hasMessageContaining("not ready");
	}

	@Test
	void thePolicySeesWhoAsksForWhat() {
		AtomicReference<@Nullable HandshakeRequest> seen = new AtomicReference<>();
		WireSettings ours = settings("a").withSecret(SECRET);
		TcpStreamServer server = this.fixture.serve(settings("b").withSecret(SECRET), (request) -> {
			seen.set(request);
			return new HandshakePolicy.Accept(request.sessionId(), new byte[0]);
		});
		byte[] token = "0123456789abcdef".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
		Connection lane = WireFixture.get(new TcpClient(this.fixture.loops, ours)
			.connect(ConnectRequest.lane(server.localAddress(), "b", -5, token, 3, WireFixture.PATIENCE)));
		assertThat(lane.sessionId()).isEqualTo(-5);
		assertThat(lane.token()).isEmpty();
		assertThat(lane.lane()).isEqualTo(3);
		HandshakeRequest request = java.util.Objects.requireNonNull(seen.get());
		assertThat(request.role()).isEqualTo(ConnectionRole.LANE);
		assertThat(request.peer()).isEqualTo(ours.self());
		assertThat(request.token()).isEqualTo(token);
		assertThat(request.lane()).isEqualTo(3);
		assertThat(request.authenticated()).isTrue();
		assertThat(request.toString()).doesNotContain("0123456789abcdef").doesNotContain("token");
	}

	@Test
	void aHandshakeThatDripsIsEndedInTime() {
		WireLimits limits = new WireLimits(WireLimits.MAX_HEADER, WireLimits.MAX_BODY, Duration.ofMillis(300), 10);
		TcpStreamServer server = this.fixture.serve(settings("b").withLimits(limits));
		try (RawPeer raw = RawPeer.connect(server.localAddress())) {
			byte[] hello = RawPeer.hello(settings("a").self(), "b");
			for (int i = 0; i < 30; i++) {
				raw.send(new byte[] { hello[i] });
			}
			assertThat(raw.receiveRefusal().error()).isEqualTo(NixlError.TIMED_OUT);
			assertThat(raw.atEnd()).isTrue();
		}
	}

	@Test
	void aServerThatSaysNothingIsGivenUpInTime() throws IOException {
		WireLimits limits = new WireLimits(WireLimits.MAX_HEADER, WireLimits.MAX_BODY, Duration.ofMillis(300), 10);
		try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			CompletableFuture<Connection> connecting = new TcpClient(this.fixture.loops,
					settings("a").withLimits(limits))
				.connect(ConnectRequest.session((InetSocketAddress) silent.getLocalSocketAddress(), "",
						WireFixture.PATIENCE));
			WireException timeout = failure(connecting);
			assertThat(timeout.error()).isEqualTo(NixlError.TIMED_OUT);
			assertThat(timeout.retry()).isTrue();
		}
	}

	@Test
	void nothingThatListensIsWorthAnotherTry() throws IOException {
		InetSocketAddress free;
		try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			free = (InetSocketAddress) probe.getLocalSocketAddress();
		}
		WireException failure = failure(new TcpClient(this.fixture.loops, settings("a"))
			.connect(ConnectRequest.session(free, "", WireFixture.PATIENCE)));
		assertThat(failure.error()).isEqualTo(NixlError.PEER_LOST);
		assertThat(failure.retry()).isTrue();
		assertThat(failure).hasMessageContaining(Integer.toString(free.getPort()));
	}

	@Test
	void aClosedServerIsWorthAnotherTry() {
		TcpStreamServer server = this.fixture.serve(settings("b"));
		InetSocketAddress address = server.localAddress();
		WireFixture.get(server.close());
		assertThat(failure(new TcpClient(this.fixture.loops, settings("a"))
			.connect(ConnectRequest.session(address, "", WireFixture.PATIENCE))).retry()).isTrue();
	}

	@Test
	void aServersEndEndsHandshakesUnderWay() {
		TcpStreamServer server = this.fixture.serve(settings("b"));
		try (RawPeer raw = RawPeer.connect(server.localAddress())) {
			raw.send(RawPeer.hello(settings("a").self(), "b"));
			assertThat(raw.receiveType()).isEqualTo(FrameType.CHALLENGE);
			WireFixture.get(server.close());
			assertThat(raw.receiveRefusal().error()).isEqualTo(NixlError.CLOSED);
			assertThat(raw.atEnd()).isTrue();
		}
	}

	@Test
	void aPortInUseIsTyped() throws IOException {
		try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			assertThatExceptionOfType(WireException.class)
				.isThrownBy(() -> TcpStreamServer.bind(this.fixture.loops,
						(InetSocketAddress) taken.getLocalSocketAddress(), settings("b"), new NoPolicy()))
				.withMessageContaining("tcp.port")
				.satisfies((ex) -> assertThat(ex.error()).isEqualTo(NixlError.ADDRESS_IN_USE));
		}
		assertThatExceptionOfType(WireException.class)
			.isThrownBy(() -> TcpStreamServer.bind(this.fixture.loops, new InetSocketAddress("192.0.2.1", 0),
					settings("b"), new NoPolicy()))
			.withMessageContaining("tcp.bind-address")
			.satisfies((ex) -> assertThat(ex.error()).isEqualTo(NixlError.BACKEND));
	}

	@Test
	void aGivenUpConnectClosesItsSocket() throws IOException {
		try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			CompletableFuture<Connection> connecting = new TcpClient(this.fixture.loops, settings("a"))
				.connect(ConnectRequest.session((InetSocketAddress) silent.getLocalSocketAddress(), "",
						WireFixture.PATIENCE));
			try (Socket socket = silent.accept()) {
				socket.setSoTimeout((int) WireFixture.PATIENCE.toMillis());
				connecting.cancel(false);
				while (socket.getInputStream().read() >= 0) {
					// the first frame may have been sent before
				}
			}
		}
	}

	@Test
	void secretsShowInNoText() {
		assertThat(settings("a").withSecret(SECRET).toString()).doesNotContain("a secret");
		assertThat(SECRET.toString()).doesNotContain("a secret");
	}

	@Test
	void bodiesAreAsLongAsBothEndsTake() {
		WireLimits small = new WireLimits(WireLimits.MAX_HEADER, 100_000, Duration.ofSeconds(5), 10);
		TcpStreamServer server = this.fixture.serve(settings("b").withLimits(small));
		assertThat(this.fixture.connected(settings("a"), server).maxBody()).isEqualTo(100_000);
		assertThat(this.fixture.nextAccepted().maxBody()).isEqualTo(100_000);
	}

	@Test
	void lanesJoinTheSessionsThatExpectThem() {
		LaneRegistry registry = new LaneRegistry();
		WireSettings ours = settings("a");
		byte[] token = "0123456789abcdef".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
		List<Connection> joined = new java.util.concurrent.CopyOnWriteArrayList<>();
		TcpStreamServer server = TcpStreamServer.bind(this.fixture.loops,
				new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), settings("b"), registry);
		TcpClient client = new TcpClient(this.fixture.loops, ours);
		ConnectRequest right = ConnectRequest.lane(server.localAddress(), "b", 99, token, 1, WireFixture.PATIENCE);
		assertThat(failure(client.connect(right)).error()).isEqualTo(NixlError.NOT_READY);
		registry.expect(99, token, "a", ours.self().incarnation(), joined::add);
		ConnectRequest wrong = ConnectRequest.lane(server.localAddress(), "b", 99, new byte[16], 1,
				WireFixture.PATIENCE);
		assertThat(failure(client.connect(wrong)).error()).isEqualTo(NixlError.REFUSED);
		TcpClient stranger = new TcpClient(this.fixture.loops, settings("a"));
		assertThat(failure(stranger.connect(right)).error()).isEqualTo(NixlError.REFUSED);
		assertThat(joined).isEmpty();
		WireFixture.get(client.connect(right));
		await().atMost(WireFixture.PATIENCE).until(() -> joined.size() == 1);
		registry.forget(99);
		assertThat(failure(client.connect(right)).error()).isEqualTo(NixlError.NOT_READY);
		WireFixture.get(server.close());
	}

	/** A policy that nobody asks. */
	private static final class NoPolicy implements HandshakePolicy {

		@Override
		public Decision decide(HandshakeRequest request) {
			throw new UnsupportedOperationException();
		}

		@Override
		public void accepted(Connection connection) {
			throw new UnsupportedOperationException();
		}

	}

}
