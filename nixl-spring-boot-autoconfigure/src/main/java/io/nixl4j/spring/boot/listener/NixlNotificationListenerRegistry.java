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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.springframework.boot.diagnostics.FailureAnalyzedException;
import org.springframework.context.SmartLifecycle;

/**
 * The listeners of the application. Starts them when nearly everything else has started,
 * and before agents are published; stops them after agents were withdrawn, and before
 * nearly everything else. Of several that stop, each has its own time-out.
 */
public final class NixlNotificationListenerRegistry implements SmartLifecycle {

	/** Before agents are published, and after they were withdrawn. */
	static final int PHASE = DEFAULT_PHASE - 128;

	/** Guarded by this. */
	private final Map<String, ListenerContainer> containers = new LinkedHashMap<>();

	private volatile boolean running;

	NixlNotificationListenerRegistry() {
	}

	void register(ListenerContainer container) {
		boolean starts;
		synchronized (this) {
			ListenerContainer other = this.containers.putIfAbsent(container.id(), container);
			if (other != null) {
				throw new FailureAnalyzedException(
						"Two notification listeners have one id: " + container.describe() + " and " + other.describe()
								+ ".",
						"Give each an id of its own, by the attribute 'id' of @NixlNotificationListener.");
			}
			starts = this.running && container.options().autoStartup();
		}
		if (starts) {
			container.start();
		}
	}

	/**
	 * Returns a listener.
	 * @param id the listener's id
	 * @return its container, or empty if there is none of that id
	 */
	public synchronized Optional<NixlNotificationListenerContainer> container(String id) {
		return Optional.ofNullable(this.containers.get(id));
	}

	/**
	 * Returns all listeners.
	 * @return their containers at this moment
	 */
	public synchronized List<NixlNotificationListenerContainer> containers() {
		return List.copyOf(this.containers.values());
	}

	/**
	 * Starts all listeners that start with the application.
	 */
	@Override
	public void start() {
		this.running = true;
		List<NixlNotificationListenerContainer> started = new ArrayList<>();
		try {
			for (NixlNotificationListenerContainer container : containers()) {
				if (container.options().autoStartup()) {
					container.start();
					started.add(container);
				}
			}
		}
		catch (RuntimeException ex) {
			this.running = false;
			started.forEach(NixlNotificationListenerContainer::stop);
			throw ex;
		}
	}

	/**
	 * Stops all listeners.
	 */
	@Override
	public void stop() {
		this.running = false;
		containers().forEach(NixlNotificationListenerContainer::stop);
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

	@Override
	public int getPhase() {
		return PHASE;
	}

}
