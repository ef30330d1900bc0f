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

package io.nixl4j.kv;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Who waits for blocks, in the order of asking. Not safe for use by many threads, but for
 * the futures: {@link KvBlockPool} has the lock.
 */
final class WaitingList {

	private final Deque<Waiter> waiters = new ArrayDeque<>();

	private final int bound;

	/** No waiter's deadline is before this time. */
	private long nearest = Long.MAX_VALUE;

	/**
	 * Creates an empty list.
	 * @param bound how many may wait
	 */
	WaitingList(int bound) {
		this.bound = bound;
	}

	int size() {
		return this.waiters.size();
	}

	int bound() {
		return this.bound;
	}

	boolean isFull() {
		return this.waiters.size() >= this.bound;
	}

	boolean isEmpty() {
		return this.waiters.isEmpty();
	}

	void add(Waiter waiter) {
		this.waiters.add(waiter);
		this.nearest = Math.min(this.nearest, waiter.deadline());
	}

	void remove(Waiter waiter) {
		this.waiters.remove(waiter);
	}

	/**
	 * Finds out whether the first one's turn has come.
	 * @param free how many blocks can be given out
	 * @return whether the first one asks for no more
	 */
	boolean isFirstServed(int free) {
		Waiter first = this.waiters.peek();
		return first != null && first.count() <= free;
	}

	Waiter takeFirst() {
		return this.waiters.remove();
	}

	/**
	 * Takes out those whose deadline has passed.
	 * @param now the time
	 * @return they, in the order of asking
	 */
	List<Waiter> takeExpired(long now) {
		if (now < this.nearest) {
			return List.of();
		}
		List<Waiter> expired = new ArrayList<>();
		this.nearest = Long.MAX_VALUE;
		for (Waiter waiter : this.waiters) {
			if (waiter.deadline() <= now) {
				expired.add(waiter);
			}
			else {
				this.nearest = Math.min(this.nearest, waiter.deadline());
			}
		}
		this.waiters.removeAll(expired);
		return expired;
	}

	/**
	 * One who waits.
	 *
	 * @param count how many blocks it asks for
	 * @param holder who will write to them
	 * @param holdNanos how long they may be filling
	 * @param deadline until when it waits
	 * @param blocks completes outside the lock
	 */
	record Waiter(int count, KvHolder holder, long holdNanos, long deadline, CompletableFuture<List<KvBlock>> blocks) {

		@Override
		public boolean equals(Object other) {
			return this == other;
		}

		@Override
		public int hashCode() {
			return System.identityHashCode(this);
		}

	}

}
