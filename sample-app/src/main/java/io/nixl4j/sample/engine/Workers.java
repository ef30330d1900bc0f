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

package io.nixl4j.sample.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

import org.jspecify.annotations.Nullable;

/**
 * A few threads that do the independent parts of one computation together, with the
 * calling thread as the first of them. A token takes hundreds of such computations of
 * some microseconds each, so whoever waits spins for a moment before it sleeps.
 *
 * <p>
 * Which thread does a part is open; what a part computes must not depend on it.
 */
final class Workers implements AutoCloseable {

	/** Rounds of waiting before a thread sleeps: some tens of microseconds. */
	private static final int SPINS = 2_000;

	private final List<Thread> helpers = new ArrayList<>();

	private volatile @Nullable Job current;

	private volatile boolean closed;

	/**
	 * Start the threads.
	 * @param threads how many compute, the caller's counted
	 * @param name what the threads are called
	 */
	Workers(int threads, String name) {
		if (threads < 1 || threads > 256) {
			throw new IllegalArgumentException(threads + " threads: must be from 1 to 256");
		}
		for (int i = 1; i < threads; i++) {
			int index = i;
			Thread thread = new Thread(() -> help(index), name + "-" + i);
			thread.setDaemon(true);
			this.helpers.add(thread);
			thread.start();
		}
	}

	/** Threads that compute; their indices are the numbers below. */
	int threads() {
		return this.helpers.size() + 1;
	}

	/**
	 * Does all parts and returns when they are done. One caller at a time.
	 * @throws IllegalStateException if this was closed
	 */
	void run(int parts, Part part) {
		if (this.closed) {
			throw new IllegalStateException("the engine is closed");
		}
		Job job = new Job(part, parts, Thread.currentThread());
		this.current = job;
		for (int i = 0; i < Math.min(this.helpers.size(), parts - 1); i++) {
			// Costs next to nothing for a thread that is awake.
			LockSupport.unpark(this.helpers.get(i));
		}
		job.work(0);
		job.awaitEnd();
		this.current = null;
		job.rethrow();
	}

	private void help(int index) {
		Job last = null;
		int spins = 0;
		while (!this.closed) {
			Job job = this.current;
			if (job != null && job != last) {
				job.work(index);
				last = job;
				spins = 0;
			}
			else if (spins < SPINS) {
				spins++;
				Thread.onSpinWait();
			}
			else {
				LockSupport.park(this);
			}
		}
	}

	/** Ends the threads. Call it when no computation runs. */
	@Override
	public void close() {
		this.closed = true;
		this.helpers.forEach(LockSupport::unpark);
	}

	/** An independent part of a computation. */
	@FunctionalInterface
	interface Part {

		void run(int part, int thread);

	}

	private static final class Job {

		private final Part part;

		private final int parts;

		private final Thread caller;

		private final AtomicInteger next = new AtomicInteger();

		private final AtomicInteger done = new AtomicInteger();

		private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

		Job(Part part, int parts, Thread caller) {
			this.part = part;
			this.parts = parts;
			this.caller = caller;
		}

		void work(int thread) {
			for (int i = this.next.getAndIncrement(); i < this.parts; i = this.next.getAndIncrement()) {
				try {
					this.part.run(i, thread);
				}
				catch (RuntimeException | Error ex) {
					this.failure.compareAndSet(null, ex);
				}
				if (this.done.incrementAndGet() == this.parts && thread != 0) {
					LockSupport.unpark(this.caller);
				}
			}
		}

		void awaitEnd() {
			boolean interrupted = false;
			for (int spins = 0; this.done.get() < this.parts; spins++) {
				if (spins < SPINS) {
					Thread.onSpinWait();
				}
				else {
					LockSupport.park(this);
					// Parking returns at once while the flag is up; it is put back at the
					// end.
					interrupted |= Thread.interrupted();
				}
			}
			if (interrupted) {
				Thread.currentThread().interrupt();
			}
		}

		void rethrow() {
			Throwable ex = this.failure.get();
			if (ex instanceof Error error) {
				throw error;
			}
			if (ex instanceof RuntimeException exception) {
				throw exception;
			}
		}

	}

}
