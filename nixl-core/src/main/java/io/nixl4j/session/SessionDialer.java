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
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import io.nixl4j.memory.NixlError;
import io.nixl4j.memory.NixlException;
import io.nixl4j.wire.AgentIdentity;
import io.nixl4j.wire.ConnectRequest;
import io.nixl4j.wire.Connection;
import io.nixl4j.wire.TcpClient;
import io.nixl4j.wire.WireException;
import org.jspecify.annotations.Nullable;

/**
 * Opens sessions over TCP. While a peer is not ready, or nothing listens at its address,
 * it tries again until the connect time-out.
 */
public final class SessionDialer {

	private static final long FIRST_PAUSE_MILLIS = 10;

	private static final long LONGEST_PAUSE_MILLIS = 200;

	private final Sessions sessions;

	private final LinkKeeper links;

	private final TcpClient client;

	private final ScheduledExecutorService timer;

	private final Duration timeout;

	/**
	 * Creates a dialer.
	 * @param sessions where sessions are kept
	 * @param links makes their links
	 * @param client opens connections
	 * @param timer times the pauses
	 * @param timeout how long to try
	 */
	public SessionDialer(Sessions sessions, LinkKeeper links, TcpClient client, ScheduledExecutorService timer,
			Duration timeout) {
		this.sessions = sessions;
		this.links = links;
		this.client = client;
		this.timer = timer;
		this.timeout = timeout;
	}

	/**
	 * Opens a session.
	 * @param address where the peer listens, resolved
	 * @param engineId the engine that must answer, empty if any may
	 * @return completes when the session can be used, on any thread
	 */
	public CompletableFuture<Session> dial(InetSocketAddress address, String engineId) {
		return dial(address, () -> CompletableFuture.completedFuture(address), engineId);
	}

	/**
	 * Opens a session with a peer that may come to listen elsewhere meanwhile.
	 * @param address where it listens now, resolved
	 * @param later asked before each further try where it listens then; must not block,
	 * and its failure ends the dial
	 * @param engineId the engine that must answer, empty if any may
	 * @return completes when the session can be used, on any thread
	 */
	public CompletableFuture<Session> dial(InetSocketAddress address,
			Supplier<? extends CompletionStage<InetSocketAddress>> later, String engineId) {
		Attempt attempt = new Attempt(address, later, engineId, System.nanoTime() + this.timeout.toNanos());
		boolean noted = !engineId.isEmpty() && this.sessions.dialing(engineId);
		attempt.run();
		return attempt.result.whenComplete((session, failure) -> {
			if (noted) {
				this.sessions.dialed(engineId);
			}
		});
	}

	/**
	 * One dial with its repetitions.
	 */
	private final class Attempt {

		private final CompletableFuture<Session> result = new CompletableFuture<>();

		private final Supplier<? extends CompletionStage<InetSocketAddress>> later;

		private volatile InetSocketAddress address;

		private final String engineId;

		private final long deadline;

		private long pauseMillis = FIRST_PAUSE_MILLIS;

		Attempt(InetSocketAddress address, Supplier<? extends CompletionStage<InetSocketAddress>> later,
				String engineId, long deadline) {
			this.address = address;
			this.later = later;
			this.engineId = engineId;
			this.deadline = deadline;
		}

		void run() {
			Optional<Session> existing = this.engineId.isEmpty() ? SessionDialer.this.sessions.find(this.address)
					: SessionDialer.this.sessions.find(this.engineId);
			if (existing.isPresent()) {
				// The peer dialled us meanwhile, or somebody here did before.
				finish(existing.get());
				return;
			}
			Duration left = Duration.ofNanos(Math.max(1_000_000, this.deadline - System.nanoTime()));
			SessionDialer.this.client.connect(ConnectRequest.session(this.address, this.engineId, left))
				.whenComplete((connection, failure) -> {
					if (failure == null) {
						begin(connection);
					}
					else {
						failed(WireException.unwrapped(failure));
					}
				});
		}

