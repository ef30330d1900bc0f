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

package io.nixl4j.spring.boot.event;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

import io.nixl4j.NixlAgent;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.SmartLifecycle;

/**
 * Publishes events about the peers of every {@link NixlAgent} bean, from before the
 * agents start until after they have stopped: a stop ends with the last
 * {@link NixlPeerLeft}.
 */
final class PeerEventPublisher implements SmartLifecycle {

	/** Before agents start, and after they have stopped. */
	static final int PHASE = DEFAULT_PHASE - 4096 - 1;

	private static final Logger logger = LoggerFactory.getLogger(PeerEventPublisher.class);

	private final ListableBeanFactory beans;

	private final ApplicationEventPublisher publisher;

	private final Duration patience;

	private final ReentrantLock lock = new ReentrantLock();

	private final Condition peersHaveLeft = this.lock.newCondition();

	private volatile List<AgentEvents> agents = List.of();

	private volatile boolean running;

	/**
	 * Makes a publisher.
	 * @param beans where the agents are
	 * @param publisher where to publish
	 * @param patience how long a stop waits for listeners
	 */
	PeerEventPublisher(ListableBeanFactory beans, ApplicationEventPublisher publisher, Duration patience) {
		this.beans = beans;
		this.publisher = publisher;
		this.patience = patience;
	}

	@Override
	public void start() {
		this.agents = this.beans.getBeansOfType(NixlAgent.class, false, true)
			.entrySet()
			.stream()
			.map((agent) -> new AgentEvents(agent.getKey(), agent.getValue(), this.publisher,
					(events) -> signalThatPeersHaveLeft()))
			.toList();
		this.agents.forEach(AgentEvents::begin);
		this.running = true;
	}

	private void signalThatPeersHaveLeft() {
		this.lock.lock();
		try {
			this.peersHaveLeft.signalAll();
		}
		finally {
			this.lock.unlock();
		}
	}

	@Override
	public void stop() {
		try {
			if (!awaitEvents()) {
				logger.warn("Listeners of peer events took longer than {}; what comes now is not published",
						this.patience);
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		this.agents.forEach(AgentEvents::end);
		this.agents = List.of();
		this.running = false;
	}

	/** The agents have stopped, so all of their peers are about to leave. */
	private boolean awaitEvents() throws InterruptedException {
		long left = this.patience.toNanos();
		this.lock.lockInterruptibly();
		try {
			while (this.agents.stream().anyMatch(AgentEvents::hasPeers)) {
				if (left <= 0) {
					return false;
				}
				left = this.peersHaveLeft.awaitNanos(left);
			}
			return true;
		}
		finally {
			this.lock.unlock();
		}
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
