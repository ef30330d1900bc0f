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

package io.nixl4j.spring.boot;

import java.util.Collection;

import io.nixl4j.NixlAgent;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.context.ApplicationListener;
import org.springframework.context.SmartLifecycle;

/**
 * Publishes every {@link NixlAgent} bean while the application accepts traffic, so that
 * nobody is led to one that is not ready. Last to start and first to stop: peers are told
 * before anything that they need goes away. A start after a stop publishes again, since
 * readiness is then not announced anew.
 */
final class NixlPublication implements SmartLifecycle, ApplicationListener<AvailabilityChangeEvent<ReadinessState>> {

	static final int PHASE = DEFAULT_PHASE;

	private final ListableBeanFactory beans;

	private boolean accepting;

	private boolean running;

	NixlPublication(ListableBeanFactory beans) {
		this.beans = beans;
	}

	@Override
	public synchronized void onApplicationEvent(AvailabilityChangeEvent<ReadinessState> event) {
		this.accepting = event.getState() == ReadinessState.ACCEPTING_TRAFFIC;
		if (this.running) {
			update(this.accepting);
		}
	}

	@Override
	public synchronized void start() {
		this.running = true;
		if (this.accepting) {
			update(true);
		}
	}

	@Override
	public synchronized void stop() {
		this.running = false;
		update(false);
	}

	private void update(boolean published) {
		RuntimeException failure = null;
		for (NixlAgent agent : agents()) {
			try {
				if (published) {
					AgentStart.publish(agent);
				}
				else {
					agent.withdraw();
				}
			}
			catch (RuntimeException ex) {
				failure = added(failure, ex);
			}
		}
		if (failure != null) {
			throw failure;
		}
	}

	/** The others go on when one fails. */
	private static RuntimeException added(@Nullable RuntimeException first, RuntimeException next) {
		if (first == null) {
			return next;
		}
		first.addSuppressed(next);
		return first;
	}

	private Collection<NixlAgent> agents() {
		return this.beans.getBeansOfType(NixlAgent.class, false, false).values();
	}

	@Override
	public synchronized boolean isRunning() {
		return this.running;
	}

	@Override
	public int getPhase() {
		return PHASE;
	}

}