		private void begin(Connection connection) {
			AgentIdentity peer = connection.peer();
			if (SessionDialer.this.sessions.isOutdated(peer.engineId(), peer.incarnation())) {
				String why = "Another incarnation of engine " + peer.engineId() + " has replaced the one that answers";
				connection.close(new WireException(NixlError.STALE, why));
				again(NixlError.STALE.exception(why + " at " + connection.remoteAddress() + "; end its process",
						peer.engineId(), "connect", null));
				return;
			}
			Session session = SessionDialer.this.sessions.begin(peer,
					SessionKey.of(connection.sessionId(), connection.token()), true, connection.authenticated(),
					SessionDialer.this.links.opened(connection, SessionDialer.this.client));
			if (session != null) {
				finish(session);
				return;
			}
			Optional<Session> existing = SessionDialer.this.sessions.find(peer.engineId());
			if (existing.isPresent()) {
				finish(existing.get());
			}
			else {
				again(NixlError.NOT_READY.exception("A former session is still being closed", peer.engineId(),
						"connect", null));
			}
		}

		private void finish(Session session) {
			session.ready().whenComplete((nothing, failure) -> {
				if (failure == null) {
					this.result.complete(session);
				}
				else if (failure instanceof NixlException cause && cause.error() == NixlError.PEER_LOST) {
					// Of two dials that crossed the peer let the other one go on.
					again(cause);
				}
				else {
					this.result.completeExceptionally(WireException.unwrapped(failure));
				}
			});
			long left = Math.max(1, this.deadline - System.nanoTime());
			try {
				SessionDialer.this.timer.schedule(() -> {
					if (this.result.completeExceptionally(timedOut(null))) {
						session.end(timedOut(null));
					}
				}, left, TimeUnit.NANOSECONDS);
			}
			catch (RejectedExecutionException ex) {
				this.result.completeExceptionally(timedOut(ex));
			}
		}

		private void failed(Throwable failure) {
			if (failure instanceof WireException wire) {
				Optional<Session> existing = existing(wire);
				if (existing.isPresent()) {
					finish(existing.get());
					return;
				}
				NixlException typed = wire.error()
					.exception(String.valueOf(wire.getMessage()), peerName(), "connect", wire);
				if (wire.retry()) {
					again(typed);
				}
				else {
					this.result.completeExceptionally(typed);
				}
			}
			else {
				this.result.completeExceptionally(
						NixlError.BACKEND.exception("Connecting to " + peerName() + " failed: " + failure.getMessage(),
								peerName(), "connect", failure));
			}
		}

		/** Whoever refused may be a peer that opened a session with us before. */
		private Optional<Session> existing(WireException refusal) {
			AgentIdentity peer = refusal.peer();
			if (peer == null || refusal.error() != NixlError.BUSY) {
				return Optional.empty();
			}
			return SessionDialer.this.sessions.find(peer.engineId())
				.filter((session) -> session.incarnation().equals(peer.incarnation()));
		}

		private void again(NixlException cause) {
			if (System.nanoTime() + this.pauseMillis * 1_000_000 >= this.deadline) {
				this.result.completeExceptionally(cause);
				return;
			}
			long pause = this.pauseMillis;
			this.pauseMillis = Math.min(LONGEST_PAUSE_MILLIS, pause * 2);
			try {
				SessionDialer.this.timer.schedule(this::runAgain, pause, TimeUnit.MILLISECONDS);
			}
			catch (RejectedExecutionException ex) {
				this.result.completeExceptionally(cause);
			}
		}

		private void runAgain() {
			this.later.get().whenComplete((now, failure) -> {
				if (failure == null) {
					this.address = now;
					run();
				}
				else {
					this.result.completeExceptionally(WireException.unwrapped(failure));
				}
			});
		}

		private NixlException timedOut(@Nullable Throwable cause) {
			return NixlError.TIMED_OUT.exception(
					"The peer did not say what it grants within " + SessionDialer.this.timeout.toMillis() + " ms",
					peerName(), "connect", cause);
		}

		private String peerName() {
			return this.engineId.isEmpty() ? this.address.getHostString() + ":" + this.address.getPort()
					: this.engineId;
		}

	}

}
