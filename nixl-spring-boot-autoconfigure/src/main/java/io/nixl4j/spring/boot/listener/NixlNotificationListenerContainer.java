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

import org.springframework.context.Lifecycle;

/**
 * Runs one {@link NixlNotificationListener} method. May be stopped and started again at
 * any time, by any thread, also by the method itself. What comes for it meanwhile waits
 * at the agent, or is dropped if other listeners of the same agent run.
 */
public interface NixlNotificationListenerContainer extends Lifecycle {

	/**
	 * Returns the listener's id.
	 * @return the id
	 */
	String id();

	/**
	 * Returns whose notifications it takes.
	 * @return the agent
	 */
	NixlAgent agent();

	/**
	 * Returns how it is run.
	 * @return the options
	 */
	NixlListenerOptions options();

	/**
	 * Returns how many notifications wait for the method now.
	 * @return a number up to the queue's capacity
	 */
	int waiting();

	/**
	 * Begins to take notifications. Does nothing if it does so already.
	 * @throws org.springframework.boot.diagnostics.FailureAnalyzedException if something
	 * else takes the agent's notifications
	 */
	@Override
	void start();

	/**
	 * Takes no more notifications and waits until the method has been called with those
	 * that wait, as long as the options allow; then interrupts the method and drops the
	 * rest. Does not wait if the method itself calls it.
	 */
	@Override
	void stop();

}
