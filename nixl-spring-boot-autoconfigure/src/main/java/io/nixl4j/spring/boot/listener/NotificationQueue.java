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

package io.nixl4j.spring.boot.listener;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

import io.nixl4j.Notification;
import org.jspecify.annotations.Nullable;

/**
 * Notifications that wait for a listener. When it is full who puts waits; when it is
 * closed nothing comes in, and what is there can still be taken.
 */
final class NotificationQueue {

	private final int capacity;

	private final ReentrantLock lock = new ReentrantLock();

	private final Condition roomOrClosed = this.lock.newCondition();

	private final Condition thereOrClosed = this.lock.newCondition();

	/** Guarded by the lock. */
	private final Queue<Notification> waiting = new ArrayDeque<>();

	/** Guarded by the lock. */
	private boolean closed;

	NotificationQueue(int capacity) {
		this.capacity = capacity;
	}

	/**
	 * Puts a notification at the end, as soon as there is room.
	 * @param notification the notification
	 * @return {@code false} if the queue is closed and it was not put
	 */
	boolean put(Notification notification) {
		this.lock.lock();
		try {
			while (!this.closed && this.waiting.size() >= this.capacity) {
				this.roomOrClosed.awaitUninterruptibly();
			}
			if (this.closed) {
				return false;
			}
			this.waiting.add(notification);
			this.thereOrClosed.signal();
			return true;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Takes the notification that has waited longest, as soon as there is one.
	 * @return the notification, or {@code null} if there is none and will be none
	 */
	@Nullable Notification take() {
		this.lock.lock();
		try {
			while (!this.closed && this.waiting.isEmpty()) {
				this.thereOrClosed.awaitUninterruptibly();
			}
			Notification next = this.waiting.poll();
			this.roomOrClosed.signal();
			return next;
		}
		finally {
			this.lock.unlock();
		}
	}

	/** Lets nothing more in. */
	void close() {
		this.lock.lock();
		try {
			this.closed = true;
			this.roomOrClosed.signalAll();
			this.thereOrClosed.signalAll();
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Drops what waits.
	 * @return how many notifications these were
	 */
	int clear() {
		this.lock.lock();
		try {
			int dropped = this.waiting.size();
			this.waiting.clear();
			this.roomOrClosed.signalAll();
			return dropped;
		}
		finally {
			this.lock.unlock();
		}
	}

	int size() {
		this.lock.lock();
		try {
			return this.waiting.size();
		}
		finally {
			this.lock.unlock();
		}
	}

}
