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

import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

import io.nixl4j.memory.NixlError;
import io.nixl4j.memory.NixlException;
import io.nixl4j.wire.AgentIdentity;
import io.nixl4j.wire.Backoff;
import io.nixl4j.wire.ConnectRequest;
import io.nixl4j.wire.Connection;
import io.nixl4j.wire.TcpClient;
import io.nixl4j.wire.WireException;
import org.jspecify.annotations.Nullable;

/**
 * Reaches the peer of a session again when the connection broke: at once, then with
 * back-off, until the link goes on, has ended, or the peer is known to be gone. If it
 * ended meanwhile the peer is told, should one more connection come about.
 * <p>
 * It is gone when it does not know the session any more, and when nobody listens at its
 * address for a while: a session never outlives its process, so what would listen there
 * later is another incarnation. Other failures may be the network's, and are borne as
 * long as silence is.
 */
final class SessionRedial implements ResumableLink.Redial {

	private static final Duration FIRST_PAUSE = Duration.ofMillis(5);

	private static final Duration LONGEST_PAUSE = Duration.ofMillis(250);

	/**
	 * For how long, at most, nobody may listen: a port forwarder's restart, for example.
	 */
	private static final long LONGEST_REFUSAL = 500_000_000;

	private static final int REFUSALS = 3;

	private final AgentIdentity peer;

	private final InetSocketAddress address;

	private final SessionKey key;

	private final TcpClient client;

	private final ScheduledExecutorService timer;

	private final Duration limit;

	private final long refusalNanos;

	/** From here on: by one attempt at a time, each behind the one before. */
	private final Backoff backoff;

	private long connectedNanos = System.nanoTime();

	private long firstRefusalNanos;

	private int refusals;

	SessionRedial(Connection first, TcpClient client, ScheduledExecutorService timer, Patience patience,
			RandomGenerator random) {
		this.peer = first.peer();
		this.address = first.remoteAddress();
		this.key = SessionKey.of(first.sessionId(), first.token());
		this.client = client;
		this.timer = timer;
		this.limit = Duration.ofNanos(Math.max(1_000_000, patience.silentNanos()));
		this.refusalNanos = Math.min(LONGEST_REFUSAL, patience.lostNanos() / 10);
		this.backoff = new Backoff(FIRST_PAUSE, LONGEST_PAUSE, random);
	}

	@Override
	public void dial(ResumableLink link) {
		this.refusals = 0;
		if (System.nanoTime() - this.connectedNanos > LONGEST_PAUSE.toNanos()) {
			this.backoff.reset();
			attempt(link);
		}
		else {
			// A connection that breaks again and again is not to be dialled in a circle.
			again(link);
		}
	}

	private void attempt(ResumableLink link) {
		ConnectRequest request = ConnectRequest.resumption(this.address, this.peer.engineId(), this.key.id(),
				this.key.token(), link.suspend(), this.limit);
		this.client.connect(request).whenComplete((connection, failure) -> {
			if (failure == null) {
				connected(link, connection);
			}
			else {
				failed(link, failure);
			}
		});
	}

	private void connected(ResumableLink link, Connection connection) {
		this.connectedNanos = System.nanoTime();
		if (!connection.peer().incarnation().equals(this.peer.incarnation())) {
			connection.close(null);
			lost(link, "another incarnation answers", null);
		}
		else {
			WireLink next = new WireLink(connection);
			if (!link.resume(next, connection.resumption().orElseThrow())) {
				// Otherwise the peer would hold the session until its patience ends.
				next.send(new SessionMessage.Goodbye("It ended while its connection was being replaced"));
				next.close();
			}
		}
	}

	private void failed(ResumableLink link, Throwable failure) {
		if (link.isEnded()) {
			return;
		}
		Throwable cause = WireException.unwrapped(failure);
		boolean curable = cause instanceof WireException wire
				&& (wire.retry() || wire.error() == NixlError.TIMED_OUT || wire.error() == NixlError.PEER_LOST);
		if (!curable) {
			lost(link, String.valueOf(cause.getMessage()), cause);
		}
		else if (isRefusal(cause) && isGone()) {
			lost(link, "nobody listens at its address any more", cause);
		}
		else {
			again(link);
		}
	}

	private boolean isRefusal(Throwable failure) {
		boolean refusal = failure.getCause() instanceof ConnectException refused
				&& String.valueOf(refused.getMessage()).contains("refused");
		if (!refusal) {
			this.refusals = 0;
		}
		return refusal;
	}

	private boolean isGone() {
		long now = System.nanoTime();
		if (this.refusals++ == 0) {
			this.firstRefusalNanos = now;
		}
		return this.refusals >= REFUSALS && now - this.firstRefusalNanos >= this.refusalNanos;
	}

	private static void lost(ResumableLink link, String why, @Nullable Throwable cause) {
		NixlException lost = NixlError.PEER_LOST.exception("its connection broke, and cannot be replaced: " + why, null,
				null, cause);
		link.fail(lost);
	}

	private void again(ResumableLink link) {
		try {
			this.timer.schedule(() -> attempt(link), this.backoff.next().toNanos(), TimeUnit.NANOSECONDS);
		}
		catch (RejectedExecutionException ex) {
			// The agent has stopped, and its sessions with it.
		}
	}

}
