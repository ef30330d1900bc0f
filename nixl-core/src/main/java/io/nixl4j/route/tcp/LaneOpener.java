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

package io.nixl4j.route.tcp;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

import io.nixl4j.memory.NixlError;
import io.nixl4j.memory.NixlException;
import io.nixl4j.route.PeerLink;
import io.nixl4j.wire.Backoff;
import io.nixl4j.wire.ConnectRequest;
import io.nixl4j.wire.Connection;
import io.nixl4j.wire.WireEndpoint;
import io.nixl4j.wire.WireException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens the lanes of a route at the end that opened the session, and opens a new one for
 * each that is lost, as long as the set of lanes is not closed. A number is never used
 * again.
 */
final class LaneOpener {

	private static final Logger logger = LoggerFactory.getLogger(LaneOpener.class);

	private static final Duration FIRST_WAIT = Duration.ofMillis(5);

	private static final Duration LONGEST_WAIT = Duration.ofMillis(500);

	/** A lane that lived so long is replaced at once, another one with back-off. */
	private static final long LONG_LIFE_NANOS = 1_000_000_000;

	/** So that a peer which closes each lane at once does not keep both ends busy. */
	private static final Duration REOPEN_WAIT = Duration.ofMillis(50);

	/** With the waits between them, about as long as the peer needs to start at all. */
	private static final int TRIES_BEFORE_FIRST = 24;

	private final WireEndpoint endpoint;

	private final PeerLink link;

	private final InetSocketAddress address;

	private final LaneSet lanes;

	private final Consumer<Connection> opened;

	private final Consumer<NixlException> never;

	private final AtomicInteger numbers = new AtomicInteger();

	private volatile boolean anyOpened;

	/**
	 * Creates an opener.
	 * @param endpoint opens connections
	 * @param link the session
	 * @param address where the peer listens
	 * @param lanes knows whether to go on
	 * @param opened takes each connection over
	 * @param never told if no connection can be opened at all
	 */
	LaneOpener(WireEndpoint endpoint, PeerLink link, InetSocketAddress address, LaneSet lanes,
			Consumer<Connection> opened, Consumer<NixlException> never) {
		this.endpoint = endpoint;
		this.link = link;
		this.address = address;
		this.lanes = lanes;
		this.opened = opened;
		this.never = never;
	}

	/** Opens one more lane. */
	void open() {
		open(1, new Backoff(FIRST_WAIT, LONGEST_WAIT, new SplittableRandom()));
	}

	/**
	 * Opens a lane in the place of one that was lost.
	 * @param livedNanos how long that one was open
	 */
	void reopen(long livedNanos) {
		if (livedNanos > LONG_LIFE_NANOS) {
			open();
			return;
		}
		Backoff once = new Backoff(REOPEN_WAIT, REOPEN_WAIT, new SplittableRandom());
		this.endpoint.loops().schedule(once.next(), this::open);
	}

	private void open(int attempt, Backoff backoff) {
		if (!this.lanes.beginOpening()) {
			return;
		}
		connect().whenComplete((connection, failure) -> {
			try {
				if (failure == null) {
					this.anyOpened = true;
					take(connection);
				}
				else {
					failed(attempt, backoff, wireException(failure));
				}
			}
			finally {
				this.lanes.endOpening();
			}
		});
	}

	private CompletableFuture<Connection> connect() {
		try {
			return this.endpoint.client()
				.connect(ConnectRequest.lane(this.address, this.link.engineId(), this.link.sessionId(),
						this.link.token(), this.numbers.incrementAndGet(),
						this.endpoint.settings().limits().handshakeTimeout()));
		}
		catch (RuntimeException ex) {
			return CompletableFuture.failedFuture(ex);
		}
	}

	private void take(Connection connection) {
		try {
			this.opened.accept(connection);
		}
		catch (RuntimeException ex) {
			logger.warn("lane to {} is closed after an unexpected error", this.link.engineId(), ex);
			connection.close(new WireException(NixlError.BACKEND, "unexpected error on a lane", false, ex));
		}
	}

	private void failed(int attempt, Backoff backoff, WireException failure) {
		logger.debug("lane to {} not opened: {}", this.link.engineId(), failure.getMessage());
		// A peer that is frozen in mid-handshake may go on.
		boolean curable = failure.retry() || (this.anyOpened && failure.error() == NixlError.TIMED_OUT);
		boolean again = curable && (this.anyOpened || attempt < TRIES_BEFORE_FIRST);
		if (!again || !this.endpoint.loops().schedule(backoff.next(), () -> open(attempt + 1, backoff))) {
			this.never.accept(failure.error()
				.exception("No connection for data could be opened: " + failure.getMessage(), this.link.engineId(),
						null, failure));
		}
	}

	private static WireException wireException(Throwable failure) {
		Throwable cause = WireException.unwrapped(failure);
		return (cause instanceof WireException wire) ? wire
				: new WireException(NixlError.BACKEND, String.valueOf(cause.getMessage()), false, cause);
	}

}
