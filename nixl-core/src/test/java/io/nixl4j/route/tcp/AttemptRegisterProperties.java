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

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;

import io.nixl4j.route.tcp.AttemptRegister.Carrier;
import io.nixl4j.route.tcp.AttemptRegister.Outcome;
import io.nixl4j.route.tcp.AttemptRegister.Ticket;
import io.nixl4j.memory.NixlError;
import io.nixl4j.memory.NixlException;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.jspecify.annotations.Nullable;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * An initiator that keeps to the rules, lanes that are slow, damage bytes and break, and
 * the register: attempts come and end in any order. What is acknowledged is in memory, as
 * that attempt sent it, and nothing of a request lands behind its acknowledgement or
 * behind the proof that an attempt of it has stopped.
 */
class AttemptRegisterProperties {

	private static final int LANES = 3;

	private static final int TOTAL = 12;

	private static final int MAX_ATTEMPT = 9;

	private final AttemptRegister register = new AttemptRegister(16);

	private final List<Lane> lanes = new ArrayList<>(List.of(new Lane(), new Lane(), new Lane()));

	private final List<Request> requests = List.of(new Request(5), new Request(6), new Request(7));

	@Property(tries = 3_000)
	void nothingLandsLate(@ForAll @Size(max = 300) List<@IntRange(max = 0xffff) Integer> steps) {
		steps.forEach(this::step);
		for (Request request : this.requests) {
			request.giveUp();
		}
		for (int i = 0; i < LANES; i++) {
			while (this.lanes.get(i).deliver()) {
				this.lanes.get(i).end(true);
			}
			this.lanes.get(i).close();
		}
		assertThat(this.register.size()).isZero();
	}

	private void step(int step) {
		int index = (step >> 4) % LANES;
		Lane lane = this.lanes.get(index);
		Request request = this.requests.get((step >> 6) % this.requests.size());
		switch (step & 15) {
			case 0, 1, 2, 3, 4 -> request.send(lane, 1 + (step >> 8) % TOTAL);
			case 5, 6, 7, 8 -> lane.deliver();
			case 9, 10, 11 -> lane.end(true);
			case 12 -> lane.end((step >> 8) % 3 > 0);
			case 13 -> request.tryAgain();
			case 14 -> {
				if ((step >> 8) % 4 == 0) {
					request.giveUp();
				}
			}
			default -> {
				if ((step >> 8) % 6 == 0) {
					this.lanes.set(index, new Lane());
					lane.close();
				}
			}
		}
	}

	/** What the initiator has sent on a lane and has not arrived. */
	private record Sent(Request request, int attempt, int from, int bytes) {

		boolean isStop() {
			return this.bytes == 0;
		}

	}

	/** A connection, in order both ways, with one body under way at most. */
	private final class Lane implements Carrier {

		private final Queue<Sent> onTheWay = new ArrayDeque<>();

		private final Ticket ticket = new Ticket();

		private @Nullable Sent body;

		@Override
		public void acknowledge(long id, int attempt) {
			throw new AssertionError("the register itself tells nobody");
		}

		/** Returns whether anything is under way. */
		boolean deliver() {
			if (this.body != null) {
				return true;
			}
			Sent next = this.onTheWay.poll();
			if (next == null) {
				return false;
			}
			if (next.isStop()) {
				AttemptRegisterProperties.this.register.stop(next.request.id, next.attempt, this);
				next.request.proved(this, next.attempt);
			}
			else if (admits(next)) {
				assertThat(next.attempt).as("admitted").isEqualTo(next.request.attempt);
				assertThat(next.request.isOver()).as("over").isFalse();
				this.body = next;
			}
			return true;
		}

		/** A frame of an older attempt is refused by an error of its own. */
		private boolean admits(Sent next) {
			try {
				return AttemptRegisterProperties.this.register.begin(next.request.id, next.attempt, TOTAL, next.bytes,
						this, this.ticket);
			}
			catch (NixlException ex) {
				assertThat(ex.error()).isEqualTo(NixlError.STALE);
				return false;
			}
		}

