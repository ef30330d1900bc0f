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

package io.nixl4j.benchmarks;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;

import io.nixl4j.CompletionMode;
import io.nixl4j.NixlAgent;
import io.nixl4j.TcpOptions;
import io.nixl4j.Timeouts;
import io.nixl4j.memory.MemoryRegion;
import io.nixl4j.memory.Permissions;
import io.nixl4j.memory.RegionOptions;
import io.nixl4j.route.tcp.TcpRouteProvider;

/**
 * Makes the agents of both processes, so that both are set up alike.
 */
final class BenchAgents {

	/** The region that transfers use. */
	static final String REGION = "bench";

	/** A machine that is busy with other work gives noise, not failures. */
	private static final Timeouts PATIENT = Timeouts.defaults()
		.withConnect(Duration.ofSeconds(60))
		.withTransfer(Duration.ofSeconds(120));

	/** Beyond it agents ask for a secret, even in the network of a test. */
	private static final String LOOPBACK = "127.";

	private static final int FURTHER_REGION_BYTES = 4_096;

	private BenchAgents() {
	}

	/**
	 * Makes an agent.
	 * @param name its name and engine
	 * @param setting how it is set up
	 * @param host the address to listen on
	 * @param mode how it waits
	 * @return the agent, not started
	 */
	static NixlAgent agent(String name, Setting setting, String host, CompletionMode mode) {
		TcpOptions tcp = setting.tcp().withBind(host, 0);
		return NixlAgent.builder()
			.name(name)
			.routes(List.of(new TcpRouteProvider()))
			.tcp(host.startsWith(LOOPBACK) ? tcp : tcp.withSecret(REGION))
			.timeouts(PATIENT)
			.completionMode(mode)
			.build();
	}

	/**
	 * Registers what a case needs.
	 * @param agent the agent
	 * @param setting how it is set up
	 * @param memory what transfers use; shared by the process's agents
	 * @return the region over the memory
	 */
	static MemoryRegion register(NixlAgent agent, Setting setting, ByteBuffer memory) {
		for (int i = 0; i < setting.regions(); i++) {
			agent.allocate(FURTHER_REGION_BYTES,
					RegionOptions.of("further-" + i).withPermissions(Permissions.READ_WRITE).withListed(false));
		}
		return agent.register(memory.duplicate().clear(),
				RegionOptions.of(REGION).withPermissions(Permissions.READ_WRITE));
	}

}
