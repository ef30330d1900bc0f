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

package io.nixl4j.serving;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

import io.nixl4j.NixlAgent;
import io.nixl4j.NixlPeer;
import io.nixl4j.Notification;
import io.nixl4j.memory.NixlBusyException;
import io.nixl4j.memory.NixlError;
import io.nixl4j.memory.NixlException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends and receives serving messages by the notifications of an agent, and says when a
 * peer is lost. Used on its loop only. Messages to one engine keep their order.
 */
final class Mail {

	private static final Logger logger = LoggerFactory.getLogger(Mail.class);

	/** How many messages may wait for the loop: beyond it the senders are slowed down. */
	private static final int RECEIVED = 256;

	/** How many messages may wait for room in one session. */
	private static final int WAITING = 16 * 1_024;

	private static final Duration AGAIN = Duration.ofMillis(10);

	private final Semaphore room = new Semaphore(RECEIVED);

	/** What waits for a connection. */
	private final Map<String, Queue<Letter>> unsent = new HashMap<>();

	/**
	 * One object a session, so that what began on one session is not mixed with the next.
	 */
	private final Map<String, NixlPeer> peers = new HashMap<>();

	/** What waits for room in a session. */
	private final Map<NixlPeer, Queue<Letter>> full = new HashMap<>();

	private final NixlAgent agent;

	private final Loop loop;

	private final BiConsumer<String, ServingMessage> receiver;

	private final Consumer<NixlPeer> lost;

	/**
	 * Creates a mailbox and begins to receive.
	 * @param agent whose notifications these are
	 * @param loop where everything is heard
	 * @param receiver gets the sender's engine and the message
	 * @param lost gets a peer that can touch nothing of this agent any more
	 */
	Mail(NixlAgent agent, Loop loop, BiConsumer<String, ServingMessage> receiver, Consumer<NixlPeer> lost) {
		this.agent = agent;
		this.loop = loop;
		this.receiver = receiver;
		this.lost = lost;
	}

	void open() {
		this.agent.onNotification(this::received);
	}

	void close() {
		this.agent.onNotification(null);
	}

	private void received(Notification notification) {
		ServingMessage message;
		try {
			message = ServingCodec.decode(notification.payload());
		}
		catch (NixlException ex) {
			logger.warn("Ignoring a notification of engine {}: {}", notification.engineId(), ex.getMessage());
			return;
		}
		this.room.acquireUninterruptibly();
		boolean taken = this.loop.run(() -> {
			this.room.release();
			peer(notification.engineId());
			this.receiver.accept(notification.engineId(), message);
		});
		if (!taken) {
			this.room.release();
		}
	}

	/**
	 * Returns an engine that is connected, and says from now on when it is lost.
	 * @param engineId the engine
	 * @return the peer, the same one as long as the session lasts; or empty
	 */
	Optional<NixlPeer> peer(String engineId) {
		NixlPeer known = this.peers.get(engineId);
		if (known != null && known.isConnected()) {
			return Optional.of(known);
		}
		return this.agent.peer(engineId).filter(NixlPeer::isConnected).map(this::known);
	}

	private NixlPeer known(NixlPeer peer) {
		NixlPeer before = this.peers.get(peer.engineId());
		if (before != null && before.isConnected()) {
			return before;
		}
		this.peers.put(peer.engineId(), peer);
		this.loop.whenDone(peer.drained(), (nothing, failure) -> {
			this.peers.remove(peer.engineId(), peer);
			this.lost.accept(peer);
		});
		return peer;
	}

	/**
	 * Connects to an engine unless it is connected.
	 * @param engineId the engine
	 * @param then gets the peer, on the loop
	 * @param failed gets why there is none, on the loop
	 */
	void connect(String engineId, Consumer<NixlPeer> then, Consumer<NixlException> failed) {
		Optional<NixlPeer> connected = peer(engineId);
		if (connected.isPresent()) {
			then.accept(connected.get());
			return;
		}
		CompletableFuture<NixlPeer> connecting;
		try {
			connecting = this.agent.connectAsync(engineId);
		}
		catch (NixlException ex) {
			failed.accept(ex);
			return;
		}
		catch (IllegalStateException ex) {
			failed.accept(NixlError.CLOSED.exception("The agent is stopped", engineId, "connect", ex));
			return;
		}
		this.loop.whenDone(connecting, (peer, failure) -> {
			if (peer != null) {
				then.accept(known(peer));
			}
			else {
				failed.accept(Loop.typed((failure != null) ? failure : new IllegalStateException("no peer")));
			}
		});
	}

