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

package io.nixl4j.serving;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The threads of a worker that call its engine. What waits for them is bounded by the
 * requests that the worker has.
 */
final class EngineThreads implements AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(EngineThreads.class);

	private static final int CLOSE_SECONDS = 10;

	private final ThreadPoolExecutor threads;

	private final String name;

	/**
	 * Creates the threads.
	 * @param name names them
	 * @param number how many
	 */
	EngineThreads(String name, int number) {
		this.name = name;
		AtomicInteger created = new AtomicInteger();
		this.threads = new ThreadPoolExecutor(number, number, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>(),
				(task) -> {
					Thread thread = new Thread(task, name + "-" + created.incrementAndGet());
					thread.setDaemon(true);
					return thread;
				});
	}

	/**
	 * Runs something when a thread is free.
	 * @param task what to run
	 * @return whether it will be run, unless the threads are closed before
	 */
	boolean run(Runnable task) {
		try {
			this.threads.execute(task);
			return true;
		}
		catch (RejectedExecutionException ex) {
			return false;
		}
	}

	/**
	 * Interrupts the engine and waits until it has returned, ten seconds at most.
	 */
	@Override
	public void close() {
		// What was never begun ends as well, and is not wanted any more
		this.threads.shutdownNow().forEach(Runnable::run);
		try {
			if (!this.threads.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
				logger.warn("The engine of {} did not return within {} s; it may still touch the KV cache", this.name,
						CLOSE_SECONDS);
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}
