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
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import io.nixl4j.memory.NixlError;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where an agent's notifications wait for its application. The windows of the sessions
 * bound how many there are.
 */
final class NotificationDesk {

	private static final Logger logger = LoggerFactory.getLogger(NotificationDesk.class);

	private final LinkedBlockingQueue<Waiting> waiting = new LinkedBlockingQueue<>();

	private final String agentName;

	private final Executor executor;

	private final AtomicBoolean delivering = new AtomicBoolean();

	private volatile @Nullable NotificationHandler handler;

	NotificationDesk(String agentName, Executor executor) {
		this.agentName = agentName;
		this.executor = executor;
	}

	void handler(@Nullable NotificationHandler next) {
		synchronized (this) {
			NotificationHandler current = this.handler;
			if (next != null && current != null && current != next) {
				throw NixlError.REFUSED.exception("The notifications of agent " + this.agentName
						+ " are taken already: an agent has one handler, and a router or a worker of"
						+ " io.nixl4j.serving is one. Give this one an agent of its own, or take the other one off"
						+ " by onNotification(null)", null, "onNotification", null);
			}
			this.handler = next;
		}
		deliver();
	}

	void add(Notification notification, Runnable taken) {
		this.waiting.add(new Waiting(notification, taken));
		deliver();
	}

	Optional<Notification> poll(Duration timeout) throws InterruptedException {
		Waiting next = this.waiting.poll(timeout.toNanos(), TimeUnit.NANOSECONDS);
		if (next == null) {
			return Optional.empty();
		}
		next.taken().run();
		return Optional.of(next.notification());
	}

	private void deliver() {
		if (this.handler != null && !this.waiting.isEmpty() && this.delivering.compareAndSet(false, true)) {
			try {
				this.executor.execute(this::run);
			}
			catch (RejectedExecutionException ex) {
				// The agent is closed; nobody asks for notifications any more.
				this.delivering.set(false);
			}
		}
	}

	private void run() {
		try {
			Taken taken = take();
			while (taken != null) {
				handle(taken.by(), taken.what());
				taken = take();
			}
		}
		finally {
			this.delivering.set(false);
		}
		deliver();
	}

	/** Once a handler was taken off, nothing more is taken for it. */
	private synchronized @Nullable Taken take() {
		NotificationHandler current = this.handler;
		Waiting next = (current != null) ? this.waiting.poll() : null;
		return (current != null && next != null) ? new Taken(current, next) : null;
	}

	private static void handle(NotificationHandler handler, Waiting next) {
		try {
			handler.handle(next.notification());
		}
		catch (RuntimeException ex) {
			logger.error("The notification handler failed on a notification of engine {}",
					next.notification().engineId(), ex);
		}
		finally {
			next.taken().run();
		}
	}

	private record Waiting(Notification notification, Runnable taken) {
	}

	private record Taken(NotificationHandler by, Waiting what) {
	}

}
