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
import java.util.Arrays;
import java.util.List;

import io.nixl4j.NixlAgent;
import io.nixl4j.NixlPeer;
import io.nixl4j.PreparedTransfer;
import io.nixl4j.memory.MemoryRegion;
import io.nixl4j.memory.RegionOptions;
import io.nixl4j.memory.RemoteRegion;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What a transfer costs does not depend on how many peers and regions there are. Figures
 * are said; what is asserted is far from them, so that a busy machine does not matter.
 */
@Tag("all")
@Tag("soak")
class ScaleSoakTests {

	private static final int PEERS = 64;

	private static final int LENGTH = 64;

	private static final int MAX_COST = 10;

	private final LocalAgents agents = new LocalAgents();

	@AfterEach
	void close() {
		this.agents.close();
	}

	@Test
	void aTransferCostsTheSameAmongManyPeers() throws InterruptedException {
		NixlAgent initiator = this.agents.start("initiator");
		MemoryRegion local = LocalAgents.local(initiator, LENGTH);
		List<PreparedTransfer> writes = new ArrayList<>();
		double alone = 0;
		for (int peers = 1; peers <= PEERS; peers *= 8) {
			while (writes.size() < peers) {
				NixlAgent target = this.agents.start("target-" + writes.size());
				LocalAgents.serve(target, LENGTH);
				NixlPeer peer = LocalAgents.connect(initiator, target);
				writes.add(peer.prepareWrite(local.all(), peer.region(LocalAgents.REGION).all()));
			}
			double cost = cost(writes);
			Figures.say("peers" + peers + ".write64", cost, "us");
			alone = (peers == 1) ? cost : alone;
			assertThat(cost).as("with %d peers", peers).isLessThan(MAX_COST * alone);
		}
		writes.forEach(PreparedTransfer::close);
	}

	@Test
	void aTransferCostsTheSameAmongManyRegions() throws InterruptedException {
		int most = (Figures.scale() >= 1) ? 100_000 : 10_000;
		NixlAgent target = this.agents.start("target");
		NixlAgent initiator = this.agents.start("initiator");
		NixlPeer peer = LocalAgents.connect(initiator, target);
		MemoryRegion local = LocalAgents.local(initiator, LENGTH);
		int registered = 0;
		double few = 0;
		for (int regions = 10; regions <= most; regions *= 10) {
			for (; registered < regions; registered++) {
				target.allocate(LENGTH, RegionOptions.of("block-" + registered).withListed(false));
			}
			String last = "block-" + (registered - 1);
			await().until(() -> peer.regions().stream().anyMatch((region) -> region.name().equals(last)));
			RemoteRegion first = peer.region("block-0");
			try (PreparedTransfer one = peer.prepareWrite(local.all(), first.all());
					PreparedTransfer other = peer.prepareWrite(local.all(), peer.region(last).all())) {
				double cost = cost(List.of(one, other));
				Figures.say("regions" + regions + ".write64", cost, "us");
				few = (regions == 10) ? cost : few;
				assertThat(cost).as("with %d regions", regions).isLessThan(MAX_COST * few);
			}
		}
	}

	/** The median of what a transfer to one after the other takes, in microseconds. */
	private static double cost(List<PreparedTransfer> writes) throws InterruptedException {
		double[] costs = new double[7];
		int rounds = 2_000;
		for (int run = -1; run < costs.length; run++) {
			long begin = System.nanoTime();
			for (int i = 0; i < rounds; i++) {
				PreparedTransfer write = writes.get(i % writes.size());
				write.post();
				write.await();
			}
			costs[Math.max(run, 0)] = (System.nanoTime() - begin) / 1e3 / rounds;
		}
		Arrays.sort(costs);
		return costs[costs.length / 2];
	}

}
