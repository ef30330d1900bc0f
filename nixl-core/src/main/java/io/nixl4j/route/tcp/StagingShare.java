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
import java.util.Deque;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * The slots of one use: given to the peers that wait for them in turn, to none of them so
 * many that others get nothing. Guarded by its pool.
 */
final class StagingShare {

	private final int size;

	private final Deque<StagingSlot> free = new ArrayDeque<>();

	/** Peers that wait, each once. */
	private final Deque<Line> waiting = new ArrayDeque<>();

	StagingShare(int size) {
		this.size = size;
	}

	/** How many slots are given out or were not made. */
	int used() {
		return this.size - this.free.size();
	}

	void add(StagingSlot slot) {
		this.free.addLast(slot);
	}

	/** Queues one that waits, behind the others of its peer. */
	void await(Line line, StagingWaiter waiter) {
		line.waiters.addLast(waiter);
		if (line.waiters.size() == 1) {
			this.waiting.addLast(line);
		}
	}

	/** Takes out one that waits; false if it does not. */
	boolean cancel(Line line, StagingWaiter waiter) {
		boolean removed = line.waiters.remove(waiter);
		if (removed && line.waiters.isEmpty()) {
			this.waiting.remove(line);
		}
		return removed;
	}

	/** A slot comes back. */
	void giveBack(Line line, StagingSlot slot) {
		line.held--;
		this.free.addLast(slot);
	}

	/**
	 * Gives a slot to the next peer that may have one.
	 * @return what was given to whom, or {@code null} if nothing can be given now
	 */
	@Nullable Grant next() {
		for (int i = this.waiting.size(); i > 0 && !this.free.isEmpty(); i--) {
			Line line = this.waiting.removeFirst();
			if (!mayHaveMore(line)) {
				this.waiting.addLast(line);
				continue;
			}
			StagingWaiter waiter = line.waiters.removeFirst();
			if (!line.waiters.isEmpty()) {
				this.waiting.addLast(line);
			}
			line.held++;
			return new Grant(waiter, this.free.removeFirst());
		}
		return null;
	}

	/** Takes out all that wait. */
	List<StagingWaiter> clear() {
		List<StagingWaiter> all = new ArrayList<>();
		for (Line line : this.waiting) {
			all.addAll(line.waiters);
			line.waiters.clear();
		}
		this.waiting.clear();
		return all;
	}

	// Half of the share is kept for peers that have little: what a slow or frozen one
	// holds comes back late.
	private boolean mayHaveMore(Line line) {
		return line.held == 0 || (line.held < Math.max(1, this.size / 4) && 2 * this.free.size() > this.size);
	}

	/** What one peer has of a share, and who waits there. */
	static final class Line {

		private final Deque<StagingWaiter> waiters = new ArrayDeque<>();

		private int held;

		int held() {
			return this.held;
		}

	}

	/**
	 * A slot that was given.
	 *
	 * @param waiter to whom
	 * @param slot the slot
	 */
	record Grant(StagingWaiter waiter, StagingSlot slot) {

	}

}
