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

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;

import io.nixl4j.NixlAgent;
import io.nixl4j.NixlPeer;
import io.nixl4j.PeerListener;
import io.nixl4j.RouteChange;
import io.nixl4j.RouteStatus;
import io.nixl4j.memory.MemoryRegion;
import io.nixl4j.memory.NixlException;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Two agents have one session, however they come to it.
 */
abstract class ConnectContract extends ContractCase {

	@Test
	void agentsThatConnectToEachOtherAtOnceHaveOneSession() {
		NixlAgent one = this.agents.start("one");
		NixlAgent two = this.agents.start("two");
		MemoryRegion near = this.agents.allocate(one, "near", 64);
		this.agents.allocate(two, "far", 64);
		for (int round = 0; round < 200; round++) {
			CompletableFuture<NixlPeer> there = one.connectAsync(two.engineId());
			CompletableFuture<NixlPeer> back = two.connectAsync(one.engineId());
			NixlPeer far = get(there);
			NixlPeer near2 = get(back);
			// What connect gave is what lives, with its grants, and it is the same one.
			assertThat(far.region("far").isOpen()).isTrue();
			get(far.write(near.all(), far.region("far").all()).submit().result());
			get(near2.notify(new byte[0]));
			assertThat(far.isConnected()).as("round %s", round).isTrue();
			assertThat(near2.isConnected()).as("round %s", round).isTrue();
			assertThat(one.peers()).hasSize(1);
			assertThat(two.peers()).hasSize(1);
			far.disconnect();
			soon().until(() -> !near2.isConnected());
		}
	}

	@Test
	void bothEndsAreToldOfEachSessionAndOfItsEnd() {
		NixlAgent one = this.agents.start("one");
		NixlAgent two = this.agents.start("two");
		List<String> near = told(one);
		List<String> far = told(two);
		for (int round = 1; round <= 20; round++) {
			NixlPeer peer = this.agents.connect(one, two);
			int events = 2 * round - 1;
			soon().until(() -> near.size() == events && far.size() == events);
			String route = peer.routes().stream().filter(RouteStatus::usable).findFirst().orElseThrow().name();
			assertThat(near.get(events - 1)).isEqualTo("joined " + two.engineId() + " by " + route);
			assertThat(far.get(events - 1)).startsWith("joined " + one.engineId() + " by ");
			peer.disconnect();
			soon().until(() -> near.size() > events && far.size() > events);
			assertThat(near.get(events)).isEqualTo("left " + two.engineId());
			assertThat(far.get(events)).isEqualTo("left " + one.engineId());
		}
	}

	private static List<String> told(NixlAgent agent) {
		List<String> events = new CopyOnWriteArrayList<>();
		agent.addPeerListener(new PeerListener() {

			@Override
			public void joined(NixlPeer peer, RouteChange route) {
				events.add("joined " + peer.engineId() + " by " + route.after());
			}

			@Override
			public void left(NixlPeer peer, NixlException cause) {
				events.add("left " + peer.engineId());
			}

		});
		return events;
	}

	@Test
	void manyCallersGetTheSameSession() {
		NixlAgent one = this.agents.start("one");
		NixlAgent two = this.agents.start("two");
		this.agents.allocate(two, "far", 64);
		List<CompletableFuture<NixlPeer>> connecting = new ArrayList<>();
		for (int i = 0; i < 50; i++) {
			connecting.add(one.connectAsync(two.engineId()));
		}
		List<NixlPeer> peers = connecting.stream().map(ContractCase::get).toList();
		Object region = peers.get(0).region("far");
		assertThat(peers).allMatch((peer) -> peer.isConnected() && peer.region("far") == region);
		assertThat(one.peer(two.engineId())).isPresent();
		assertThat(two.peers()).singleElement().matches((peer) -> peer.engineId().equals(one.engineId()));
	}

	@Test
	void peerIsConnectedOnceItIsReady() {
		NixlAgent one = this.agents.start("one");
		NixlAgent two = this.agents.build("two", this.agents.route(), (builder) -> builder);
		two.start();
		this.agents.allocate(two, "far", 64);
		byte[] metadata = two.localMetadata();
		CompletableFuture<NixlPeer> connecting = CompletableFuture.supplyAsync(() -> one.connect(metadata));
		assertThat(one.peers()).isEmpty();
		two.publish();
		assertThat(get(connecting).region("far").length()).isEqualTo(64);
	}

	@Test
	void withdrawnAgentKeepsItsSessions() {
		NixlAgent one = this.agents.start("one");
		NixlAgent two = this.agents.start("two");
		MemoryRegion near = this.agents.allocate(one, "near", 64);
		this.agents.allocate(two, "far", 64);
		NixlPeer peer = this.agents.connect(one, two);
		two.withdraw();
		get(peer.write(near.all(), peer.region("far").all()).submit().result());
		assertThat(peer.isConnected()).isTrue();
	}

	@Test
	void agentsThatComeAndGoLeaveNothing() {
		NixlAgent steady = this.agents.start("steady");
		MemoryRegion region = this.agents.allocate(steady, "steady", 4_096);
		for (int round = 0; round < 20; round++) {
			NixlAgent guest = this.agents.start("guest-" + round);
			MemoryRegion memory = this.agents.allocate(guest, "memory", 4_096);
			NixlPeer peer = this.agents.connect(guest, steady);
			stamp(memory, 0, 4_096, round);
			get(peer.write(memory.all(), peer.region("steady").all()).submit().result());
			assertThat(isStamped(region, 0, 4_096, round)).isTrue();
			guest.close();
			soon().until(() -> steady.peers().isEmpty());
			soon().untilAsserted(() -> assertThat(this.agents.threads()).noneMatch((name) -> name.contains("guest")));
		}
	}

}
