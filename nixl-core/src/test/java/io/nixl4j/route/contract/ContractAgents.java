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

package io.nixl4j.route.contract;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

import io.nixl4j.NixlAgent;
import io.nixl4j.NixlAgentBuilder;
import io.nixl4j.NixlPeer;
import io.nixl4j.Timeouts;
import io.nixl4j.memory.Incarnation;
import io.nixl4j.memory.LocalRegion;
import io.nixl4j.memory.MemoryRegion;
import io.nixl4j.memory.MemoryType;
import io.nixl4j.memory.Permissions;
import io.nixl4j.memory.RegionOptions;
import io.nixl4j.metadata.InMemoryNixlMetadataStore;
import io.nixl4j.metadata.NixlMetadata;
import io.nixl4j.route.RouteProvider;
import org.jspecify.annotations.Nullable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The agents of one test. They find each other by a store of their own, and when they are
 * closed everything must be at rest: every attempt released, no region held or
 * quarantined, no thread left, no promise of the SPI broken.
 */
public final class ContractAgents implements AutoCloseable {

	private static final Duration REST = Duration.ofSeconds(20);

	private final RouteProvider route;

	private final UnaryOperator<NixlAgentBuilder> settings;

	private final InMemoryNixlMetadataStore store = new InMemoryNixlMetadataStore();

	/** Tells the threads of this test from those of others. */
	private final String mark = UUID.randomUUID().toString().substring(0, 8);

	private final List<CheckedRoute> routes = new ArrayList<>();

	private final List<NixlAgent> agents = new ArrayList<>();

	private final List<MemoryRegion> regions = new ArrayList<>();

	private @Nullable DelayedMemory device;

	private MemoryType initiators = MemoryType.DRAM;

	private MemoryType targets = MemoryType.DRAM;

	private ContractAgents(RouteProvider route, UnaryOperator<NixlAgentBuilder> settings) {
		this.route = route;
		this.settings = settings;
	}

	/**
	 * Creates the agents of one test, of which there are none yet.
	 * @param route the route under test
	 * @param settings what agents need for it, for example a network or sockets
	 * @return the agents
	 */
	public static ContractAgents of(RouteProvider route, UnaryOperator<NixlAgentBuilder> settings) {
		return new ContractAgents(route, settings);
	}

	/**
	 * Lets regions be memory of a device.
	 * @param provider provides it to all agents
	 * @param ofTargets the type of the memory of agents whose name begins with "target"
	 * @param ofOthers the type of the memory of the others
	 * @return this
	 */
	public ContractAgents withDevice(DelayedMemory provider, MemoryType ofTargets, MemoryType ofOthers) {
		this.device = provider;
		this.targets = ofTargets;
		this.initiators = ofOthers;
		return this;
	}

	/** The route under test. */
	RouteProvider route() {
		return this.route;
	}

	/** The engine id of an agent: unique, in the order of the names. */
	String engine(String name) {
		return name + "-" + this.mark;
	}

	NixlAgent start(String name) {
		return start(name, this.route, (builder) -> builder);
	}

	NixlAgent start(String name, UnaryOperator<NixlAgentBuilder> more) {
		return start(name, this.route, more);
	}

	NixlAgent start(String name, RouteProvider provider) {
		return start(name, provider, (builder) -> builder);
	}

	NixlAgent start(String name, RouteProvider provider, UnaryOperator<NixlAgentBuilder> more) {
		NixlAgent agent = build(name, provider, more);
		agent.start();
		agent.publish();
		return agent;
	}

	NixlAgent build(String name, RouteProvider provider, UnaryOperator<NixlAgentBuilder> more) {
		CheckedRoute checked = new CheckedRoute(provider);
		this.routes.add(checked);
		// The machine may be busy: none of these is what a test waits for in good order.
		Timeouts patient = Timeouts.defaults()
			.withConnect(Duration.ofSeconds(30))
			.withTransfer(Duration.ofSeconds(60))
			.withRegionClose(Duration.ofSeconds(60));
		NixlAgentBuilder builder = NixlAgent.builder()
			.name(engine(name))
			.routes(List.of(checked))
			.metadataStore(this.store)
			.timeouts(patient)
			.deviceMemory((this.device != null) ? List.of(this.device) : List.of());
		NixlAgent agent = more.apply(this.settings.apply(builder)).build();
		this.agents.add(agent);
		return agent;
	}

	MemoryRegion allocate(NixlAgent agent, String name, long length) {
		return allocate(agent, length, RegionOptions.of(name));
	}

	MemoryRegion allocate(NixlAgent agent, String name, long length, Permissions permissions) {
		return allocate(agent, length, RegionOptions.of(name).withPermissions(permissions));
	}

	MemoryRegion allocate(NixlAgent agent, long length, RegionOptions options) {
		MemoryType type = agent.name().startsWith("target") ? this.targets : this.initiators;
		MemoryRegion region = agent.allocate(length, options.withType(type));
		this.regions.add(region);
		return region;
	}

	NixlPeer connect(NixlAgent from, NixlAgent to) {
		return from.connect(to.engineId());
	}

	/** Has the store say that another incarnation has taken the place of an agent. */
	void replace(NixlAgent agent) {
		NixlMetadata card = this.store.get(agent.engineId());
		this.store.put(card.withAdditions(card.additions().withIncarnation(Incarnation.random()))).join();
	}

	@Override
	public void close() {
		await("all attempts released").atMost(REST)
			.pollDelay(Duration.ZERO)
			.pollInterval(Duration.ofMillis(2))
			.untilAsserted(() -> assertThat(this.routes).allMatch((checked) -> checked.unreleased() == 0));
		await("no region held").atMost(REST)
			.pollDelay(Duration.ZERO)
			.pollInterval(Duration.ofMillis(2))
			.untilAsserted(() -> assertThat(this.regions).allMatch((region) -> ((LocalRegion) region).holds() == 0));
		assertThat(this.routes).flatMap(CheckedRoute::violations).isEmpty();
		this.agents.forEach(NixlAgent::close);
		CompletableFuture.allOf(this.regions.stream().map(MemoryRegion::closed).toArray(CompletableFuture<?>[]::new))
			.orTimeout(REST.toSeconds(), TimeUnit.SECONDS)
			.join();
		assertThat(this.agents).flatMap(NixlAgent::quarantined).isEmpty();
		await("no thread left").atMost(REST)
			.pollDelay(Duration.ZERO)
			.pollInterval(Duration.ofMillis(2))
			.untilAsserted(() -> assertThat(threads()).isEmpty());
		DelayedMemory used = this.device;
		if (used != null) {
			assertThat(used.running()).as("copies that run").isZero();
			assertThat(used.stagingBytes()).as("staging memory").isZero();
			assertThat(used.blocks()).as("memory of the device").isZero();
		}
		assertThat(this.routes).flatMap(CheckedRoute::violations).isEmpty();
	}

	/** The names of all threads of these agents. */
	List<String> threads() {
		return Thread.getAllStackTraces()
			.keySet()
			.stream()
			.map(Thread::getName)
			.filter((name) -> name.contains(this.mark))
			.toList();
	}

}
