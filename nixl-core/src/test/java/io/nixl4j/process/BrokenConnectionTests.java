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
import java.nio.LongBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

import io.nixl4j.NixlAgent;
import io.nixl4j.NixlPeer;
import io.nixl4j.PeerListener;
import io.nixl4j.PreparedTransfer;
import io.nixl4j.RouteChange;
import io.nixl4j.Timeouts;
import io.nixl4j.memory.MemoryRegion;
import io.nixl4j.memory.MemoryType;
import io.nixl4j.memory.NixlBusyException;
import io.nixl4j.memory.Permissions;
import io.nixl4j.memory.RemoteRegion;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Two agents whose connections break, fall silent and are refused: their session lives
 * on, and nothing that they say is lost or said twice.
 */
class BrokenConnectionTests {

	private static final Duration SOON = Duration.ofSeconds(20);

	private final List<NixlAgent> agents = new ArrayList<>();

	private NixlAgent target;

	private NixlAgent initiator;

	private CuttingRelay relay;

	@BeforeEach
	void start() {
		this.target = agent("target", Duration.ofSeconds(10));
		this.initiator = agent("initiator", Duration.ofSeconds(10));
		this.relay = CuttingRelay.to(this.target.port());
	}

	private NixlAgent agent(String name, Duration silence) {
		NixlAgent agent = NixlAgent.builder()
			.name(name)
			.timeouts(Timeouts.defaults().withPeer(silence).withDrain(Duration.ZERO))
			.build();
		this.agents.add(agent);
		agent.start();
		agent.publish();
		return agent;
	}

	@AfterEach
	void close() {
		this.agents.forEach(NixlAgent::close);
		this.relay.close();
	}

	@Test
	void notificationsComeOnceAndInOrderThroughCuts() throws Exception {
		NixlPeer there = this.initiator.connect("127.0.0.1", this.relay.port());
		NixlPeer back = await().atMost(SOON)
			.until(() -> this.target.peer("initiator"), (peer) -> peer.isPresent())
			.get();
		ConcurrentLinkedQueue<Integer> atTarget = new ConcurrentLinkedQueue<>();
		ConcurrentLinkedQueue<Integer> atInitiator = new ConcurrentLinkedQueue<>();
		this.target.onNotification((notification) -> atTarget.add(ByteBuffer.wrap(notification.payload()).getInt()));
		this.initiator
			.onNotification((notification) -> atInitiator.add(ByteBuffer.wrap(notification.payload()).getInt()));
		int count = 3_000;
		SplittableRandom random = new SplittableRandom(1);
		List<CompletableFuture<Void>> delivered = new ArrayList<>();
		for (int i = 0; i < count; i++) {
			delivered.add(notify(there, i));
			delivered.add(notify(back, i));
			if (random.nextInt(100) == 0) {
				this.relay.cut(CuttingRelay.Kind.SESSION);
			}
			if (random.nextInt(300) == 0) {
				this.relay.cut();
			}
		}
		CompletableFuture.allOf(delivered.toArray(CompletableFuture<?>[]::new)).get(60, TimeUnit.SECONDS);
		List<Integer> all = IntStream.range(0, count).boxed().toList();
		// Accepted, and perhaps not yet taken by the handlers.
		await().atMost(SOON).until(() -> atTarget.size() >= count && atInitiator.size() >= count);
		assertThat(atTarget).containsExactlyElementsOf(all);
		assertThat(atInitiator).containsExactlyElementsOf(all);
		assertThat(there.isConnected()).isTrue();
		assertThat(back.isConnected()).isTrue();
	}

	@Test
	void peerHearsOfAnEndThatCameWhileTheConnectionWasBroken() {
		NixlAgent patient = agent("patient", Duration.ofMinutes(5));
		try (CuttingRelay between = CuttingRelay.to(patient.port())) {
			NixlPeer there = this.initiator.connect("127.0.0.1", between.port());
			NixlPeer back = await().atMost(SOON)
				.until(() -> patient.peer("initiator"), (peer) -> peer.isPresent())
				.get();
			between.hold(true, false);
			between.cut(CuttingRelay.Kind.SESSION);
			await().atMost(SOON).until(() -> between.connections(CuttingRelay.Kind.SESSION) == 1);
			there.disconnect();
			assertThat(back.isConnected()).isTrue();
			between.release();
			await().atMost(SOON).until(() -> !back.isConnected());
		}
	}

