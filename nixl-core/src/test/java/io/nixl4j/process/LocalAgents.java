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
package io.nixl4j.process;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import io.nixl4j.NixlAgent;
import io.nixl4j.NixlPeer;
import io.nixl4j.TcpOptions;
import io.nixl4j.memory.MemoryRegion;
import io.nixl4j.memory.MemoryType;
import io.nixl4j.memory.Permissions;
import io.nixl4j.memory.RegionOptions;

/**
 * Agents of one test that reach each other by real sockets, and threads that use them.
 */
final class LocalAgents implements AutoCloseable {

	/** The region that each agent serves. */
	static final String REGION = "kv";

	private final List<NixlAgent> agents = new ArrayList<>();

	private final ExecutorService threads = Executors.newCachedThreadPool();

	/**
	 * Starts an agent.
	 * @param name its name
	 * @param options its sockets
	 * @return the agent
	 */
	NixlAgent start(String name, TcpOptions options) {
		return start(NixlAgent.builder().name(name).tcp(options).build());
	}

	NixlAgent start(NixlAgent agent) {
		this.agents.add(agent);
		agent.start();
		agent.publish();
		return agent;
	}

	NixlAgent start(String name) {
		return start(name, TcpOptions.defaults());
	}

	static NixlPeer connect(NixlAgent from, NixlAgent to) {
		return from.connect("127.0.0.1", to.port());
	}

	static MemoryRegion serve(NixlAgent agent, long length) {
		return agent.allocate(REGION, length, MemoryType.DRAM, Permissions.READ_WRITE);
	}

	static MemoryRegion local(NixlAgent agent, long length) {
		return agent.allocate(length, RegionOptions.of("local"));
	}

	/**
	 * Has something done on another thread.
	 * @param task what
	 * @return its end
	 */
	Future<?> run(Task task) {
		return this.threads.submit(() -> {
			task.run();
			return null;
		});
	}

	@Override
	public void close() {
		this.threads.shutdownNow();
		// What threads still wait for ends with the agents.
		this.agents.forEach(NixlAgent::close);
	}

	/**
	 * Something that may fail.
	 */
	interface Task {

		/**
		 * Does it.
		 * @throws Exception if it fails
		 */
		void run() throws Exception;

	}

}
