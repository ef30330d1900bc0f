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
import java.util.function.Consumer;

import io.nixl4j.NixlAgent;
import io.nixl4j.NixlPeer;
import io.nixl4j.PreparedTransfer;
import io.nixl4j.Timeouts;
import io.nixl4j.Transfer;
import io.nixl4j.memory.MemoryRegion;
import io.nixl4j.memory.NixlError;
import io.nixl4j.memory.NixlException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A peer that is lost ends its transfers, typed and soon, proves that it is still, and
 * comes back as another incarnation.
 */
abstract class PeerLossContract extends ContractCase {

	private static final int SIZE = 32 << 20;

	private NixlAgent initiator;

	private NixlAgent target;

	private MemoryRegion near;

	private MemoryRegion far;

	@BeforeEach
	void startAgents() {
		// What the agent that stops has in flight is not waited for.
		this.initiator = this.agents.start("initiator",
				(builder) -> builder.timeouts(Timeouts.defaults().withDrain(Duration.ZERO)));
		this.target = this.agents.start("target");
		this.near = this.agents.allocate(this.initiator, "near", SIZE);
		this.far = this.agents.allocate(this.target, "far", SIZE);
	}

	@Test
	void targetThatStopsInMidTransfer() {
		lostInMidTransfer((peer) -> this.target.stop());
		this.target.start();
		this.target.publish();
		works();
	}

	@Test
	void initiatorThatStopsInMidTransfer() {
		lostInMidTransfer((peer) -> this.initiator.stop());
		this.initiator.start();
		this.initiator.publish();
		works();
	}

	@Test
	void sessionThatIsEndedInMidTransfer() {
		int lost = 0;
		for (int round = 0; round < 5; round++) {
			lost += lostInMidTransfer(NixlPeer::disconnect);
			works();
		}
		assertThat(lost).as("512 MiB while the session ends, five times").isPositive();
	}

	@Test
	void sessionThatTheTargetEndsInMidTransfer() {
		int lost = 0;
		for (int round = 0; round < 5; round++) {
			lost += lostInMidTransfer((peer) -> {
				// The opener may be ready before.
				soon().until(() -> this.target.peer(this.initiator.engineId()).isPresent());
				this.target.peer(this.initiator.engineId()).orElseThrow().disconnect();
			});
			works();
		}
		assertThat(lost).as("512 MiB while the session ends, five times").isPositive();
	}

	/**
	 * Returns how many of the transfers in flight were lost, which is a matter of time.
	 */
	private int lostInMidTransfer(Consumer<NixlPeer> loss) {
		NixlPeer peer = this.agents.connect(this.initiator, this.target);
		PreparedTransfer prepared = peer.prepareWrite(this.near.all(), peer.region("far").all());
		List<Transfer> transfers = new ArrayList<>();
		for (int i = 0; i < 8; i++) {
			transfers.add(peer.write(this.near.all(), peer.region("far").all()).submit());
			transfers.add(peer.read(this.near.all(), peer.region("far").all()).submit());
		}
		loss.accept(peer);
		int lost = 0;
		for (Transfer transfer : transfers) {
			try {
				get(transfer.result());
			}
			catch (NixlException ex) {
				assertThat(ex.error()).as(ex.toString()).isEqualTo(NixlError.PEER_LOST);
				lost++;
			}
			// Whether the peer is still is its own to prove, by a drain or by its end.
			get(transfer.released());
		}
		get(peer.drained());
		assertThat(peer.isConnected()).isFalse();
		assertThat(errorOf(prepared::post)).isIn(NixlError.STALE, NixlError.PEER_LOST);
		prepared.close();
		return lost;
	}

	private void works() {
		NixlPeer peer = this.agents.connect(this.initiator, this.target);
		long word = System.nanoTime();
		stamp(this.near, 0, SIZE, word);
		get(peer.write(this.near.all(), peer.region("far").all()).submit().result());
		assertThat(isStamped(this.far, 0, SIZE, word)).isTrue();
	}

	@Test
	void everyStartIsAnotherIncarnation() {
		for (int round = 0; round < 5; round++) {
			NixlPeer peer = this.agents.connect(this.initiator, this.target);
			assertThat(this.target.incarnation()).contains(peer.incarnation());
			this.target.stop();
			assertThat(this.target.incarnation()).isEmpty();
			get(peer.drained());
			this.target.start();
			this.target.publish();
			NixlPeer next = this.agents.connect(this.initiator, this.target);
			assertThat(next.incarnation()).isNotEqualTo(peer.incarnation());
			assertThat(errorOf(() -> peer.region("far"))).isEqualTo(NixlError.PEER_LOST);
			assertThat(errorOf(() -> get(peer.notify(new byte[1])))).isEqualTo(NixlError.PEER_LOST);
		}
	}

	@Test
	void agentsCloseInAnyOrderWithTransfersInFlight() {
		for (int round = 0; round < 6; round++) {
			NixlAgent one = this.agents.start("one-" + round,
					(builder) -> builder.timeouts(Timeouts.defaults().withDrain(Duration.ZERO)));
			NixlAgent two = this.agents.start("two-" + round,
					(builder) -> builder.timeouts(Timeouts.defaults().withDrain(Duration.ZERO)));
			MemoryRegion from = this.agents.allocate(one, "from", 8 << 20);
			MemoryRegion to = this.agents.allocate(two, "to", 8 << 20);
			NixlPeer peer = this.agents.connect(one, two);
			Transfer write = peer.write(from.all(), peer.region("to").all()).submit();
			Transfer read = peer.read(from.all(), peer.region("to").all()).submit();
			NixlAgent first = (round % 2 == 0) ? one : two;
			if (round % 3 == 0) {
				to.close();
				from.close();
			}
			first.close();
			((first == one) ? two : one).close();
			for (Transfer transfer : List.of(write, read)) {
				get(transfer.result().handle((result, failure) -> "any"));
				get(transfer.released());
			}
			get(from.closed());
			get(to.closed());
		}
	}

}
