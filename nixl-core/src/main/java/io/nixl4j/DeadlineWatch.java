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

package io.nixl4j;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

/**
 * Ends the wait for transfers whose deadline has come, on a thread of its own. Transfers
 * in flight are a list linked through themselves, so adding and removing one makes no
 * object; the thread sleeps until the next deadline, and without a limit while nothing is
 * in flight.
 */
final class DeadlineWatch implements AutoCloseable {

	private final Thread thread;

	/** Guarded by this. */
	private @Nullable TransferMachine first;

	/** Guarded by this: when the thread wakes by itself; meaningful while it sleeps. */
	private long wakeNanos;

	/** Guarded by this: whether the thread sleeps without a limit. */
	private boolean idle;

	/** Guarded by this. */
	private boolean draining;

	/** Of the watch's thread: which post of the expired transfer it is. */
	private int expiredPost;

	DeadlineWatch(String agentName) {
		this.thread = new Thread(this::run, "nixl-" + agentName + "-deadlines");
		this.thread.setDaemon(true);
	}

	void start() {
		this.thread.start();
	}

	/**
	 * Watches a transfer, until its deadline or until it is removed. One that is watched
	 * already is watched once, by its new deadline.
	 * @param transfer the transfer
	 */
	synchronized void add(TransferMachine transfer) {
		remove(transfer);
		TransferMachine head = this.first;
		transfer.nextInFlight = head;
		transfer.previousInFlight = null;
		if (head != null) {
			head.previousInFlight = transfer;
		}
		this.first = transfer;
		transfer.watched = true;
		if (this.idle || transfer.deadlineNanos - this.wakeNanos < 0) {
			notifyAll();
		}
	}

	synchronized void remove(TransferMachine transfer) {
		if (!transfer.watched) {
			return;
		}
		TransferMachine next = transfer.nextInFlight;
		TransferMachine previous = transfer.previousInFlight;
		if (next != null) {
			next.previousInFlight = previous;
		}
		if (previous != null) {
			previous.nextInFlight = next;
		}
		else {
			this.first = next;
		}
		transfer.nextInFlight = null;
		transfer.previousInFlight = null;
		transfer.watched = false;
		if (this.first == null && this.draining) {
			notifyAll();
		}
	}

	/**
	 * Waits until no transfer is without a result.
	 * @param limit how long at most
	 * @return whether that was reached
	 */
	boolean awaitNone(Duration limit) {
		long end = System.nanoTime() + limit.toNanos();
		boolean interrupted = false;
		try {
			synchronized (this) {
				this.draining = true;
				while (this.first != null) {
					long left = end - System.nanoTime();
					if (left <= 0) {
						return false;
					}
					try {
						TimeUnit.NANOSECONDS.timedWait(this, left);
					}
					catch (InterruptedException ex) {
						interrupted = true;
						return false;
					}
				}
				return true;
			}
		}
		finally {
			if (interrupted) {
				Thread.currentThread().interrupt();
			}
		}
	}

	@Override
	public void close() {
		this.thread.interrupt();
	}

	private void run() {
		try {
			while (true) {
				TransferMachine expired = next();
				expired.expired(this.expiredPost);
			}
		}
		catch (InterruptedException ex) {
			// Closed: the sessions' end has failed what was still in flight.
			return;
		}
	}

	private synchronized TransferMachine next() throws InterruptedException {
		while (true) {
			long now = System.nanoTime();
			TransferMachine earliest = null;
			for (TransferMachine entry = this.first; entry != null; entry = entry.nextInFlight) {
				if (earliest == null || entry.deadlineNanos - earliest.deadlineNanos < 0) {
					earliest = entry;
				}
			}
			if (earliest == null) {
				this.idle = true;
				wait();
				this.idle = false;
			}
			else if (earliest.deadlineNanos - now <= 0) {
				remove(earliest);
				this.expiredPost = earliest.postNumber();
				return earliest;
			}
			else {
				this.wakeNanos = earliest.deadlineNanos;
				TimeUnit.NANOSECONDS.timedWait(this, earliest.deadlineNanos - now);
			}
		}
	}

}
