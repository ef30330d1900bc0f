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

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;

import io.nixl4j.memory.NixlError;
import io.nixl4j.memory.NixlException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread on which a router or worker decides everything, so that its state needs
 * no locks. Nothing that runs on it waits. After it is closed what comes is dropped.
 */
final class Loop implements AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(Loop.class);

	private final ScheduledThreadPoolExecutor thread;

	/**
	 * Creates a loop.
	 * @param name names the thread
	 */
	Loop(String name) {
		this.thread = new ScheduledThreadPoolExecutor(1, (task) -> {
			Thread created = new Thread(task, name);
			created.setDaemon(true);
			return created;
		});
		this.thread.setRemoveOnCancelPolicy(true);
		this.thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
	}

	/**
	 * Runs something soon, behind all that came before.
	 * @param task what to run
	 * @return whether it will be run
	 */
	boolean run(Runnable task) {
		try {
			this.thread.execute(() -> guarded(task));
			return true;
		}
		catch (RejectedExecutionException ex) {
			return false;
		}
	}

	/**
	 * Runs something and waits until it was run; does nothing if the loop is closed.
	 * @param task what to run
	 */
	void runAndWait(Runnable task) {
		CompletableFuture<Void> done = new CompletableFuture<>();
		boolean taken = run(() -> {
			try {
				task.run();
			}
			finally {
				done.complete(null);
			}
		});
		if (taken) {
			done.join();
		}
	}

	/**
	 * Runs something later.
	 * @param delay when
	 * @param task what to run
	 * @return to cancel it by; {@code null} if the loop is closed
	 */
	@Nullable Future<?> later(Duration delay, Runnable task) {
		try {
			return this.thread.schedule(() -> guarded(task), delay.toMillis(), TimeUnit.MILLISECONDS);
		}
		catch (RejectedExecutionException ex) {
			return null;
		}
	}

	/**
	 * Hears of the end of something.
	 * @param <T> what comes of it
	 * @param stage what ends
	 * @param then called on this loop with the value or the failure
	 */
	<T> void whenDone(CompletionStage<T> stage, BiConsumer<@Nullable T, @Nullable NixlException> then) {
		stage
			.whenComplete((value, failure) -> run(() -> then.accept(value, (failure != null) ? typed(failure) : null)));
	}

	private static void guarded(Runnable task) {
		try {
			task.run();
		}
		catch (RuntimeException | Error ex) {
			logger.error("A step of serving failed", ex);
		}
	}

	/**
	 * Finds the typed failure in what a future or an engine threw.
	 * @param failure what was thrown
	 * @return the same, or the backend's failure with it as its cause
	 */
	static NixlException typed(Throwable failure) {
		Throwable cause = failure;
		while (cause != null) {
			if (cause instanceof NixlException known) {
				return known;
			}
			cause = cause.getCause();
		}
		return NixlError.BACKEND.exception("The engine failed: " + failure, null, "serve", failure);
	}

	@Override
	public void close() {
		this.thread.shutdown();
	}

}
