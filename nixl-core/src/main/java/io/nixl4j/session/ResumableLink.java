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

package io.nixl4j.session;

import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.Executor;

import io.nixl4j.memory.NixlError;
import io.nixl4j.memory.NixlException;
import io.nixl4j.wire.Resumption;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A session's link that outlives its connections. Both ends count the messages, whose
 * number is their order; each keeps what the other has not acknowledged. When a
 * connection breaks, the next one begins with both counts, and what the other end lacks
 * is sent again: so every message is handed on exactly once and in order.
 * <p>
 * A connection is called a carrier here. Messages come from one carrier at a time: a new
 * one is read only when the one before is proved to be closed.
 */
final class ResumableLink implements SessionLink {

	private static final Logger logger = LoggerFactory.getLogger(ResumableLink.class);

	/**
	 * Notifications may fill two thirds of it; a peer that takes nothing of it is cut
	 * off.
	 */
	static final long MAX_KEPT_BYTES = 96L << 20;

	/** What a message without its payload costs while it waits for the socket. */
	private static final int MESSAGE_BYTES = 512;

	/** An acknowledgement at the latest behind so many messages, or so many bytes. */
	private static final int ACKNOWLEDGE_MESSAGES = 64;

	private static final long ACKNOWLEDGE_BYTES = 256 << 10;

	/** What ends a connection and not the session. */
	private static final Set<NixlError> CURABLE = EnumSet.of(NixlError.PEER_LOST, NixlError.CORRUPT,
			NixlError.TIMED_OUT);

	private final Optional<InetSocketAddress> address;

	private final Patience patience;

	private final Executor executor;

	/** How the opener reaches the peer again; the acceptor waits for it. */
	private final @Nullable Redial redial;

	/** Guarded by this: sent or to be sent, and not acknowledged. */
	private final Queue<SessionMessage> kept = new ArrayDeque<>();

	/** Guarded by this. */
	private long keptBytes;

	/** Guarded by this: how many messages the peer has. */
	private long acknowledged;

	/** Guarded by this: how many messages were handed on. */
	private long received;

	/** Guarded by this: received and not acknowledged. */
	private int unsaidMessages;

	/** Guarded by this. */
	private long unsaidBytes;

	/** Guarded by this: carries messages, {@code null} while the link is down. */
	private @Nullable Carrier carrier;

	/** Guarded by this: the one that is read, or whose end is not proved yet. */
	private @Nullable Carrier read;

	/** Guarded by this. */
	private @Nullable Receiver receiver;

	/** Guarded by this: too much is kept; nothing is sent behind what was left out. */
	private boolean overfull;

	/** Guarded by this. */
	private boolean ended;

	private volatile long heardNanos = System.nanoTime();

	/**
	 * Creates a link.
	 * @param first the session's first connection
	 * @param patience how long silence is borne
	 * @param executor hears of what must not be told at once
	 * @param redial dials when a connection broke, {@code null} at the acceptor
	 */
	ResumableLink(SessionLink first, Patience patience, Executor executor, @Nullable Redial redial) {
		this.address = first.address();
		this.patience = patience;
		this.executor = executor;
		this.redial = redial;
		this.carrier = new Carrier(first);
	}

	@Override
	public void start(Receiver given) {
		Carrier first;
		synchronized (this) {
			this.receiver = given;
			first = nextToRead();
		}
		read(first);
	}

	/** Under the lock: the carrier that may be read from now on, if that is new. */
	private @Nullable Carrier nextToRead() {
		if (this.read != null || this.carrier == null || this.receiver == null) {
			return null;
		}
		this.read = this.carrier;
		return this.carrier;
	}

	/** Without the lock, since a connection may deliver at once. */
	private static void read(@Nullable Carrier next) {
		if (next != null) {
			next.link.start(next);
		}
	}

	@Override
	public void send(SessionMessage message) {
		synchronized (this) {
			if (this.ended || this.overfull) {
				return;
			}
			this.kept.add(message);
			this.keptBytes += bytes(message);
			Carrier current = this.carrier;
			if (this.keptBytes <= MAX_KEPT_BYTES) {
				if (current != null) {
					current.link.send(message);
				}
				return;
			}
			this.overfull = true;
		}
		// Not here: the caller may hold locks of the session.
		this.executor.execute(() -> fail(NixlError.PEER_LOST
			.exception("more than " + (MAX_KEPT_BYTES >> 20) + " MiB of messages are not acknowledged")));
	}

	private static long bytes(SessionMessage message) {
		if (message instanceof SessionMessage.Notify notify) {
			return MESSAGE_BYTES + notify.payload().length;
		}
		return (message instanceof SessionMessage.Grant grant) ? MESSAGE_BYTES + 3L * grant.name().length()
				: MESSAGE_BYTES;
	}

	@Override
	public void close() {
		end();
	}

	private boolean end() {
		Carrier last;
		synchronized (this) {
			if (this.ended) {
				return false;
			}
			this.ended = true;
			last = this.carrier;
			this.kept.clear();
		}
		if (last != null) {
			last.link.close();
		}
		return true;
	}

	/**
	 * Ends the link for good, and the session with it.
	 * @param cause why
	 */
	void fail(NixlException cause) {
		Receiver told;
		synchronized (this) {
			told = this.receiver;
		}
		if (end() && told != null) {
			told.lost(cause);
		}
	}

	@Override
	public Optional<InetSocketAddress> address() {
		return this.address;
	}

	@Override
	public synchronized boolean isUp() {
		return this.carrier != null;
	}

	synchronized boolean isEnded() {
		return this.ended;
	}

