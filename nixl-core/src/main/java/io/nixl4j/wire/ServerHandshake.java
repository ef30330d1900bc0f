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

import java.security.SecureRandom;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;

import io.nixl4j.memory.NixlError;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The acceptor's half of a handshake: HELLO, CHALLENGE, PROOF, WELCOME.
 */
final class ServerHandshake implements FrameHandler {

	private static final Logger logger = LoggerFactory.getLogger(ServerHandshake.class);

	private final ChannelConnection connection;

	private final WireSettings settings;

	private final HandshakePolicy policy;

	private final AcceptedConnections connections;

	private final SecureRandom random;

	private final Runnable over;

	private @Nullable Hello hello;

	private @Nullable Challenge challenge;

	/** Whether the peer's certificate says who it is. */
	private boolean certified;

	/**
	 * Creates a handshake.
	 * @param connection the connection that it runs on
	 * @param settings what this agent brings to it
	 * @param policy decides whom to let in
	 * @param connections counts those that are through
	 * @param random makes the nonce
	 * @param over run once, when the handshake has ended in whatever way
	 */
	ServerHandshake(ChannelConnection connection, WireSettings settings, HandshakePolicy policy,
			AcceptedConnections connections, SecureRandom random, Runnable over) {
		this.connection = connection;
		this.settings = settings;
		this.policy = policy;
		this.connections = connections;
		this.random = random;
		this.over = over;
	}

	@Override
	public @Nullable BodySink frame(int type, int entries, MsgPackReader header, int bodyLength) {
		if (type == FrameType.HELLO && this.hello == null) {
			greet(Hello.read(entries, header));
		}
		else if (type == FrameType.PROOF && this.challenge != null) {
			prove(HandshakeProof.read(entries, header));
		}
		else {
			throw WireException.protocol("frame type " + type + " has no place at this point of a handshake");
		}
		return null;
	}

	private void greet(Hello received) {
		this.hello = received;
		AgentIdentity self = this.settings.self();
		if (received.minVersion() > Hello.VERSION || received.maxVersion() < Hello.VERSION) {
			throw new WireException(NixlError.UNSUPPORTED, "this end speaks version " + Hello.VERSION
					+ " of the protocol only; use the same release of nixl4j at both ends");
		}
		if (!received.expectedEngineId().isEmpty() && !received.expectedEngineId().equals(self.engineId())) {
			throw new WireException(NixlError.UNKNOWN_PEER,
					"another engine listens here; check the address of the engine that you expect");
		}
		boolean secured = this.settings.secret() != null;
		this.certified = PeerIdentity.certified(this.settings, this.connection, received.self().engineId());
		if (!secured && !this.certified && !this.connection.remoteAddress().getAddress().isLoopbackAddress()) {
			throw new WireException(NixlError.REFUSED, "without a secret or a certificate of the opener this end"
					+ " accepts loopback peers only; set tcp.secret or tcp.ssl at both ends");
		}
		byte[] nonce = new byte[Hello.NONCE];
		this.random.nextBytes(nonce);
		Challenge unproved = new Challenge(Hello.VERSION, negotiate(received), self, nonce, secured,
				this.settings.limits().maxBody(), new byte[0]);
		Challenge proved = new Challenge(unproved.version(), unproved.features(), self, nonce, secured,
				unproved.maxBody(), HandshakeProof.ofAcceptor(this.settings.secret(), received, unproved));
		this.challenge = proved;
		proved.write(this.connection.writer());
	}

	private Set<String> negotiate(Hello received) {
		Set<String> ours = new HashSet<>(this.settings.offered());
		ours.addAll(this.settings.required());
		Set<String> theirs = new HashSet<>(received.offered());
		theirs.addAll(received.required());
		requireAll(received.required(), ours, "this end does not know");
		requireAll(this.settings.required(), theirs, "this end requires");
		ours.retainAll(theirs);
		return Set.copyOf(ours);
	}

	private static void requireAll(Set<String> required, Set<String> known, String what) {
		for (String feature : required) {
			if (!known.contains(feature)) {
				throw new WireException(NixlError.UNSUPPORTED, what + " the feature '" + feature + "'");
			}
		}
	}

	private void prove(byte[] proof) {
		Hello asked = Objects.requireNonNull(this.hello);
		Challenge sent = Objects.requireNonNull(this.challenge);
		this.challenge = null;
		boolean secured = this.settings.secret() != null;
		if (secured && !HandshakeProof.matches(HandshakeProof.ofOpener(this.settings.secret(), asked, sent), proof)) {
			throw new WireException(NixlError.REFUSED,
					"the proof of the secret is wrong; tcp.secret must be the same at both ends");
		}
		boolean authenticated = secured || this.certified;
		this.connections.establish(this.connection);
		HandshakePolicy.Decision decision = this.policy
			.decide(new HandshakeRequest(asked.role(), asked.self(), authenticated, sent.features(), asked.sessionId(),
					asked.token(), asked.lane(), this.connection.remoteAddress(), asked.received()));
		if (decision instanceof HandshakePolicy.Refuse refuse) {
			throw new WireException(refuse.error(), refuse.message(), refuse.retry(), null);
		}
		if (decision instanceof HandshakePolicy.Accept accept) {
			accept(asked, sent, authenticated, accept);
		}
	}

	private void accept(Hello asked, Challenge sent, boolean authenticated, HandshakePolicy.Accept accept) {
		boolean checksums = asked.checksums() || this.settings.checksums();
		logger.debug("accepted a {} of {}", asked.role().wireName(), asked.self());
		try {
			new Welcome(accept.sessionId(), accept.token(), checksums, accept.received())
				.write(this.connection.writer());
		}
		finally {
			this.connection.finishHandshake(new HandshakeResult(asked.role(), asked.self(), accept.sessionId(),
					accept.token().clone(), authenticated, sent.features(), asked.lane(), checksums,
					Math.min(asked.maxBody(), sent.maxBody()),
					(accept.received() != Hello.NEW) ? new Resumption(accept.received(), asked.received()) : null));
			this.over.run();
			this.policy.accepted(this.connection);
		}
	}

	@Override
	public void closed(@Nullable WireException cause) {
		this.over.run();
	}

}
