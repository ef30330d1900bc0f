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
package io.nixl4j.metadata.etcd;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The two threads of a store, whatever is in flight. All of its state is changed on the
 * loop, which never waits and calls nobody else's code; listeners and those who wait for
 * a future are called on the other one, so that they may take their time and may use the
 * store.
 */
final class StoreThreads {

	private static final Logger logger = LoggerFactory.getLogger(StoreThreads.class);

	private final ScheduledThreadPoolExecutor loop = new ScheduledThreadPoolExecutor(1, named("nixl-etcd"));

	private final ExecutorService callbacks = Executors.newSingleThreadExecutor(named("nixl-etcd-callback"));

	StoreThreads() {
		this.loop.setRemoveOnCancelPolicy(true);
		this.loop.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
	}

	/** Runs a task on the loop; drops it when the store is closed. */
	void execute(Runnable task) {
		try {
			this.loop.execute(guarded(task));
		}
		catch (RejectedExecutionException ex) {
			logger.debug("The store is closed and does nothing more");
		}
	}

	/** Runs a task on the loop later; drops it when the store is closed. */
	Future<?> schedule(Runnable task, Duration delay) {
		try {
			return this.loop.schedule(guarded(task), delay.toNanos(), TimeUnit.NANOSECONDS);
		}
		catch (RejectedExecutionException ex) {
			return CompletableFuture.completedFuture(null);
		}
	}

	/** Runs a task on the loop and waits for it, but not for long. */
	void executeAndWait(Runnable task, Duration limit) {
		CountDownLatch done = new CountDownLatch(1);
		execute(() -> {
			try {
				task.run();
			}
			finally {
				done.countDown();
			}
		});
		try {
			if (!done.await(limit.toNanos(), TimeUnit.NANOSECONDS)) {
				logger.warn("The metadata store on etcd did not come to rest within {}", limit);
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	/** Calls somebody else's code. */
	void call(Runnable task) {
		try {
			this.callbacks.execute(guarded(task));
		}
		catch (RejectedExecutionException ex) {
			logger.debug("The store is closed and calls nobody more");
		}
	}

	/** The loop for the client's own short tasks. */
	ExecutorService forClient() {
		return this.loop;
	}

	/** Drops what is left on the loop, and ends both threads. */
	void close() {
		this.loop.shutdown();
		this.callbacks.shutdown();
	}

	private static Runnable guarded(Runnable task) {
		return () -> {
			try {
				task.run();
			}
			catch (RuntimeException ex) {
				logger.error("A step of the metadata store on etcd failed", ex);
			}
		};
	}

	private static ThreadFactory named(String name) {
		return (task) -> {
			Thread thread = new Thread(task, name);
			thread.setDaemon(true);
			return thread;
		};
	}

}
