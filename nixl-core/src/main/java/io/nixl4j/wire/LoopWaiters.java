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

package io.nixl4j.wire;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;

import org.jspecify.annotations.Nullable;

/**
 * Callers that sleep while another one drives the loop, each ready to go on with it. A
 * fixed number, so that nothing is allocated; who finds no place sleeps all the same and
 * is only never called. Any thread may use it.
 */
final class LoopWaiters {

	private static final int PLACES = 64;

	private final AtomicReferenceArray<@Nullable Thread> places = new AtomicReferenceArray<>(PLACES);

	private final AtomicInteger count = new AtomicInteger();

	/**
	 * Where the next one to be called is looked for first, so that all have their turn.
	 */
	private volatile int next;

	/**
	 * Takes a place.
	 * @return its number, or -1 if all are taken
	 */
	int add(Thread waiter) {
		for (int i = 0; i < PLACES; i++) {
			if (this.places.get(i) == null && this.places.compareAndSet(i, null, waiter)) {
				this.count.incrementAndGet();
				return i;
			}
		}
		return -1;
	}

	/** Whether a waiter still has its place, and was not called. */
	boolean has(int place, Thread waiter) {
		return this.places.get(place) == waiter;
	}

	/**
	 * Gives a place back.
	 * @return {@code false} if the waiter was called meanwhile, and has to see to the
	 * loop or to another one that does
	 */
	boolean remove(int place, Thread waiter) {
		if (!this.places.compareAndSet(place, waiter, null)) {
			return false;
		}
		this.count.decrementAndGet();
		return true;
	}

	boolean isEmpty() {
		return this.count.get() == 0;
	}

	/**
	 * Takes one of them from its place.
	 * @return the waiter, to be unparked, or {@code null} if there is none
	 */
	@Nullable Thread call() {
		int first = this.next;
		for (int i = 0; i < PLACES; i++) {
			int place = (first + i) % PLACES;
			Thread waiter = this.places.get(place);
			if (waiter != null && this.places.compareAndSet(place, waiter, null)) {
				this.count.decrementAndGet();
				this.next = (place + 1) % PLACES;
				return waiter;
			}
		}
		return null;
	}

}
