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
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

import io.nixl4j.memory.Incarnation;

/**
 * What a fuzzer calls with any frames as one end of a handshake. The other end lets
 * nobody in who does not know its secret, whatever is said.
 */
public final class HandshakeFuzzTarget {

	private static final int OPENER = 1;

	private static final int SECURED = 2;

	private static final AgentIdentity SELF = new AgentIdentity("agent", "engine", new Incarnation(1, 2));

	private static final AgentIdentity OTHER = new AgentIdentity("other", "other-engine", new Incarnation(3, 4));

	private static final SharedSecret SECRET = SharedSecret.of("a secret that no fuzzer finds");

	private static final InetSocketAddress ADDRESS = new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);

	private HandshakeFuzzTarget() {
	}

	/**
	 * Runs one input.
	 * @param data flags, and frames as in {@link FuzzFrames}
	 */
	public static void fuzzerTestOneInput(byte[] data) {
		if (data.length == 0) {
			return;
		}
		boolean opener = (data[0] & OPENER) != 0;
		boolean secured = (data[0] & SECURED) != 0;
		EmbeddedConnection embedded = new EmbeddedConnection(WireLimits.defaults(), opener);
		CompletableFuture<Connection> done = opener ? opening(embedded, secured) : accepting(embedded, secured);
		for (FuzzFrames.Frame frame : FuzzFrames.frames(data, 1)) {
			if (!embedded.isOpen() || done.isDone()) {
				break;
			}
			embedded.receive(frame.bytes());
		}
		if (secured && done.isDone() && !done.isCompletedExceptionally()) {
			throw new IllegalStateException("somebody without the secret was let in");
		}
		embedded.handshaking().close(null);
		embedded.sent();
	}

	private static WireSettings settings(AgentIdentity self, boolean secured) {
		WireSettings settings = WireSettings.of(self).withFeatures(Set.of(), Set.of("may"));
		return secured ? settings.withSecret(SECRET) : settings;
	}

	private static CompletableFuture<Connection> opening(EmbeddedConnection embedded, boolean secured) {
		CompletableFuture<Connection> opened = new CompletableFuture<>();
		new ClientHandshake(embedded.handshaking(), settings(SELF, secured),
				ConnectRequest.session(ADDRESS, "", Duration.ofSeconds(5)), new Constant(), opened)
			.begin();
		return opened;
	}

	private static CompletableFuture<Connection> accepting(EmbeddedConnection embedded, boolean secured) {
		CompletableFuture<Connection> accepted = new CompletableFuture<>();
		HandshakePolicy policy = new HandshakePolicy() {

			@Override
			public Decision decide(HandshakeRequest request) {
				return new Accept(7, (request.role() == ConnectionRole.SESSION) ? new byte[Hello.TOKEN] : new byte[0]);
			}

			@Override
			public void accepted(Connection connection) {
				accepted.complete(connection);
			}

		};
		ChannelConnection connection = embedded.handshaking();
		connection.beginHandshake(new ServerHandshake(connection, settings(SELF, secured), policy,
				new AcceptedConnections(WireLimits.defaults()), new Constant(), () -> {
				}));
		return accepted;
	}

	/**
	 * Whole handshakes, to begin from.
	 * @return the inputs
	 */
	public static List<byte[]> seeds() {
		List<byte[]> seeds = new ArrayList<>();
		for (int flags = 0; flags <= (OPENER | SECURED); flags++) {
			seeds.add(FuzzFrames.input(flags, spoken((flags & OPENER) != 0, (flags & SECURED) != 0)));
		}
		return seeds;
	}

	/**
	 * What one end says to the other, without the proofs: a fuzzer must not know them.
	 */
	private static List<byte[]> spoken(boolean byAcceptor, boolean secured) {
		EmbeddedConnection opening = new EmbeddedConnection(WireLimits.defaults(), true);
		EmbeddedConnection accepting = new EmbeddedConnection(WireLimits.defaults(), false);
		accepting(accepting, secured);
		opening(opening, secured);
		List<byte[]> spoken = new ArrayList<>();
		for (int i = 0; i < 2; i++) {
			for (byte[] frame : opening.sent()) {
				accepting.receive(frame);
				if (!byAcceptor) {
					spoken.add(frame);
				}
			}
			for (byte[] frame : accepting.sent()) {
				opening.receive(frame);
				if (byAcceptor) {
					spoken.add(frame);
				}
			}
		}
		if (secured) {
			spoken.forEach(HandshakeFuzzTarget::unprove);
		}
		return spoken;
	}

	/** A proof is the last value of its frame. */
	private static void unprove(byte[] frame) {
		int type = TestFrames.type(frame);
		if (type == FrameType.CHALLENGE || type == FrameType.PROOF) {
			Arrays.fill(frame, frame.length - Hello.NONCE, frame.length, (byte) 0);
		}
	}

	/** The same nonces each time, so that an input always does the same. */
	private static final class Constant extends SecureRandom {

		private static final long serialVersionUID = 1L;

		@Override
		public void nextBytes(byte[] bytes) {
			for (int i = 0; i < bytes.length; i++) {
				bytes[i] = (byte) i;
			}
		}

	}

}
