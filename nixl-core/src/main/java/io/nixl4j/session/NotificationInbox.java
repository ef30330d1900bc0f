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

import io.nixl4j.memory.NixlError;

/**
 * Accepts each number of one peer once. What the application has not taken is bounded: a
 * window beyond what it took is acknowledged, so a slow application fills the peer's
 * window and slows it.
 */
final class NotificationInbox {

	private final String peer;

	private final SessionLink link;

	/** Guarded by this: the highest number accepted. */
	private long accepted;

	/** Guarded by this: how many the application has taken. */
	private long taken;

	/** Guarded by this: the highest number acknowledged. */
	private long acknowledged;

	NotificationInbox(String peer, SessionLink link) {
		this.peer = peer;
		this.link = link;
	}

	/**
	 * A notification came.
	 * @param number the peer's number
	 * @return {@code false} if it came before
	 */
	synchronized boolean accept(long number) {
		if (number > 0 && number <= this.accepted) {
			return false;
		}
		if (number != this.accepted + 1) {
			throw NixlError.PROTOCOL.exception("The peer skipped numbers of notifications", this.peer, "notify", null);
		}
		if (this.accepted - this.acknowledged >= NotificationOutbox.WINDOW) {
			throw NixlError.PROTOCOL.exception("The peer sent more notifications than its window allows", this.peer,
					"notify", null);
		}
		this.accepted = number;
		acknowledge();
		return true;
	}

	/**
	 * The application has taken one.
	 */
	synchronized void taken() {
		this.taken++;
		acknowledge();
	}

	private void acknowledge() {
		long upTo = Math.min(this.accepted, this.taken + NotificationOutbox.WINDOW);
		if (upTo > this.acknowledged) {
			this.acknowledged = upTo;
			this.link.send(new SessionMessage.NotifyAck(upTo));
		}
	}

}
