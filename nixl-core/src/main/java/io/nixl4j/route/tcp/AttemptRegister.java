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

import java.util.Arrays;
import java.util.Objects;

import io.netty.util.collection.LongObjectHashMap;
import io.nixl4j.memory.NixlError;
import org.jspecify.annotations.Nullable;

/**
 * The target's memory of the WRITEs that a peer has under way: it admits only the newest
 * attempt of each request, and tells when all bytes of it are placed and nothing places
 * older ones any more. Used by the event loops of all lanes of a route. Makes no object
 * once warm.
 */
final class AttemptRegister {

	private final int maxRequests;

	/** Entries that are kept to be used again. */
	private static final int MAX_SPARE = 128;

	private final LongObjectHashMap<Entry> requests = new LongObjectHashMap<>();

	private final Entry[] spare = new Entry[MAX_SPARE];

	private int spares;

	/**
	 * Creates a register.
	 * @param maxRequests how many requests one peer may have under way here
	 */
	AttemptRegister(int maxRequests) {
		this.maxRequests = maxRequests;
	}

	/**
	 * Asks whether a frame's bytes may be placed.
	 * @param id the request
	 * @param attempt the attempt
	 * @param total the request's bytes
	 * @param bytes the frame's bytes
	 * @param carrier the lane that it came over
	 * @param ticket filled in, if they may be; to give back when the bytes are placed, or
	 * never will be, and not to be used otherwise before
	 * @return {@code false} if the bytes are to be dropped
	 * @throws io.nixl4j.memory.NixlException if the peer is to be told of a failure
	 */
	synchronized boolean begin(long id, int attempt, long total, int bytes, Carrier carrier, Ticket ticket) {
		Entry entry = this.requests.get(id);
		if (entry == null) {
			if (this.requests.size() >= this.maxRequests) {
				throw NixlError.BUSY.exception("more than " + this.maxRequests
						+ " requests are under way at the target (tcp.limits.requests there)");
			}
			entry = (this.spares > 0) ? this.spare[--this.spares] : new Entry();
			entry.renew(attempt, total);
			this.requests.put(id, entry);
		}
		else if (attempt > entry.attempt) {
			entry.renew(attempt, total);
		}
		if (attempt < entry.attempt) {
			throw NixlError.STALE.exception("a newer attempt of the request is under way");
		}
		// whatever becomes of it, more of the attempt may come this way
		entry.carry(carrier);
		if (entry.refused) {
			return false;
		}
		if (total != entry.total || bytes > total - entry.announced) {
			entry.refused = true;
			throw NixlError.PROTOCOL.exception("a request's frames do not sum to its total");
		}
		entry.announced += bytes;
		entry.placing++;
		ticket.fill(id, attempt, bytes, entry, carrier);
		return true;
	}