		void end(boolean well) {
			Sent ended = this.body;
			if (ended == null) {
				return;
			}
			this.body = null;
			ended.request.land(ended, well ? ended.bytes : ended.bytes / 2);
			AttemptRegister all = AttemptRegisterProperties.this.register;
			heard(ended, well ? all.placed(this.ticket) : all.failed(this.ticket));
		}

		private void heard(Sent ended, Outcome outcome) {
			boolean complete = ended.request.isComplete();
			// What a broken lane brought before may count, but need not: nobody waits.
			if (!complete || !ended.request.lostLane) {
				assertThat(outcome == Outcome.ACKNOWLEDGE).as("acknowledged").isEqualTo(complete);
			}
			if (outcome == Outcome.ACKNOWLEDGE) {
				assertThat(this.ticket.attempt()).isEqualTo(ended.request.attempt);
				ended.request.acknowledged();
			}
			else if (outcome == Outcome.FAILED) {
				// Behind a STOP it may have been forgotten, while another lane brings
				// more.
				assertThat(ended.request.failed && !ended.request.stopSeen && !ended.request.lostLane).as("told before")
					.isFalse();
				ended.request.failed = true;
				ended.request.giveUp();
			}
		}

		void close() {
			this.onTheWay.clear();
			end(false);
			AttemptRegisterProperties.this.register.laneClosed(this);
			AttemptRegisterProperties.this.requests.forEach((request) -> request.broken(this));
		}

	}

	/** One request as its initiator knows it, and its memory at the target. */
	private final class Request {

		private final long id;

		/** Which attempt each byte is of. */
		private final int[] memory = new int[TOTAL];

		/** Lanes that more of the attempt may come over. */
		private final Set<Lane> used = new HashSet<>();

		private int attempt = 1;

		private int sent;

		private boolean givenUp;

		/** The target has seen that nothing more of the attempt is to be admitted. */
		private boolean stopSeen;

		private boolean lostLane;

		private boolean failed;

		private boolean done;

		Request(long id) {
			this.id = id;
		}

		/** Acknowledged, or proved to have stopped. */
		boolean isOver() {
			return this.done || (this.givenUp && this.used.isEmpty());
		}

		void send(Lane lane, int most) {
			int bytes = Math.min(most, TOTAL - this.sent);
			if (bytes > 0 && !this.givenUp) {
				lane.onTheWay.add(new Sent(this, this.attempt, this.sent, bytes));
				this.used.add(lane);
				this.sent += bytes;
			}
		}

		void land(Sent frame, int bytes) {
			assertThat(isOver()).as("over, and bytes land").isFalse();
			assertThat(frame.attempt).isEqualTo(this.attempt);
			Arrays.fill(this.memory, frame.from, frame.from + bytes, frame.attempt);
		}

		boolean isComplete() {
			return !this.done && !this.stopSeen && !this.failed
					&& Arrays.stream(this.memory).allMatch((of) -> of == this.attempt);
		}

		void acknowledged() {
			this.done = true;
			this.givenUp = true;
			this.used.clear();
		}

		void giveUp() {
			if (!this.givenUp) {
				this.givenUp = true;
				this.used.forEach((lane) -> lane.onTheWay.add(new Sent(this, this.attempt, 0, 0)));
			}
		}

		void proved(Lane lane, int of) {
			if (of == this.attempt) {
				this.stopSeen = true;
				this.used.remove(lane);
			}
		}

		void broken(Lane lane) {
			if (this.used.remove(lane)) {
				this.lostLane = true;
				giveUp();
			}
		}

		/** As a new attempt once the last one has stopped, or as the next request. */
		void tryAgain() {
			if (isOver() && this.attempt < MAX_ATTEMPT) {
				this.attempt++;
				this.sent = 0;
				this.givenUp = false;
				this.failed = false;
				this.stopSeen = false;
				this.lostLane = false;
				this.done = false;
			}
		}

	}

}
