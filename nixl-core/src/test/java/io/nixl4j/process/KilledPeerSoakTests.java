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

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import io.nixl4j.NixlAgent;
import io.nixl4j.NixlPeer;
import io.nixl4j.Timeouts;
import io.nixl4j.Transfer;
import io.nixl4j.memory.MemoryRegion;
import io.nixl4j.memory.NixlError;
import io.nixl4j.memory.NixlException;
import io.nixl4j.memory.RegionOptions;
import io.nixl4j.memory.RemoteRegion;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * A target that is killed in the middle of a WRITE, fifty times at full length, while
 * another peer of the same agent is written to and read from without a break.
 */
@Tag("all")
@Tag("soak")
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "There are no such signals")
class KilledPeerSoakTests {

	private static final double FULL_ROUNDS = 50;

	private static final int LENGTH = 64 << 20;

	private static final int BYSTANDERS_LENGTH = 1 << 20;

	/** So many are on their way when the target dies. */
	private static final int WRITES = 8;

	private static final Duration TIMEOUT = Duration.ofSeconds(20);

	@Test
	void nobodyElseIsHarmed() throws Exception {
		long rounds = Math.max(2, Math.round(FULL_ROUNDS * Figures.scale()));
		NixlAgent agent = NixlAgent.builder()
			.name("survivor")
			.timeouts(Timeouts.defaults()
				.withTransfer(TIMEOUT)
				.withConnect(TIMEOUT)
				.withDrain(Duration.ZERO)
				.withRegionClose(TIMEOUT))
			.build();
		try (agent; Child other = Child.start(List.of("-Xmx64m"), Target.class, BYSTANDERS_LENGTH, 1, "other")) {
			agent.start();
			NixlPeer unharmed = agent.connect("127.0.0.1", Integer.parseInt(other.expect("port")));
			MemoryRegion local = agent.allocate(LENGTH, RegionOptions.of("local"));
			try (Bystander bystander = new Bystander(unharmed,
					agent.allocate(2 * BYSTANDERS_LENGTH, RegionOptions.of("bystander")),
					unharmed.region(Target.REGION))) {
				int cut = 0;
				for (int round = 0; round < rounds; round++) {
					cut += kill(agent, local, bystander);
				}
				Figures.say("killed.rounds", rounds, "kills");
				Figures.say("killed.writes-cut", cut, "transfers");
				Figures.say("killed.bystander-rounds", bystander.rounds(), "transfers");
				// In each round at least one was under way.
				assertThat((long) cut).isGreaterThanOrEqualTo(rounds);
			}
			// Nothing of the dead peers holds it.
			local.close();
			assertThat(local.closed()).succeedsWithin(TIMEOUT);
			other.end();
		}
		assertThat(agent.quarantined()).isEmpty();
	}

	/** Returns how many transfers the death of the target has cut. */
	private static int kill(NixlAgent agent, MemoryRegion local, Bystander bystander) throws Exception {
		List<Transfer> transfers = new ArrayList<>();
		NixlPeer lost;
		try (Child target = Child.start(List.of("-Xmx64m"), Target.class, LENGTH, 1)) {
			lost = agent.connect("127.0.0.1", Integer.parseInt(target.expect("port")));
			RemoteRegion remote = lost.region(Target.REGION);
			for (int i = 0; i < WRITES; i++) {
				transfers.add(lost.write(local.all(), remote.all()).submit());
			}
			// The first is through, so the others are on their way.
			assertThat(transfers.get(0).result()).succeedsWithin(TIMEOUT);
			target.signal("KILL");
		}
		long before = bystander.rounds();
		int cut = 0;
		for (Transfer transfer : transfers) {
			transfer.result().exceptionally((failure) -> null).get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
			cut += isCut(transfer) ? 1 : 0;
			assertThat(transfer.released()).succeedsWithin(TIMEOUT);
		}
		assertThat(lost.drained()).succeedsWithin(TIMEOUT);
		await().atMost(TIMEOUT).until(() -> bystander.rounds() > before + 1);
		return cut;
	}

	private static boolean isCut(Transfer transfer) throws InterruptedException {
		try {
			return transfer.await().bytes() != LENGTH;
		}
		catch (NixlException ex) {
			assertThat(ex.error()).isEqualTo(NixlError.PEER_LOST);
			return true;
		}
	}

}
