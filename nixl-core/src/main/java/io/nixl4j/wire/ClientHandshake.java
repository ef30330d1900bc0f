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
import java.util.Set;
import java.util.concurrent.CompletableFuture;

import io.nixl4j.memory.NixlError;
import org.jspecify.annotations.Nullable;

/**
 * The opener's half of a handshake.
 */
final class ClientHandshake implements FrameHandler {

	private final ChannelConnection connection;

	private final WireSettings settings;

	private final Hello hello;

	private final CompletableFuture<Connection> opened;

	private @Nullable Challenge challenge;

	/** Whether the peer's certificate says who it is. */
	private boolean certified;

	/**
	 * Creates a handshake.
	 * @param connection the connection that it runs on
	 * @param settings what this agent brings to it
	 * @param request what is asked for
	 * @param random makes the nonce
	 * @param opened completed when the handshake has ended in whatever way
	 */
	ClientHandshake(ChannelConnection connection, WireSettings settings, ConnectRequest request, SecureRandom random,
			CompletableFuture<Connection> opened) {
		this.connection = connection;
		this.settings = settings;
		this.opened = opened;
		byte[] nonce = new byte[Hello.NONCE];
		random.nextBytes(nonce);
		this.hello = new Hello(Hello.VERSION, Hello.VERSION, settings.required(), settings.offered(), request.role(),
				settings.self(), request.expectedEngineId(), nonce, request.sessionId(), request.token(),
				request.lane(), settings.checksums(), settings.limits().maxBody(), request.received());
	}

	void begin() {
		this.connection.beginHandshake(this);
		this.hello.write(this.connection.writer());
	}

	@Override
	public @Nullable BodySink frame(int type, int entries, MsgPackReader header, int bodyLength) {
		if (type == FrameType.CHALLENGE && this.challenge == null) {
			answer(Challenge.read(entries, header));
		}
		else if (type == FrameType.WELCOME && this.challenge != null) {
			finish(this.challenge, Welcome.read(entries, header));
		}
		else {
			throw WireException.protocol("frame type " + type + " has no place at this point of a handshake");
		}
		return null;
	}

	private void answer(Challenge received) {
		if (received.version() != Hello.VERSION || !known().containsAll(received.features())
				|| !received.features().containsAll(this.settings.required())) {
			throw WireException.protocol("the peer chose a version or features that were not offered");
		}
		String expected = this.hello.expectedEngineId();
		if (!expected.isEmpty() && !expected.equals(received.self().engineId())) {
			throw new WireException(NixlError.UNKNOWN_PEER, "engine '" + received.self().engineId()
					+ "' answers where '" + expected + "' was expected; check its address");
		}
		SharedSecret secret = this.settings.secret();
		if (received.authenticated() != (secret != null)) {
			throw new WireException(NixlError.REFUSED,
					((secret != null) ? "the peer has no secret"
							: "the peer asks for" + " the secret, and this agent has none")
							+ "; set tcp.secret at both ends");
		}
		if (secret != null
				&& !HandshakeProof.matches(HandshakeProof.ofAcceptor(secret, this.hello, received), received.proof())) {
			throw new WireException(NixlError.REFUSED,
					"the peer's proof of the secret is wrong; tcp.secret must be the same at both ends");
		}
		this.certified = PeerIdentity.certified(this.settings, this.connection, received.self().engineId());
		this.challenge = received;
		HandshakeProof.write(this.connection.writer(), HandshakeProof.ofOpener(secret, this.hello, received));
	}

	private Set<String> known() {
		Set<String> known = new HashSet<>(this.settings.offered());
		known.addAll(this.settings.required());
		return known;
	}

	private void finish(Challenge answered, Welcome welcome) {
		int tokenLength = (this.hello.role() == ConnectionRole.SESSION) ? Hello.TOKEN : 0;
		if (welcome.token().length != tokenLength) {
			throw WireException.protocol("a handshake has a wrong token");
		}
		Resumption resumption = null;
		if (this.hello.received() != Hello.NEW) {
			if (welcome.received() == Hello.NEW || welcome.sessionId() != this.hello.sessionId()) {
				throw WireException.protocol("another session was accepted than the one that is to go on");
			}
			resumption = new Resumption(this.hello.received(), welcome.received());
		}
		this.connection.finishHandshake(new HandshakeResult(this.hello.role(), answered.self(), welcome.sessionId(),
				welcome.token(), answered.authenticated() || this.certified, answered.features(), this.hello.lane(),
				welcome.checksums(), Math.min(this.hello.maxBody(), answered.maxBody()), resumption));
		if (!this.opened.complete(this.connection)) {
			this.connection.close(null);
		}
	}

	@Override
	public void closed(@Nullable WireException cause) {
		WireException reason = (cause != null) ? cause : new WireException(NixlError.CLOSED, "closed in mid-handshake");
		Challenge answered = this.challenge;
		this.opened.completeExceptionally((answered != null) ? reason.of(answered.self()) : reason);
	}

}
