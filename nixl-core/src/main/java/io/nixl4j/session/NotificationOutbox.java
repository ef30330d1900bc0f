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

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;

import io.nixl4j.memory.NixlError;
import io.nixl4j.memory.NixlException;
import org.jspecify.annotations.Nullable;

/**
 * Numbers the notifications to one peer and keeps those that the peer has not
 * acknowledged: at most a window of them is under way, at most as many again wait. A
 * number is given when the notification is sent, and the link loses nothing, so none is
 * ever given up.
 */
final class NotificationOutbox {

	static final int WINDOW = 1_024;

	static final int MAX_PAYLOAD = 64 * 1_024;

	private final String peer;

	private final SessionLink link;

	/** Guarded by this: sent and not acknowledged, in the order of their numbers. */
	private final Queue<Delivery> underWay = new ArrayDeque<>();

	/** Guarded by this: beyond the window. */
	private final Queue<Waiting> waiting = new ArrayDeque<>();

	/** Guarded by this: kept for notifications whose bytes are on their way. */
	private int places;

	/** Guarded by this: the last number given out. */
	private long lastNumber;

	/** Guarded by this: the last number acknowledged. */
	private long acknowledged;

	/** Guarded by this. */
	private @Nullable NixlException ended;

	NotificationOutbox(String peer, SessionLink link) {
		this.peer = peer;
		this.link = link;
	}

	void send(byte[] payload, Delivery delivery) {
		if (payload.length > MAX_PAYLOAD) {
			throw NixlError.OUT_OF_RANGE.exception("A notification of " + payload.length
					+ " bytes is over the limit of " + MAX_PAYLOAD + "; put the bytes into a region and name them",
					this.peer, "notify", null);
		}
		NixlException failure;
		synchronized (this) {
			failure = this.ended;
			if (failure == null) {
				checkRoom();
				place(payload, delivery);
			}
		}
		if (failure != null) {
			delivery.undelivered(failure);
		}
	}

	private void checkRoom() {
		if (this.underWay.size() + this.waiting.size() + this.places >= 2 * WINDOW) {
			throw NixlError.BUSY.exception("The peer does not take its notifications: " + 2 * WINDOW
					+ " are under way or waiting; try again later", this.peer, "notify", null);
		}
	}

	private void place(byte[] payload, Delivery delivery) {
		if (this.underWay.size() < WINDOW) {
			transmit(payload, delivery);
		}
		else {
			this.waiting.add(new Waiting(payload, delivery));
		}
	}

	/** Keeps a place for a notification whose bytes are still to come. */
	synchronized void keepPlace() {
		if (this.ended == null) {
			checkRoom();
		}
		this.places++;
	}

	synchronized void givePlaceBack() {
		this.places--;
	}

	/** Sends in a place that was kept. */
	void sendInPlace(byte[] payload, Delivery delivery) {
		NixlException failure;
		synchronized (this) {
			this.places--;
			failure = this.ended;
			if (failure == null) {
				place(payload, delivery);
			}
		}
		if (failure != null) {
			delivery.undelivered(failure);
		}
	}

	// Under the lock, so that numbers leave in their order.
	private void transmit(byte[] payload, Delivery delivery) {
		this.underWay.add(delivery);
		this.lastNumber++;
		this.link.send(new SessionMessage.Notify(this.lastNumber, payload));
	}

	void acknowledged(long upTo) {
		List<Delivery> delivered = new ArrayList<>();
		synchronized (this) {
			if (this.ended != null) {
				return;
			}
			if (upTo > this.lastNumber) {
				throw NixlError.PROTOCOL.exception("The peer acknowledged a notification that was never sent",
						this.peer, "notify", null);
			}
			for (; this.acknowledged < upTo; this.acknowledged++) {
				delivered.add(this.underWay.remove());
			}
			while (this.underWay.size() < WINDOW && !this.waiting.isEmpty()) {
				Waiting next = this.waiting.remove();
				transmit(next.payload(), next.delivery());
			}
		}
		delivered.forEach(Delivery::delivered);
	}

	void end(NixlException cause) {
		List<Delivery> undelivered = new ArrayList<>();
		synchronized (this) {
			if (this.ended != null) {
				return;
			}
			this.ended = cause;
			undelivered.addAll(this.underWay);
			this.waiting.forEach((entry) -> undelivered.add(entry.delivery()));
			this.underWay.clear();
			this.waiting.clear();
		}
		undelivered.forEach((delivery) -> delivery.undelivered(cause));
	}

	private record Waiting(byte[] payload, Delivery delivery) {
	}

}
