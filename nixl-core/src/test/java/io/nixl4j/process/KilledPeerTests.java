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

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import io.nixl4j.NixlAgent;
import io.nixl4j.NixlPeer;
import io.nixl4j.PreparedTransfer;
import io.nixl4j.Timeouts;
import io.nixl4j.Transfer;
import io.nixl4j.TransferResult;
import io.nixl4j.memory.MemoryRegion;
import io.nixl4j.memory.NixlError;
import io.nixl4j.memory.NixlException;
import io.nixl4j.memory.Permissions;
import io.nixl4j.memory.MemoryType;
import io.nixl4j.memory.RegionOptions;
import io.nixl4j.memory.RemoteRegion;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

/**
 * A peer whose process is killed in mid-transfer: everything ends typed within the
 * time-out, is proved to be still, and the next process takes its place.
 */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "There are no such signals")
class KilledPeerTests {

	private static final int LENGTH = 48 << 20;

	private static final int TRANSFERS = 6;

	private static final Duration TIMEOUT = Duration.ofSeconds(60);

	private static final Pattern BEFORE = new Pattern(1);

	private final NixlAgent agent = NixlAgent.builder()
		.name("survivor")
		.timeouts(Timeouts.defaults()
			.withTransfer(TIMEOUT)
			.withConnect(TIMEOUT)
			.withDrain(Duration.ZERO)
			.withRegionClose(TIMEOUT)
			.withPeer(Duration.ofSeconds(2)))
		.build();

	@BeforeEach
	void start() {
		this.agent.start();
		this.agent.publish();
	}

	@AfterEach
	void close() {
		this.agent.close();
		assertThat(this.agent.quarantined()).isEmpty();
	}

	@RepeatedTest(3)
	void targetThatIsKilled() throws Exception {
		killTarget();
	}

	private void killTarget() throws Exception {
		MemoryRegion local = this.agent.allocate(LENGTH, RegionOptions.of("local"));
		NixlPeer lost;
		PreparedTransfer prepared;
		try (Child target = Child.start(List.of("-Xmx64m"), Target.class, LENGTH, BEFORE.seed())) {
			lost = this.agent.connect("127.0.0.1", Integer.parseInt(target.expect("port")));
			RemoteRegion remote = lost.region(Target.REGION);
			prepared = lost.prepareWrite(local.all(), remote.all());
			CountDownLatch through = new CountDownLatch(1);
			NixlPeer peer = lost;
			CompletableFuture<List<Transfer>> posting = CompletableFuture
				.supplyAsync(() -> postUntilLost(peer, local, remote, through));
			// The first is through, and others are always on their way.
			assertThat(through.await(TIMEOUT.toSeconds(), TimeUnit.SECONDS)).isTrue();
			target.signal("KILL");
			assertThat(posting).succeedsWithin(TIMEOUT);
			for (Transfer transfer : posting.join()) {
				isLost(transfer);
				assertThat(transfer.released()).succeedsWithin(TIMEOUT);
			}
		}
		assertThat(lost.drained()).succeedsWithin(TIMEOUT);
		assertThat(lost.isConnected()).isFalse();
		assertThat(catchThrowableOfType(NixlException.class, prepared::post).error()).isIn(NixlError.STALE,
				NixlError.PEER_LOST);
		prepared.close();
		try (Child target = Child.start(List.of("-Xmx64m"), Target.class, LENGTH, BEFORE.seed())) {
			NixlPeer next = this.agent.connect("127.0.0.1", Integer.parseInt(target.expect("port")));
			assertThat(next.engineId()).isEqualTo(lost.engineId());
			assertThat(next.incarnation()).isNotEqualTo(lost.incarnation());
			next.read(local.all(), next.region(Target.REGION).all()).submit().await();
			assertThat(Sha256.of(local, 0, LENGTH)).isEqualTo(Sha256.of(LENGTH, KilledPeerTests::before));
			target.end();
		}
		// Nothing of the dead peer holds it.
		local.close();
		assertThat(local.closed()).succeedsWithin(TIMEOUT);
	}

	/** Posts on and on, with so many in flight, until one fails or is refused. */
	private static List<Transfer> postUntilLost(NixlPeer peer, MemoryRegion local, RemoteRegion remote,
			CountDownLatch through) {
		List<Transfer> transfers = new ArrayList<>();
		try {
			while (transfers.size() < 2 * TRANSFERS || !isLost(transfers.get(transfers.size() - 2 * TRANSFERS))) {
				if (transfers.size() >= 2 * TRANSFERS) {
					through.countDown();
				}
				transfers.add(peer.write(local.all(), remote.all()).submit());
				transfers.add(peer.read(local.all(), remote.all()).submit());
			}
		}
		catch (NixlException ex) {
			assertThat(ex.error()).isIn(NixlError.PEER_LOST, NixlError.STALE);
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
		return transfers;
	}

	private static boolean isLost(Transfer transfer) throws InterruptedException {
		try {
			TransferResult result = transfer.await();
			assertThat(result.bytes()).isEqualTo(LENGTH);
			return false;
		}
		catch (NixlException ex) {
			assertThat(ex.error()).isEqualTo(NixlError.PEER_LOST);
			return true;
		}
	}

	private static ByteBuffer before(long offset, int length) {
		ByteBuffer bytes = ByteBuffer.allocate(length);
		BEFORE.fill(bytes, offset);
		return bytes;
	}

	@RepeatedTest(2)
	void initiatorThatIsKilled() throws Exception {
		killInitiator();
	}

	@Tag("all")
	@RepeatedTest(10)
	void initiatorThatIsKilledAgainAndAgain() throws Exception {
		killInitiator();
	}

	private void killInitiator() throws Exception {
		MemoryRegion region = this.agent.allocate(Target.REGION, LENGTH, MemoryType.DRAM, Permissions.READ_WRITE);
		for (int round = 0; round < 2; round++) {
			try (Child initiator = Child.start(List.of("-Xmx64m"), Initiator.class, this.agent.port())) {
				for (int i = 0; i < 3; i++) {
					assertThat(this.agent.pollNotification(TIMEOUT)).isPresent();
				}
				NixlPeer peer = this.agent.peer(Initiator.ENGINE).orElseThrow();
				initiator.signal("KILL");
				assertThat(peer.drained()).succeedsWithin(TIMEOUT);
			}
			await().atMost(TIMEOUT).until(() -> this.agent.peers().isEmpty());
			while (this.agent.pollNotification(Duration.ZERO).isPresent()) {
				// Of the one that was killed.
			}
		}
		region.close();
		assertThat(region.closed()).succeedsWithin(TIMEOUT);
	}

}
