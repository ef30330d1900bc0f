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

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

import io.nixl4j.NixlAgent;
import io.nixl4j.Notification;
import io.nixl4j.NotificationHandler;
import io.nixl4j.memory.NixlRefusedException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.boot.diagnostics.FailureAnalyzedException;

/**
 * Hands the notifications of one agent to its listeners that run, and takes none while
 * none does: they wait at the agent then.
 */
final class AgentNotifications implements NotificationHandler {

	private static final Logger logger = LoggerFactory.getLogger(AgentNotifications.class);

	private final String beanName;

	private final NixlAgent agent;

	/** Written under this object's lock. */
	private volatile List<ListenerRun> running = List.of();

	/**
	 * What the agent was about to hand out when the last listener stopped: one at most,
	 * since it hands out one after the other. Guarded by this.
	 */
	private @Nullable Notification late;

	private volatile boolean hasWarned;

	AgentNotifications(String beanName, NixlAgent agent) {
		this.beanName = beanName;
		this.agent = agent;
	}

	NixlAgent agent() {
		return this.agent;
	}

	/**
	 * Adds a run of a listener.
	 * @param run the run
	 * @param description says which listener it is, for a refusal
	 */
	synchronized void add(ListenerRun run, Supplier<String> description) {
		List<ListenerRun> before = this.running;
		List<ListenerRun> more = new ArrayList<>(before);
		more.add(run);
		Notification first = this.late;
		this.late = null;
		if (first != null && !run.offer(first)) {
			dropped(first);
		}
		this.running = List.copyOf(more);
		if (before.isEmpty()) {
			boolean taken = false;
			try {
				take(description);
				taken = true;
			}
			finally {
				this.running = taken ? this.running : before;
			}
		}
	}

	private void take(Supplier<String> description) {
		try {
			this.agent.onNotification(this);
		}
		catch (NixlRefusedException ex) {
			throw new FailureAnalyzedException(
					"Nobody can call %s: something else takes the notifications of agent '%s' (bean '%s') already."
						.formatted(description.get(), this.agent.name(), this.beanName),
					"An agent has one taker of notifications, and a Router, PrefillWorker or DecodeWorker of nixl-serving"
							+ " is one, as is whatever calls onNotification(..). Give @NixlNotificationListener methods"
							+ " an agent of their own: a further NixlAgent bean, named by their attribute 'agent'.",
					ex);
		}
	}

	synchronized void remove(ListenerRun run) {
		List<ListenerRun> fewer = new ArrayList<>(this.running);
		fewer.remove(run);
		this.running = List.copyOf(fewer);
		if (fewer.isEmpty()) {
			this.agent.onNotification(null);
		}
	}

	@Override
	public void handle(Notification notification) {
		List<ListenerRun> offered;
		do {
			offered = this.running;
			if (offer(notification, offered) || keep(notification)) {
				return;
			}
			// Another list: one that stopped in the middle of it may have started again.
		}
		while (this.running != offered);
		dropped(notification);
	}

	private static boolean offer(Notification notification, List<ListenerRun> runs) {
		boolean taken = false;
		for (ListenerRun run : runs) {
			taken |= run.offer(notification);
		}
		return taken;
	}

	/** Keeps what came too late for the last listener until there is the next. */
	private synchronized boolean keep(Notification notification) {
		boolean tooLate = this.running.isEmpty();
		if (tooLate) {
			this.late = notification;
		}
		return tooLate;
	}

	private void dropped(Notification notification) {
		String message = "No listener of agent {} that runs wants a notification of engine {}; it is dropped";
		if (this.hasWarned) {
			logger.debug(message, this.agent.name(), notification.engineId());
		}
		else {
			this.hasWarned = true;
			logger.warn(message + ", and of further ones DEBUG tells", this.agent.name(), notification.engineId());
		}
	}

}