	/**
	 * Sends a message over the session of a peer, and over no other.
	 * @param peer who gets it
	 * @param message the message
	 * @param failed gets why it was not delivered, or may not have been, on the loop
	 */
	void sendTo(NixlPeer peer, ServingMessage message, Consumer<NixlException> failed) {
		post(peer, new Letter(message, ServingCodec.encode(message), failed));
	}

	/**
	 * Sends a message, connecting to the engine if need be.
	 * @param engineId who gets it
	 * @param message the message
	 * @param failed gets why it was not delivered, or may not have been, on the loop
	 */
	void send(String engineId, ServingMessage message, Consumer<NixlException> failed) {
		Letter letter;
		try {
			letter = new Letter(message, ServingCodec.encode(message), failed);
		}
		catch (NixlException ex) {
			failed.accept(ex);
			return;
		}
		Queue<Letter> waiting = this.unsent.get(engineId);
		if (waiting != null) {
			waiting.add(letter);
			return;
		}
		Optional<NixlPeer> known = peer(engineId);
		if (known.isPresent()) {
			post(known.get(), letter);
			return;
		}
		Queue<Letter> letters = new ArrayDeque<>();
		letters.add(letter);
		this.unsent.put(engineId, letters);
		connect(engineId, (peer) -> {
			this.unsent.remove(engineId);
			letters.forEach((each) -> post(peer, each));
		}, (failure) -> {
			this.unsent.remove(engineId);
			letters.forEach((each) -> fail(engineId, each, failure));
		});
	}

	/**
	 * Sends a message to somebody who may be gone, which is then logged only.
	 * @param engineId who gets it
	 * @param message the message
	 */
	void tell(String engineId, ServingMessage message) {
		send(engineId, message, (failure) -> {
		});
	}

	private void post(NixlPeer peer, Letter letter) {
		Queue<Letter> waiting = this.full.get(peer);
		if (waiting == null) {
			if (!posted(peer, letter)) {
				Queue<Letter> first = new ArrayDeque<>(List.of(letter));
				this.full.put(peer, first);
				this.loop.later(AGAIN, () -> postAgain(peer, first));
			}
		}
		else if (waiting.size() < WAITING) {
			waiting.add(letter);
		}
		else {
			fail(peer.engineId(), letter,
					NixlError.BUSY.exception("Too many messages wait for engine " + peer.engineId(), peer.engineId(),
							letter.message().type(), null));
		}
	}

	private void postAgain(NixlPeer peer, Queue<Letter> waiting) {
		while (!waiting.isEmpty() && posted(peer, waiting.element())) {
			waiting.remove();
		}
		if (waiting.isEmpty()) {
			this.full.remove(peer);
		}
		else {
			this.loop.later(AGAIN, () -> postAgain(peer, waiting));
		}
	}

	/** Returns false if the peer has so much to read that there is no room now. */
	private boolean posted(NixlPeer peer, Letter letter) {
		try {
			this.loop.whenDone(peer.notify(letter.payload()), (nothing, failure) -> {
				if (failure != null) {
					fail(peer.engineId(), letter, failure);
				}
			});
		}
		catch (NixlBusyException ex) {
			return false;
		}
		catch (NixlException ex) {
			fail(peer.engineId(), letter, ex);
		}
		return true;
	}

	private static void fail(String engineId, Letter letter, NixlException failure) {
		logger.debug("'{}' of request '{}' was not delivered to engine {}: {}", letter.message().type(),
				letter.message().id(), engineId, failure.getMessage());
		letter.failed().accept(failure);
	}

	/**
	 * A message on its way.
	 *
	 * @param message the message
	 * @param payload its bytes
	 * @param failed gets why it was not delivered
	 */
	private record Letter(ServingMessage message, byte[] payload, Consumer<NixlException> failed) {
	}

}