	/**
	 * A lane is closed: nothing can come over it any more. What no other lane carries is
	 * forgotten.
	 * @param carrier the lane
	 */
	synchronized void laneClosed(Carrier carrier) {
		long[] ids = new long[this.requests.size()];
		int count = 0;
		for (LongObjectHashMap.PrimitiveEntry<Entry> request : this.requests.entries()) {
			if (request.value().left(carrier)) {
				ids[count++] = request.key();
			}
		}
		for (int i = 0; i < count; i++) {
			Entry entry = Objects.requireNonNull(this.requests.get(ids[i]));
			// over one of several lanes, and lost there: it cannot be complete any more
			entry.refused |= entry.carriers == 0;
			forgetIfOver(ids[i], entry);
		}
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
		return completed(ticket, entry);
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
			return completed(ticket, entry);
		}
		if (entry.refused) {
			forgetIfOver(ticket.id(), entry);
			return Outcome.NOTHING;
		}
		entry.refused = true;
		return Outcome.FAILED;
	}

	/** The newest attempt is complete only when nothing places an older one either. */
	private Outcome completed(Ticket ticket, Entry entry) {
		if (entry.placing > 0 || entry.placed != entry.total || entry.refused) {
			forgetIfOver(ticket.id(), entry);
			return Outcome.NOTHING;
		}
		ticket.complete(entry);
		forget(ticket.id(), entry);
		return Outcome.ACKNOWLEDGE;
	}

	/**
	 * Admits nothing more of an attempt, of which nothing more can come over one lane. It
	 * is forgotten behind the last lane that carried some of it; if another one brings
	 * some later, its own STOP is behind that.
	 * @param id the request
	 * @param attempt the attempt
	 * @param carrier the lane
	 */
	synchronized void stop(long id, int attempt, Carrier carrier) {
		Entry entry = this.requests.get(id);
		if (entry != null && attempt >= entry.attempt) {
			entry.refused = true;
			entry.left(carrier);
			forgetIfOver(id, entry);
		}
	}

	private void forgetIfOver(long id, Entry entry) {
		if (entry.refused && entry.carriers == 0 && entry.placing == 0) {
			forget(id, entry);
		}
	}

	private void forget(long id, Entry entry) {
		this.requests.remove(id);
		entry.leaveAll();
		if (this.spares < MAX_SPARE) {
			this.spare[this.spares++] = entry;
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

		/** The newest attempt is complete, as the ticket says. */
		ACKNOWLEDGE,

		/** The newest attempt has failed, which was not told before. */
		FAILED

	}

	/** A lane that brings frames of attempts. */
	interface Carrier {

		/**
		 * Any thread: tells the peer that an attempt is complete.
		 * @param id the request
		 * @param attempt the attempt
		 */
		void acknowledge(long id, int attempt);

	}

	/** One frame whose bytes may be placed. Used again for the next one. */
	static final class Ticket {

		private long id;

		private int attempt;

		private int bytes;

		private @Nullable Entry entry;

		private @Nullable Carrier carrier;

		private void fill(long request, int number, int length, Entry of, Carrier lane) {
			this.id = request;
			this.attempt = number;
			this.bytes = length;
			this.entry = of;
			this.carrier = lane;
		}

		private void complete(Entry of) {
			this.attempt = of.attempt;
			if (!of.carries(carrier())) {
				this.carrier = of.lastCarrier();
			}
		}

		/** The request. */
		long id() {
			return this.id;
		}

		/** The frame's attempt, or the complete one. */
		int attempt() {
			return this.attempt;
		}

		int bytes() {
			return this.bytes;
		}

		Entry entry() {
			return Objects.requireNonNull(this.entry);
		}

		/** The frame's lane, or one that brought some of the complete attempt. */
		Carrier carrier() {
			return Objects.requireNonNull(this.carrier);
		}

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

		/** The lanes that more of the newest attempt may come over. */
		private @Nullable Carrier[] lanes = new Carrier[2];

		private int carriers;

		private void renew(int newer, long newTotal) {
			this.attempt = newer;
			this.total = newTotal;
			this.announced = 0;
			this.placed = 0;
			this.refused = false;
			leaveAll();
		}

		private void carry(Carrier lane) {
			if (carries(lane)) {
				return;
			}
			if (this.carriers == this.lanes.length) {
				this.lanes = Arrays.copyOf(this.lanes, 2 * this.carriers);
			}
			this.lanes[this.carriers++] = lane;
		}

		private boolean carries(Carrier lane) {
			for (int i = 0; i < this.carriers; i++) {
				if (this.lanes[i] == lane) {
					return true;
				}
			}
			return false;
		}

		/** Returns whether the lane was one of them. */
		private boolean left(Carrier lane) {
			for (int i = 0; i < this.carriers; i++) {
				if (this.lanes[i] == lane) {
					this.lanes[i] = this.lanes[--this.carriers];
					this.lanes[this.carriers] = null;
					return true;
				}
			}
			return false;
		}

		private void leaveAll() {
			Arrays.fill(this.lanes, 0, this.carriers, null);
			this.carriers = 0;
		}

		private Carrier lastCarrier() {
			return Objects.requireNonNull(this.lanes[this.carriers - 1]);
		}

	}

}
