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

import io.nixl4j.NixlAgent;
import io.nixl4j.Notification;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts what an agent hands out to its listener into a queue, from which the listener's
 * threads call the method.
 */
final class ListenerContainer implements NixlNotificationListenerContainer {

	private static final Logger logger = LoggerFactory.getLogger(ListenerContainer.class);

	private final String id;

	private final ListenerMethod method;

	private final NotificationFilter filter;

	private final AgentNotifications notifications;

	private final NixlListenerOptions options;

	/** There while it runs; written under this container's lock. */
	private volatile @Nullable ListenerRun run;

	/** The last one that was stopped, unless it was given up. Guarded by this. */
	private @Nullable ListenerRun ending;

	ListenerContainer(String id, ListenerMethod method, NotificationFilter filter, AgentNotifications notifications,
			NixlListenerOptions options) {
		this.id = id;
		this.method = method;
		this.filter = filter;
		this.notifications = notifications;
		this.options = options;
	}

	@Override
	public String id() {
		return this.id;
	}

	@Override
	public NixlAgent agent() {
		return this.notifications.agent();
	}

	@Override
	public NixlListenerOptions options() {
		return this.options;
	}

	@Override
	public int waiting() {
		ListenerRun current = this.run;
		return (current != null) ? current.waiting() : 0;
	}

	@Override
	public boolean isRunning() {
		return this.run != null;
	}

	@Override
	public synchronized void start() {
		if (this.run != null) {
			return;
		}
		ListenerRun before = this.ending;
		ListenerRun begun = new ListenerRun((before == null || before.hasEnded()) ? null : before, this.filter,
				this.options, this::call);
		this.run = begun;
		boolean started = false;
		try {
			this.notifications.add(begun, this::describe);
			started = true;
		}
		finally {
			if (!started) {
				this.run = null;
				begun.end(this.options.stopTimeout());
			}
		}
	}

	@Override
	public void stop() {
		ListenerRun stopped = takeOff();
		if (stopped == null) {
			return;
		}
		int dropped = stopped.end(this.options.stopTimeout());
		forget(stopped);
		if (dropped > 0) {
			logger.warn("Listener {} did not come to {} notifications within {}; they are dropped", this.id, dropped,
					this.options.stopTimeout());
		}
	}

	private synchronized @Nullable ListenerRun takeOff() {
		ListenerRun current = this.run;
		if (current != null) {
			this.notifications.remove(current);
			this.run = null;
			this.ending = current;
		}
		return this.ending;
	}

	/** A run that goes on after it was awaited has been given up. */
	private synchronized void forget(ListenerRun stopped) {
		if (this.ending == stopped && !stopped.isWorkOf(Thread.currentThread())) {
			this.ending = null;
		}
	}

	private void call(Notification notification) {
		try {
			this.method.call(notification, agent());
		}
		catch (Throwable ex) {
			failed(ex, notification);
		}
	}

	private void failed(Throwable failure, Notification notification) {
		try {
			this.options.errorHandler().handleError(failure, notification, this.id);
		}
		catch (RuntimeException | Error ex) {
			logger.error("The error handler of listener {} failed on a notification of engine {}", this.id,
					notification.engineId(), ex);
		}
	}

	/** Says where it is, for messages about it. */
	String describe() {
		return "listener '" + this.id + "' (" + this.method + ")";
	}

}
