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

import java.util.HashMap;
import java.util.Map;

import io.nixl4j.memory.NixlError;
import org.jspecify.annotations.Nullable;

/**
 * The target's memory of the WRITEs that a peer has under way: it admits only the newest
 * attempt of each request, and tells when all bytes of it are placed and nothing places
 * older ones any more. Used by the event loops of all lanes of a route.
 */
final class AttemptRegister {

	/** Requests that one peer may have under way here. */
	private static final int MAX_REQUESTS = 16 << 10;

	private final Map<Long, Entry> requests = new HashMap<>();

	/**
	 * Asks whether a frame's bytes may be placed.
	 * @param id the request
	 * @param attempt the attempt
	 * @param total the request's bytes
	 * @param bytes the frame's bytes
	 * @return a ticket to give back when the bytes are placed or not, or the verdict that
	 * they are to be dropped
	 * @throws io.nixl4j.memory.NixlException if the peer is to be told of a failure
	 */
	synchronized Ticket begin(long id, int attempt, long total, int bytes) {
		Entry entry = this.requests.get(id);
		if (entry == null) {
			if (this.requests.size() >= MAX_REQUESTS) {
				throw NixlError.BUSY.exception("more than " + MAX_REQUESTS + " requests are under way at the target");
			}
			entry = new Entry(attempt, total);
			this.requests.put(id, entry);
		}
		else if (attempt > entry.attempt) {
			entry.renew(attempt, total);
		}
		if (attempt < entry.attempt || entry.refused) {
			return Ticket.DROP;
		}
		if (total != entry.total || bytes > total - entry.announced) {
			entry.refused = true;
			throw NixlError.PROTOCOL.exception("a request's frames do not sum to its total");
		}
		entry.announced += bytes;
		entry.placing++;
		return new Ticket(id, attempt, bytes, entry);
	}

	/**
	 * Notes which lane carries an attempt.
	 * @param ticket a frame of the attempt
	 * @param lane the lane
	 */
	synchronized void carriedBy(Ticket ticket, Object lane) {
		ticket.entry().carrier = lane;
	}

	/**
	 * A lane is closed: nothing of the attempts that it carried can come any more, so
	 * they are forgotten.
	 * @param lane the lane
	 */
	synchronized void laneClosed(Object lane) {
		this.requests.values().removeIf((entry) -> entry.carrier == lane && entry.placing == 0);
	}

	/**
	 * A frame's bytes are in memory.
	 * @param ticket the frame
	 * @return what to tell the peer
	 */
	synchronized Outcome placed(Ticket ticket) {
		Entry entry = ticket.entry();
		entry.placing--;
		if (ticket.attempt() == entry.attempt) {
			entry.placed += ticket.bytes();
		}
		return completed(ticket.id(), entry);
	}

	/**
	 * A frame's bytes were not placed, or not all of them, or are wrong.
	 * @param ticket the frame
	 * @return what to tell the peer
	 */
	synchronized Outcome failed(Ticket ticket) {
		Entry entry = ticket.entry();
		entry.placing--;
		if (ticket.attempt() != entry.attempt) {
			return completed(ticket.id(), entry);
		}
		if (entry.refused) {
			return Outcome.NOTHING;
		}
		entry.refused = true;
		return Outcome.FAILED;
	}

	/** The newest attempt is complete only when nothing places an older one either. */
	private Outcome completed(long id, Entry entry) {
		if (entry.placing > 0 || entry.placed != entry.total || entry.refused) {
			return Outcome.NOTHING;
		}
		this.requests.remove(id, entry);
		return Outcome.ACKNOWLEDGE;
	}

	/** The newest attempt of a frame's request. */
	synchronized int newest(Ticket ticket) {
		return ticket.entry().attempt;
	}

	/**
	 * Admits nothing more of an attempt.
	 * @param id the request
	 * @param attempt the attempt
	 * @param lanes how many lanes the peer says this on; behind the last of them nothing
	 * of the attempt can come, and it is forgotten
	 */
	synchronized void stop(long id, int attempt, int lanes) {
		Entry entry = this.requests.get(id);
		if (entry == null || attempt < entry.attempt) {
			return;
		}
		entry.refused = true;
		if (++entry.stops >= lanes) {
			this.requests.remove(id);
		}
	}

	/** How many requests are under way. */
	synchronized int size() {
		return this.requests.size();
	}

	/** What a peer is told when a frame has ended. */
	enum Outcome {

		/** Nothing, for now. */
		NOTHING,

		/** The newest attempt is complete. */
		ACKNOWLEDGE,

		/** The newest attempt has failed, which was not told before. */
		FAILED

	}

	/**
	 * One frame whose bytes may be placed.
	 *
	 * @param id the request
	 * @param attempt the attempt
	 * @param bytes the frame's bytes
	 * @param entry what is known of the request
	 */
	record Ticket(long id, int attempt, int bytes, Entry entry) {

		/** The verdict that a frame's bytes are to be dropped. */
		static final Ticket DROP = new Ticket(0, 0, 0, new Entry(0, 0));

	}

	/** What is known of a request; guarded by the register. */
	static final class Entry {

		private int attempt;

		private long total;

		/** Bytes of the newest attempt's frames so far. */
		private long announced;

		/** Bytes of the newest attempt that are in memory. */
		private long placed;

		/** Frames that are being placed, of whatever attempt. */
		private int placing;

		/** Nothing more of the newest attempt is admitted. */
		private boolean refused;

		private int stops;

		/** The lane that the newest frame came over. */
		private @Nullable Object carrier;

		Entry(int attempt, long total) {
			this.attempt = attempt;
			this.total = total;
		}

		private void renew(int newer, long newTotal) {
			this.attempt = newer;
			this.total = newTotal;
			this.announced = 0;
			this.placed = 0;
			this.refused = false;
			this.stops = 0;
		}

	}

}