	@Test
	void listenersHearWhenTheRouteIsGoneAndWhenItIsBack() throws Exception {
		List<RouteChange> changes = new CopyOnWriteArrayList<>();
		this.initiator.addPeerListener(new PeerListener() {

			@Override
			public void joined(NixlPeer peer, RouteChange route) {
				changes.add(route);
			}

			@Override
			public void routeChanged(NixlPeer peer, RouteChange change) {
				changes.add(change);
			}

		});
		NixlPeer there = this.initiator.connect("127.0.0.1", this.relay.port());
		await().atMost(SOON).until(() -> this.relay.connections(CuttingRelay.Kind.LANE) == 4);
		this.relay.hold(true, true);
		this.relay.cut(CuttingRelay.Kind.LANE);
		await().atMost(SOON).until(() -> changes.size() == 2);
		this.relay.release();
		await().atMost(SOON).until(() -> changes.size() == 3);
		assertThat(changes).extracting(RouteChange::before).containsExactly(null, "tcp", null);
		assertThat(changes).extracting(RouteChange::after).containsExactly("tcp", null, "tcp");
		assertThat(changes.get(1).reason()).contains("tcp: no connection is open");
		assertThat(there.isConnected()).isTrue();
	}

	private static CompletableFuture<Void> notify(NixlPeer peer, int number) throws InterruptedException {
		byte[] payload = ByteBuffer.allocate(4 + number % 2_000).putInt(number).array();
		while (true) {
			try {
				return peer.notify(payload);
			}
			catch (NixlBusyException ex) {
				Thread.onSpinWait();
			}
		}
	}

	@Test
	void transfersGoOnThroughCutsAndTheirNotificationsComeOnce() throws Exception {
		int length = 4 << 20;
		MemoryRegion near = this.initiator.allocate("near", length, MemoryType.DRAM, Permissions.READ_WRITE);
		MemoryRegion back = this.initiator.allocate("back", length, MemoryType.DRAM, Permissions.READ_WRITE);
		this.target.allocate("far", length, MemoryType.DRAM, Permissions.READ_WRITE);
		NixlPeer there = this.initiator.connect("127.0.0.1", this.relay.port());
		RemoteRegion far = there.region("far");
		ConcurrentLinkedQueue<Integer> heard = new ConcurrentLinkedQueue<>();
		this.target.onNotification((notification) -> heard.add(ByteBuffer.wrap(notification.payload()).getInt()));
		AtomicBoolean over = new AtomicBoolean();
		Thread cutter = cutAtRandom(over);
		int rounds = 60;
		try (PreparedTransfer read = there.prepareRead(back.all(), far.all())) {
			for (int round = 0; round < rounds; round++) {
				stamp(near, round);
				there.write(near.all(), far.all())
					.notification(ByteBuffer.allocate(4).putInt(0, round).array())
					.submit()
					.await();
				read.post();
				read.await();
				assertThat(isStamped(back, round)).as("round %s", round).isTrue();
			}
		}
		finally {
			over.set(true);
			cutter.join();
		}
		await().atMost(SOON).until(() -> heard.size() >= rounds);
		assertThat(heard).containsExactlyElementsOf(IntStream.range(0, rounds).boxed().toList());
		assertThat(there.isConnected()).isTrue();
	}

	/** Every 5 to 60 ms, all connections or one. */
	private Thread cutAtRandom(AtomicBoolean over) {
		Thread cutter = new Thread(() -> {
			SplittableRandom random = new SplittableRandom(5);
			while (!over.get()) {
				LockSupport.parkNanos(5_000_000 + random.nextLong(55_000_000));
				if (random.nextInt(4) == 0) {
					this.relay.cut();
				}
				else {
					this.relay.cutOne(random);
				}
			}
		});
		cutter.start();
		return cutter;
	}

	private static void stamp(MemoryRegion region, int round) {
		LongBuffer words = region.buffer(0, (int) region.length()).asLongBuffer();
		while (words.hasRemaining()) {
			words.put(((long) round << 32) | words.position());
		}
	}

	private static boolean isStamped(MemoryRegion region, int round) {
		LongBuffer words = region.buffer(0, (int) region.length()).asLongBuffer();
		while (words.hasRemaining()) {
			int position = words.position();
			if (words.get() != (((long) round << 32) | position)) {
				return false;
			}
		}
		return true;
	}

