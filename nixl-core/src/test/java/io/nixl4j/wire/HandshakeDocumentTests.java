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

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

import io.netty.buffer.Unpooled;
import io.nixl4j.docs.HexDump;
import io.nixl4j.docs.WireDocument;
import io.nixl4j.memory.Incarnation;
import io.nixl4j.memory.NixlError;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Replays the handshakes of docs/wire.md between two real ends: what each sends must be
 * what the document shows, and what the document shows is what the other one gets.
 */
class HandshakeDocumentTests {

	private static final WireDocument DOCUMENT = WireDocument.read();

	private static final String SECRET = "a secret of both";

	private static final AgentIdentity OPENER = new AgentIdentity("prefill-agent", "prefill-1",
			new Incarnation(0x0011223344556677L, 0x8899aabbccddeeffL));

	private static final AgentIdentity ACCEPTOR = new AgentIdentity("decode-agent", "decode-1",
			new Incarnation(0xffeeddccbbaa9988L, 0x7766554433221100L));

	private static final long SESSION = 0x0123456789abcdefL;

	private static final byte[] TOKEN = counting(0xa0, Hello.TOKEN);

	private static final InetSocketAddress ADDRESS = new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);

	private static final Duration TIMEOUT = Duration.ofSeconds(5);

	private final EmbeddedConnection opening = new EmbeddedConnection(WireLimits.defaults(), true);

	private final EmbeddedConnection accepting = new EmbeddedConnection(WireLimits.defaults(), false);

	private final CompletableFuture<Connection> opened = new CompletableFuture<>();

	private final CompletableFuture<Connection> accepted = new CompletableFuture<>();

	@Test
	void everyDumpIsReplayedHere() {
		assertThat(DOCUMENT.dumps("Proofs")).containsExactly("input of the proof");
		assertThat(DOCUMENT.dumps("Handshake")).containsExactlyInAnyOrder("HELLO", "HELLO lane", "HELLO resumption",
				"HELLO zone", "CHALLENGE", "CHALLENGE zone", "PROOF", "WELCOME", "WELCOME lane", "WELCOME resumption",
				"REFUSED");
	}

	@Test
	void aSessionIsOpened() {
		open(ConnectRequest.session(ADDRESS, "decode-1", TIMEOUT), new HandshakePolicy.Accept(SESSION, TOKEN));
		relay(this.opening, this.accepting, "HELLO");
		relay(this.accepting, this.opening, "CHALLENGE");
		relay(this.opening, this.accepting, "PROOF");
		relay(this.accepting, this.opening, "WELCOME");
		assertThat(this.opened).isCompleted();
		Connection near = this.opened.join();
		Connection far = this.accepted.join();
		assertThat(near.peer()).isEqualTo(ACCEPTOR);
		assertThat(far.peer()).isEqualTo(OPENER);
		assertThat(List.of(near.sessionId(), far.sessionId())).containsOnly(SESSION);
		assertThat(near.token()).isEqualTo(far.token()).isEqualTo(TOKEN);
		assertThat(near.authenticated()).isTrue();
		assertThat(far.authenticated()).isTrue();
		assertThat(near.features()).isEqualTo(far.features()).containsExactly("trace");
	}

	@Test
	void aLaneIsOpened() {
		LaneRegistry lanes = new LaneRegistry();
		lanes.expect(SESSION, TOKEN, OPENER.engineId(), OPENER.incarnation(), this.accepted::complete);
		open(ConnectRequest.lane(ADDRESS, "decode-1", SESSION, TOKEN, 1, TIMEOUT), lanes);
		relay(this.opening, this.accepting, "HELLO lane");
		this.accepting.sent().forEach(this.opening::receive);
		this.opening.sent().forEach(this.accepting::receive);
		relay(this.accepting, this.opening, "WELCOME lane");
		assertThat(this.opened.join().lane()).isEqualTo(this.accepted.join().lane()).isEqualTo(1);
		assertThat(this.accepted.join().role()).isEqualTo(ConnectionRole.LANE);
	}

	@Test
	void aSessionGoesOnOverAnotherConnection() {
		open(ConnectRequest.resumption(ADDRESS, "decode-1", SESSION, TOKEN, 17, TIMEOUT),
				new HandshakePolicy.Accept(SESSION, TOKEN, 41));
		relay(this.opening, this.accepting, "HELLO resumption");
		this.accepting.sent().forEach(this.opening::receive);
		this.opening.sent().forEach(this.accepting::receive);
		relay(this.accepting, this.opening, "WELCOME resumption");
		assertThat(this.opened.join().resumption()).contains(new Resumption(17, 41));
		assertThat(this.accepted.join().resumption()).contains(new Resumption(41, 17));
		assertThat(this.accepted.join().authenticated()).isTrue();
	}

	@Test
	void bothEndsSayInWhichZoneTheyAre() throws GeneralSecurityException {
		AgentIdentity opener = new AgentIdentity(OPENER.agentName(), OPENER.engineId(), OPENER.incarnation(), "zone-a");
		AgentIdentity acceptor = new AgentIdentity(ACCEPTOR.agentName(), ACCEPTOR.engineId(), ACCEPTOR.incarnation(),
				"zone-b");
		open(opener, acceptor, ConnectRequest.session(ADDRESS, "decode-1", TIMEOUT),
				accepting(new HandshakePolicy.Accept(SESSION, TOKEN)));
		relay(this.opening, this.accepting, "HELLO zone");
		relay(this.accepting, this.opening, "CHALLENGE zone");
		this.opening.sent().forEach(this.accepting::receive);
		this.accepting.sent().forEach(this.opening::receive);
		assertThat(this.opened.join().peer()).isEqualTo(acceptor);
		assertThat(this.accepted.join().peer()).isEqualTo(opener);
		assertThat(this.accepted.join().authenticated()).isTrue();
		ByteBuffer input = ByteBuffer.allocate(1024).put(DOCUMENT.bytes("input of the proof"));
		for (String zone : List.of("zone-a", "zone-b")) {
			input.putLong(zone.length()).put(zone.getBytes(StandardCharsets.US_ASCII));
		}
		assertThat(Challenge.read(10, header("CHALLENGE zone")).proof())
			.isEqualTo(hmac(Arrays.copyOf(input.array(), input.position())));
	}

	@Test
	void anOpenerIsRefused() {
		open(ConnectRequest.session(ADDRESS, "decode-1", TIMEOUT),
				new HandshakePolicy.Refuse(NixlError.NOT_READY, "Engine decode-1 is not ready for peers yet", true));
		this.opening.sent().forEach(this.accepting::receive);
		this.accepting.sent().forEach(this.opening::receive);
		this.opening.sent().forEach(this.accepting::receive);
		relay(this.accepting, this.opening, "REFUSED");
		WireException refusal = WireFixture.failure(this.opened);
		assertThat(refusal.error()).isEqualTo(NixlError.NOT_READY);
		assertThat(refusal.retry()).isTrue();
		assertThat(refusal).hasMessageEndingWith("Engine decode-1 is not ready for peers yet");
		assertThat(this.accepting.isOpen()).isFalse();
	}

	@Test
	void aHelloIsReadAsItWasMeant() {
		Hello expected = new Hello(1, 1, Set.of(), Set.of("compress", "trace"), ConnectionRole.SESSION, OPENER,
				"decode-1", counting(0, Hello.NONCE), 0, new byte[0], 0, true, WireLimits.MAX_BODY);
		assertThat(Hello.read(15, header("HELLO"))).usingRecursiveComparison().isEqualTo(expected);
	}

	@Test
	void aChallengeIsReadAsItWasMeant() throws GeneralSecurityException {
		Challenge expected = new Challenge(1, Set.of("trace"), ACCEPTOR, counting(0x20, Hello.NONCE), true,
				WireLimits.MAX_BODY, hmac(DOCUMENT.bytes("input of the proof")));
		assertThat(Challenge.read(9, header("CHALLENGE"))).usingRecursiveComparison().isEqualTo(expected);
	}

	/** The document's own words, not our code, say what the proofs are made of. */
	@Test
	void theProofsAreWhatTheDocumentSays() throws GeneralSecurityException {
		byte[] server = DOCUMENT.bytes("input of the proof");
		String label = "nixl4j server";
		assertThat(new String(server, Long.BYTES, label.length(), StandardCharsets.US_ASCII)).isEqualTo(label);
		byte[] client = server.clone();
		System.arraycopy("nixl4j client".getBytes(StandardCharsets.US_ASCII), 0, client, Long.BYTES, label.length());
		assertThat(HandshakeProof.read(1, header("PROOF"))).isEqualTo(hmac(client));
	}

	private static byte[] hmac(byte[] input) throws GeneralSecurityException {
		Mac mac = Mac.getInstance("HmacSHA256");
		mac.init(new SecretKeySpec(SECRET.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
		return mac.doFinal(input);
	}

	private void open(ConnectRequest request, HandshakePolicy.Decision decision) {
		open(request, accepting(decision));
	}

	private HandshakePolicy accepting(HandshakePolicy.Decision decision) {
		return new HandshakePolicy() {

			@Override
			public Decision decide(HandshakeRequest asked) {
				return decision;
			}

			@Override
			public void accepted(Connection connection) {
				HandshakeDocumentTests.this.accepted.complete(connection);
			}

		};
	}

	private void open(ConnectRequest request, HandshakePolicy policy) {
		open(OPENER, ACCEPTOR, request, policy);
	}

	private void open(AgentIdentity opener, AgentIdentity answering, ConnectRequest request, HandshakePolicy policy) {
		WireSettings ours = WireSettings.of(opener)
			.withSecret(SharedSecret.of(SECRET))
			.withFeatures(Set.of(), Set.of("compress", "trace"))
			.withChecksums(true);
		WireSettings theirs = WireSettings.of(answering)
			.withSecret(SharedSecret.of(SECRET))
			.withFeatures(Set.of(), Set.of("trace"));
		ChannelConnection acceptor = this.accepting.handshaking();
		acceptor.beginHandshake(new ServerHandshake(acceptor, theirs, policy,
				new AcceptedConnections(WireLimits.defaults()), new CountingRandom(0x20), () -> {
				}));
		new ClientHandshake(this.opening.handshaking(), ours, request, new CountingRandom(0), this.opened).begin();
	}

	/** What one end sent is in the document; the other end gets what is there. */
	private static void relay(EmbeddedConnection from, EmbeddedConnection to, String name) {
		List<byte[]> sent = from.sent();
		assertThat(sent).hasSize(1);
		assertThat(HexDump.ofFrame(sent.get(0))).as(name).isEqualTo(DOCUMENT.text(name));
		to.receive(DOCUMENT.bytes(name));
	}

	/** Stands behind the type. */
	private static MsgPackReader header(String name) {
		byte[] frame = DOCUMENT.bytes(name);
		MsgPackReader header = new MsgPackReader(
				Unpooled.wrappedBuffer(Arrays.copyOfRange(frame, FramePrefix.SIZE, frame.length)));
		header.map();
		header.key();
		header.unsigned();
		return header;
	}

	private static byte[] counting(int first, int length) {
		byte[] bytes = new byte[length];
		for (int i = 0; i < length; i++) {
			bytes[i] = (byte) (first + i);
		}
		return bytes;
	}

	/** Makes nonces that a reader knows again. */
	private static final class CountingRandom extends SecureRandom {

		private static final long serialVersionUID = 1L;

		private final int first;

		CountingRandom(int first) {
			this.first = first;
		}

		@Override
		public void nextBytes(byte[] bytes) {
			System.arraycopy(counting(this.first, bytes.length), 0, bytes, 0, bytes.length);
		}

	}

}
