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

package io.nixl4j.route.local;

import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

/**
 * The thread that copies for one agent, request after request. It ends when it has had
 * nothing to do for a while, so an idle agent has none. Requests that wait are a list
 * linked through themselves, so adding one makes no object. Any thread may call it.
 */
final class Copier implements AutoCloseable {

	private static final long KEEP_ALIVE_NANOS = TimeUnit.SECONDS.toNanos(10);

	private final String threadName;

	/** Guarded by this. */
	private @Nullable LocalRequest first;

	/** Guarded by this; means nothing while nothing waits. */
	private @Nullable LocalRequest last;

	/** Guarded by this. */
	private boolean running;

	/** Guarded by this. */
	private boolean closed;

	Copier(String agentName) {
		this.threadName = "nixl-" + agentName + "-copy";
	}

	/**
	 * Adds a request that waits nowhere.
	 * @param request what to run
	 * @return {@code false} if the copier is closed, and nothing was added
	 */
	synchronized boolean add(LocalRequest request) {
		if (this.closed) {
			return false;
		}
		LocalRequest before = this.last;
		if (this.first == null || before == null) {
			this.first = request;
		}
		else {
			before.nextWaiting = request;
		}
		this.last = request;
		if (this.running) {
			notifyAll();
		}
		else {
			Thread thread = new Thread(this::run, this.threadName);
			thread.setDaemon(true);
			thread.start();
			this.running = true;
		}
		return true;
	}

	/** Ends the thread behind what waits. */
	@Override
	public synchronized void close() {
		this.closed = true;
		notifyAll();
	}

	private void run() {
		LocalRequest request = next();
		while (request != null) {
			request.copy();
			request = next();
		}
	}

	private synchronized @Nullable LocalRequest next() {
		long end = System.nanoTime() + KEEP_ALIVE_NANOS;
		while (this.first == null) {
			long left = end - System.nanoTime();
			if (this.closed || left <= 0) {
				this.running = false;
				return null;
			}
			try {
				TimeUnit.NANOSECONDS.timedWait(this, left);
			}
			catch (InterruptedException ex) {
				// Nobody may end this thread by an interrupt: attempts would never end.
				continue;
			}
		}
		LocalRequest request = this.first;
		this.first = request.nextWaiting;
		request.nextWaiting = null;
		return request;
	}

}
