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

package io.nixl4j.spring.boot.test;

import java.util.Collection;
import java.util.List;
import java.util.function.Supplier;

import io.nixl4j.InProcessNetwork;
import io.nixl4j.NixlAgent;
import io.nixl4j.NixlAgentBuilder;
import io.nixl4j.NixlPeer;
import io.nixl4j.metadata.NixlMetadataStore;
import io.nixl4j.route.local.LocalRouteProvider;

/**
 * Breaks what agents of a test do, on demand. Agents are named by their engine ids. What
 * a fault of transfers does is at {@link FaultyTransfers}:
 *
 * <pre class="code">
 * faults.between("prefill-1", "decode-1").writes().failNext().lateBytesNext();
 * faults.between("prefill-1", "decode-1").delay(Duration.ofMillis(20));
 * faults.partition("prefill-1", "decode-1");
 * faults.heal();
 * faults.restart("decode-1");
 * </pre>
 *
 * No fault weakens what the library promises, so a test may rely on it as on the real
 * network: a failed, cancelled or timed-out transfer has a result only; its local memory
 * is free after {@link io.nixl4j.Transfer#released()}, the peer's after
 * {@link io.nixl4j.Transfer#stopped()}; a notification follows its data or does not come;
 * what was made for one incarnation of a peer fails typed with the next one.
 * <p>
 * All faults end with the test method that made them: {@link #clear()}. Methods may be
 * called from any thread; those that bring bytes on their way do not wait for them.
 */
public final class NixlFaults {

	private final FaultBoard board = new FaultBoard();

	private final InProcessNetwork network;

	private final NixlMetadataStore store;

	private final Supplier<? extends Collection<NixlAgent>> agents;

	NixlFaults(InProcessNetwork network, NixlMetadataStore store, Supplier<? extends Collection<NixlAgent>> agents) {
		this.network = network;
		this.store = store;
		this.agents = agents;
	}

	/**
	 * Makes an agent one of those that this breaks, and takes its sockets away.
	 * @param builder builds it
	 */
	void configure(NixlAgentBuilder builder) {
		builder.tcp(null)
			.network(this.network)
			.metadataStore(this.store)
			.routes(List.of(new FaultRouteProvider(new LocalRouteProvider(), this.board)));
	}

	/**
	 * Names the transfers between two agents, whichever of them initiates.
	 * @param engineId the engine of one agent, which need not be there yet
	 * @param otherEngineId the engine of the other one
	 * @return what can be done to them
	 */
	public FaultyTransfers between(String engineId, String otherEngineId) {
		return new FaultyTransfers(this.board, new FaultScope(EnginePair.of(engineId, otherEngineId), null));
	}

	/**
	 * Names all transfers of the test's agents.
	 * @return what can be done to them
	 */
	public FaultyTransfers everywhere() {
		return new FaultyTransfers(this.board, new FaultScope(null, null));
	}

	/**
	 * Cuts two agents off from each other, as a network does that loses everything.
	 * Neither is told. Transfers, notifications and withdrawals of regions wait; when it
	 * {@link #heal() heals} they go on in order, and nothing was lost. A transfer whose
	 * deadline comes before has its result then, as timed out, and is neither released
	 * nor stopped: its bytes are on their way and land when it heals. Connecting times
	 * out.
	 * <p>
	 * A peer that is silent for {@code data-plane.nixl.timeouts.peer} is lost, at either
	 * end: what waits fails as {@link io.nixl4j.memory.NixlPeerLostException} and is
	 * released; that it is stopped is proved when it heals, and none of its bytes land
	 * any more. Then connect again.
	 * @param engineId the engine of one agent, which need not be there yet
	 * @param otherEngineId the engine of the other one
	 * @return this
	 */
	public NixlFaults partition(String engineId, String otherEngineId) {
		this.board.cut(EnginePair.of(engineId, otherEngineId));
		this.network.cut(engineId, otherEngineId);
		return this;
	}

	/**
	 * Ends a partition. Does nothing without one.
	 * @param engineId the engine of one agent
	 * @param otherEngineId the engine of the other one
	 * @return this
	 */
	public NixlFaults heal(String engineId, String otherEngineId) {
		this.network.restore(engineId, otherEngineId);
		this.board.heal(EnginePair.of(engineId, otherEngineId));
		return this;
	}

	/**
	 * Ends all partitions.
	 * @return this
	 */
	public NixlFaults heal() {
		this.board.cuts().forEach((pair) -> heal(pair.first(), pair.second()));
		return this;
	}

	/**
	 * Lets the bytes land that are late now. They have landed when their transfers are
	 * released and stopped.
	 * @return this
	 */
	public NixlFaults land() {
		this.board.land();
		return this;
	}

	/**
	 * Returns how many attempts of transfers are held back, by a delay, a partition or
	 * because their bytes are late. With this a test waits until its fault has struck.
	 * @return the number of them at this moment
	 */
	public int heldBack() {
		return this.board.heldBack();
	}

	/**
	 * Ends an agent as a crash does, and starts it again: {@link #restart(NixlAgent)}.
	 * @param engineId the engine of an agent that is a bean
	 * @return this
	 * @throws IllegalArgumentException if no bean is an agent of that engine
	 */
	public NixlFaults restart(String engineId) {
		Collection<NixlAgent> all = this.agents.get();
		return restart(all.stream()
			.filter((agent) -> agent.engineId().equals(engineId))
			.findAny()
			.orElseThrow(() -> new IllegalArgumentException("No bean is an agent of engine " + engineId + "; there are "
					+ all.stream().map(NixlAgent::engineId).sorted().toList())));
	}

	/**
	 * Ends an agent as a crash does, and starts it again. Nothing of it is drained: its
	 * transfers and those of its peers fail as
	 * {@link io.nixl4j.memory.NixlPeerLostException}, and none of their bytes land any
	 * more, late ones included, in memory of either end. It comes back as another
	 * incarnation with fresh grants; {@link NixlPeer}s, prepared transfers and remote
	 * regions of the former one fail typed and at once, and peers connect again. It
	 * publishes again if it was published.
	 * <p>
	 * Its regions stay, with what is in them, because beans hold them: where a real
	 * process would come back with empty ones, the test empties them.
	 * @param agent an agent that is started
	 * @return this
	 * @throws IllegalStateException if the agent is not started
	 */
	public NixlFaults restart(NixlAgent agent) {
		if (agent.incarnation().isEmpty()) {
			throw new IllegalStateException("Agent " + agent.name() + " is not started");
		}
		boolean published = this.store.find(agent.engineId()).isPresent();
		agent.withdraw();
		agent.peers().forEach(NixlPeer::disconnect);
		agent.stop();
		agent.start();
		if (published) {
			agent.publish();
		}
		return this;
	}

	/**
	 * Ends all faults: what was planned is dropped, partitions heal, late bytes land,
	 * what is delayed goes on at once. Called behind each test method.
	 */
	public void clear() {
		this.board.clear();
		heal();
		this.board.release();
	}

}