	@Test
	void transferThatFindsNoConnectionWaitsForOne() throws Exception {
		MemoryRegion near = this.initiator.allocate("near", 64, MemoryType.DRAM, Permissions.READ_WRITE);
		this.target.allocate("far", 64, MemoryType.DRAM, Permissions.READ_WRITE);
		NixlPeer there = this.initiator.connect("127.0.0.1", this.relay.port());
		RemoteRegion far = there.region("far");
		for (int i = 0; i < 20; i++) {
			this.relay.cut();
			there.write(near.all(), far.all()).submit().await();
		}
	}

	@Test
	void regionsThatComeAndGoWhileTheConnectionIsBrokenAreGrantedAndWithdrawn() {
		NixlPeer there = this.initiator.connect("127.0.0.1", this.relay.port());
		this.relay.refuse();
		this.relay.cut(CuttingRelay.Kind.SESSION);
		MemoryRegion passing = this.target.allocate("passing", 64, MemoryType.DRAM, Permissions.READ_WRITE);
		passing.close();
		MemoryRegion staying = this.target.allocate("staying", 64, MemoryType.DRAM, Permissions.READ_WRITE);
		this.relay.accept();
		await().atMost(SOON)
			.until(() -> there.regions().stream().map((region) -> region.name()).toList().equals(List.of("staying")));
		assertThat(passing.closed()).succeedsWithin(SOON);
		assertThat(staying.isOpen()).isTrue();
	}

	@Test
	void silenceOfALinkIsCuredByAnotherConnectionAndLongSilenceIsALoss() {
		NixlAgent impatient = agent("impatient", Duration.ofSeconds(2));
		NixlPeer peer = impatient.connect("127.0.0.1", this.relay.port());
		int connections = this.relay.connections();
		this.relay.hold(true, true);
		// Half of the time-out later the opener gives its connection up and dials.
		await().atMost(SOON).until(() -> this.relay.connections() > connections);
		this.relay.release();
		assertThat(peer.notify(new byte[1])).succeedsWithin(SOON);
		assertThat(peer.isConnected()).isTrue();
		long start = System.nanoTime();
		this.relay.hold(true, true);
		assertThat(peer.drained()).succeedsWithin(SOON);
		assertThat(peer.isConnected()).isFalse();
		assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(1_500));
	}

	@Test
	void laneThatIsHalfOpenIsFoundAndItsTransfersGoOnOverOthers() throws Exception {
		NixlAgent impatient = agent("impatient", Duration.ofSeconds(2));
		MemoryRegion near = impatient.allocate("near", 1 << 20, MemoryType.DRAM, Permissions.READ_WRITE);
		MemoryRegion far = this.target.allocate("far", 1 << 20, MemoryType.DRAM, Permissions.READ_WRITE);
		NixlPeer peer = impatient.connect("127.0.0.1", this.relay.port());
		stamp(near, 1);
		peer.write(near.all(), peer.region("far").all()).submit().await();
		this.relay.freeze(CuttingRelay.Kind.LANE);
		stamp(near, 2);
		peer.write(near.all(), peer.region("far").all()).submit().await();
		assertThat(isStamped(far, 2)).isTrue();
		stamp(far, 3);
		peer.read(near.all(), peer.region("far").all()).submit().await();
		assertThat(isStamped(near, 3)).isTrue();
		assertThat(peer.isConnected()).isTrue();
	}

	@Test
	void peerAtWhoseAddressNobodyListensIsLostSoonerThanASilentOne() {
		NixlPeer peer = this.initiator.connect("127.0.0.1", this.relay.port());
		this.relay.refuse();
		this.relay.cut();
		assertThat(peer.drained()).succeedsWithin(Duration.ofSeconds(5));
		assertThat(peer.isConnected()).isFalse();
	}

	@Test
	void peerThatDialledIsFoundWhenItIsDialledByItsAddress() {
		NixlPeer there = this.initiator.connect("127.0.0.1", this.target.port());
		await().atMost(SOON).until(() -> this.target.peer("initiator").isPresent());
		for (int i = 0; i < 3; i++) {
			NixlPeer back = this.target.connect("127.0.0.1", this.initiator.port());
			assertThat(back.engineId()).isEqualTo("initiator");
			assertThat(back.notify(new byte[1])).succeedsWithin(SOON);
		}
		assertThat(there.isConnected()).isTrue();
	}

}
