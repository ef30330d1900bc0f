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
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

import io.nixl4j.memory.NixlError;
import io.nixl4j.memory.NixlException;
import io.nixl4j.route.PeerLink;
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

	private static final Duration LONGEST_WAIT = Duration.ofSeconds(2);

	/** So that a peer which closes each lane at once does not keep both ends busy. */
	private static final Duration REOPEN_WAIT = Duration.ofMillis(50);

	/** With twice the wait each time, about as long as the peer needs to start at all. */
	private static final int TRIES_BEFORE_FIRST = 12;

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
		open(1, FIRST_WAIT);
	}

	/** Opens a lane in the place of one that was lost, after a while. */
	void reopen() {
		this.endpoint.loops().schedule(REOPEN_WAIT, this::open);
	}

	private void open(int attempt, Duration wait) {
		if (!this.lanes.beginOpening()) {
			return;
		}
		ConnectRequest request = ConnectRequest.lane(this.address, this.link.engineId(), this.link.sessionId(),
				this.link.token(), this.numbers.incrementAndGet(),
				this.endpoint.settings().limits().handshakeTimeout());
		this.endpoint.client().connect(request).whenComplete((connection, failure) -> {
			if (failure == null) {
				this.anyOpened = true;
				this.opened.accept(connection);
			}
			else {
				failed(attempt, wait, wireException(failure));
			}
			this.lanes.endOpening();
		});
	}

	private void failed(int attempt, Duration wait, WireException failure) {
		logger.debug("lane to {} not opened: {}", this.link.engineId(), failure.getMessage());
		boolean again = failure.retry() && (this.anyOpened || attempt < TRIES_BEFORE_FIRST);
		Duration next = wait.multipliedBy(2);
		Duration longer = (next.compareTo(LONGEST_WAIT) < 0) ? next : LONGEST_WAIT;
		if (!again || !this.endpoint.loops().schedule(wait, () -> open(attempt + 1, longer))) {
			this.never.accept(failure.error()
				.exception("No connection for data could be opened: " + failure.getMessage(), this.link.engineId(),
						null, failure));
		}
	}

	private static WireException wireException(Throwable failure) {
		Throwable cause = (failure instanceof CompletionException && failure.getCause() != null) ? failure.getCause()
				: failure;
		return (cause instanceof WireException wire) ? wire
				: new WireException(NixlError.BACKEND, String.valueOf(cause.getMessage()), false, cause);
	}

}
