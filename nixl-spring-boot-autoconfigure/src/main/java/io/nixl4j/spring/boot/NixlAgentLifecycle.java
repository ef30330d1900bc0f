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

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Function;

import io.nixl4j.NixlAgent;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.context.SmartLifecycle;

/**
 * Opens and closes the sockets of every {@link NixlAgent} bean: before whatever may use
 * an agent starts, and after it has stopped. Publishing is up to {@link NixlPublication},
 * since that is the last step of a start and the first of a stop.
 */
final class NixlAgentLifecycle implements SmartLifecycle, DisposableBean {

	/** Before web servers start, and after they have stopped. */
	static final int PHASE = DEFAULT_PHASE - 4096;

	private static final Logger logger = LoggerFactory.getLogger(NixlAgentLifecycle.class);

	private final ListableBeanFactory beans;

	private final Function<NixlAgent, String> startUpLine;

	private final KeepAlive keepAlive = new KeepAlive();

	private volatile List<NixlAgent> started = List.of();

	private volatile boolean running;

	NixlAgentLifecycle(ListableBeanFactory beans, Function<NixlAgent, String> startUpLine) {
		this.beans = beans;
		this.startUpLine = startUpLine;
	}

	@Override
	public void start() {
		Map<String, NixlAgent> agents = this.beans.getBeansOfType(NixlAgent.class, false, true);
		List<NixlAgent> open = new ArrayList<>();
		try {
			agents.forEach((name, agent) -> {
				AgentStart.start(name, agent);
				open.add(agent);
			});
		}
		catch (RuntimeException ex) {
			open.forEach(NixlAgent::stop);
			throw ex;
		}
		this.started = List.copyOf(open);
		this.running = true;
		if (open.stream().anyMatch((agent) -> agent.port() > 0)) {
			this.keepAlive.begin();
		}
		open.forEach((agent) -> logger.info(this.startUpLine.apply(agent)));
	}

	@Override
	public void stop() {
		stopAll().join();
	}

	@Override
	public void stop(Runnable callback) {
		stopAll().thenRun(callback);
	}

	/**
	 * Stops all agents side by side. Each of them bounds its own stop, by the drain
	 * time-out above all.
	 */
	private CompletableFuture<Void> stopAll() {
		CompletableFuture<?>[] stops = this.started.stream()
			.map((agent) -> CompletableFuture.runAsync(agent::stop, thread(agent)).exceptionally((failure) -> {
				logger.warn("Agent {} did not stop in good order", agent.name(), failure);
				return null;
			}))
			.toArray(CompletableFuture[]::new);
		return CompletableFuture.allOf(stops).thenRun(this::stopped);
	}

	// Not a daemon: the JVM must not end in the middle of it.
	private static Executor thread(NixlAgent agent) {
		return (task) -> new Thread(task, "nixl-" + agent.name() + "-stop").start();
	}

	private void stopped() {
		this.started = List.of();
		this.running = false;
		this.keepAlive.end();
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

	@Override
	public int getPhase() {
		return PHASE;
	}

	/**
	 * Lets the JVM go where a start failed after this one, and no stop came.
	 */
	@Override
	public void destroy() {
		this.keepAlive.end();
	}

}