	/**
	 * Takes nothing more from the connection that there is, because another one is to
	 * take its place.
	 * @return how many messages were received, which does not change until the next
	 * connection is {@link #resume attached}
	 */
	long suspend() {
		Carrier old;
		long count;
		synchronized (this) {
			old = this.carrier;
			this.carrier = null;
			count = this.received;
		}
		if (old != null) {
			old.link.close();
		}
		return count;
	}

	/**
	 * Goes on over another connection.
	 * @param next the connection
	 * @param counts what both ends said when it began
	 * @return {@code false} if it is not needed, and to be closed by the caller
	 */
	boolean resume(SessionLink next, Resumption counts) {
		Carrier first;
		synchronized (this) {
			// Otherwise one more connection came meanwhile, and is the newer one.
			if (this.ended || this.carrier != null || counts.received() != this.received) {
				return false;
			}
			if (acknowledge(counts.peerReceived())) {
				this.carrier = new Carrier(next);
				this.kept.forEach(next::send);
				this.unsaidMessages = 0;
				this.unsaidBytes = 0;
				this.heardNanos = System.nanoTime();
			}
			else {
				this.executor.execute(() -> fail(wrongCount()));
				return false;
			}
			first = nextToRead();
		}
		logger.debug("A session goes on: {} messages received here, {} there", counts.received(),
				counts.peerReceived());
		read(first);
		return true;
	}

	private static NixlException wrongCount() {
		return NixlError.PROTOCOL
			.exception("the peer acknowledged messages that were never sent, or fewer than before");
	}

	/** Under the lock: whether the count can be. */
	private boolean acknowledge(long upTo) {
		if (upTo < this.acknowledged || upTo - this.acknowledged > this.kept.size()) {
			return false;
		}
		for (; this.acknowledged < upTo; this.acknowledged++) {
			this.keptBytes -= bytes(this.kept.remove());
		}
		return true;
	}

	private void received(Carrier from, SessionMessage message) {
		this.heardNanos = System.nanoTime();
		Receiver told;
		synchronized (this) {
			if (from != this.carrier || this.ended) {
				// The peer sends it again over the next connection.
				return;
			}
			told = this.receiver;
			if (message instanceof SessionMessage.Ping ping) {
				if (acknowledge(ping.received())) {
					sayReceived(from);
					return;
				}
			}
			else if (message instanceof SessionMessage.Pong pong) {
				if (acknowledge(pong.received())) {
					return;
				}
			}
			else {
				count(from, message);
			}
		}
		if (message instanceof SessionMessage.Ping || message instanceof SessionMessage.Pong) {
			fail(wrongCount());
		}
		else if (told != null) {
			told.received(message);
		}
	}

	/** Under the lock. */
	private void count(Carrier from, SessionMessage message) {
		this.received++;
		this.unsaidMessages++;
		this.unsaidBytes += bytes(message);
		if (this.unsaidMessages >= ACKNOWLEDGE_MESSAGES || this.unsaidBytes >= ACKNOWLEDGE_BYTES) {
			sayReceived(from);
		}
	}

	/** Under the lock. */
	private void sayReceived(Carrier to) {
		this.unsaidMessages = 0;
		this.unsaidBytes = 0;
		to.link.send(new SessionMessage.Pong(this.received));
	}

	private void lost(Carrier old, @Nullable NixlException cause) {
		boolean broke;
		Carrier next;
		synchronized (this) {
			if (this.read == old) {
				this.read = null;
			}
			broke = this.carrier == old && !this.ended;
			if (broke) {
				this.carrier = null;
			}
			next = this.ended ? null : nextToRead();
		}
		read(next);
		if (!broke) {
			return;
		}
		if (cause != null && !CURABLE.contains(cause.error())) {
			fail(cause);
			return;
		}
		logger.debug("A session's connection broke: {}", (cause != null) ? cause.getMessage() : "it was silent");
		Redial dialer = this.redial;
		if (dialer != null) {
			dialer.dial(this);
		}
	}

	/**
	 * Looks whether the peer is heard. Called again and again.
	 * @param now the time
	 */
	void beat(long now) {
		long silent = now - this.heardNanos;
		Carrier current;
		synchronized (this) {
			if (this.ended || this.receiver == null) {
				return;
			}
			current = this.carrier;
			if (silent < this.patience.lostNanos() && current != null && silent >= this.patience.pingNanos()) {
				if (silent < this.patience.silentNanos()) {
					current.link.send(new SessionMessage.Ping(this.received));
				}
				else {
					current.link.close();
				}
			}
		}
		if (silent >= this.patience.lostNanos()) {
			fail(NixlError.PEER_LOST.exception("nothing was heard of it for " + silent / 1_000_000 + " ms"));
		}
	}

	/**
	 * This end could not listen for a while, so the peer was not silent.
	 * @param nanos for how long
	 */
	synchronized void forgive(long nanos) {
		this.heardNanos += nanos;
	}

	/**
	 * Dials the peer of a link whose connection broke.
	 */
	@FunctionalInterface
	interface Redial {

		/**
		 * Dials until the link goes on or has ended. Returns at once.
		 * @param link the link
		 */
		void dial(ResumableLink link);

	}

	/**
	 * One connection of the link.
	 */
	private final class Carrier implements Receiver {

		private final SessionLink link;

		Carrier(SessionLink link) {
			this.link = link;
		}

		@Override
		public void received(SessionMessage message) {
			ResumableLink.this.received(this, message);
		}

		@Override
		public void lost(@Nullable NixlException cause) {
			ResumableLink.this.lost(this, cause);
		}

	}

}
