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

package io.nixl4j;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

import io.nixl4j.memory.Incarnation;
import io.nixl4j.memory.MemoryRegion;
import io.nixl4j.memory.MemoryType;
import io.nixl4j.memory.NixlError;
import io.nixl4j.memory.NixlException;
import io.nixl4j.memory.Permissions;
import io.nixl4j.memory.RegionOptions;
import io.nixl4j.metadata.InMemoryNixlMetadataStore;
import io.nixl4j.metadata.NixlMetadata;
import io.nixl4j.metadata.NixlMetadataCodec;
import io.nixl4j.metadata.NixlMetadataStore;
import io.nixl4j.route.tcp.TcpRouteProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

/**
 * What agents do when the metadata store says that a peer, or they themselves, are
 * replaced or have left. Agents find each other by the store and use real sockets.
 */
class MetadataFollowerTests {

	private static final int SIZE = 1 << 20;

	private static final String SECRET = "a secret of all";

	private static final Duration SOON = Duration.ofSeconds(20);

	private final InMemoryNixlMetadataStore store = new InMemoryNixlMetadataStore();

	private final List<NixlAgent> agents = new ArrayList<>();

	private final ExecutorService threads = Executors.newCachedThreadPool();

	private NixlAgent agent(String name, String engineId, NixlMetadataStore view) {
		return agent(name, engineId, view, Duration.ofSeconds(10));
	}

	private NixlAgent agent(String name, String engineId, NixlMetadataStore view, Duration connect) {
		NixlAgent agent = NixlAgent.builder()
			.name(name)
			.engineId(engineId)
			.routes(List.of(new TcpRouteProvider()))
			.tcp(TcpOptions.defaults().withSecret(SECRET))
			.timeouts(Timeouts.defaults().withConnect(connect).withDrain(Duration.ofMillis(200)))
			.metadataStore(view)
			.build();
		this.agents.add(agent);
		agent.start();
		return agent;
	}

	private NixlAgent prefill() {
		return published(agent("prefill", "prefill-1", this.store));
	}

	/** An agent that takes the engine id from whoever has it. */
	private NixlAgent decode(String name) {
		return agent(name, "decode-1", new StoreView(this.store));
	}

	private static NixlAgent published(NixlAgent agent) {
		agent.publish();
		return agent;
	}

	private static MemoryRegion kv(NixlAgent agent, int value) {
		return filled(agent.allocate("kv", SIZE, MemoryType.DRAM, Permissions.READ_WRITE), value);
	}

	private static MemoryRegion local(NixlAgent agent, int value) {
		return filled(agent.allocate(SIZE, RegionOptions.of("local")), value);
	}

	private static MemoryRegion filled(MemoryRegion region, int value) {
		for (int i = 0; i < SIZE; i++) {
			region.buffer(0, SIZE).put(i, (byte) value);
		}
		return region;
	}

	private static boolean holds(MemoryRegion region, int value) {
		for (int i = 0; i < SIZE; i++) {
			if (region.buffer(0, SIZE).get(i) != (byte) value) {
				return false;
			}
		}
		return true;
	}

	private static NixlError errorOf(Action action) {
		return catchThrowableOfType(NixlException.class, action::run).error();
	}

	private static void write(NixlPeer peer, MemoryRegion from) throws InterruptedException {
		peer.write(from.all(), peer.region("kv").all()).submit().await();
	}

	private static Incarnation incarnation(NixlAgent agent) {
		return agent.incarnation().orElseThrow();
	}

	@AfterEach
	void close() {
		this.agents.forEach(NixlAgent::close);
		this.threads.shutdownNow();
		assertThat(this.agents).flatMap(NixlAgent::quarantined).isEmpty();
	}

	@Test
	void aNewIncarnationTakesThePlaceOfTheOldOneAtOnce() throws InterruptedException {
		NixlAgent prefill = prefill();
		NixlAgent old = decode("decode-a");
		MemoryRegion oldKv = kv(old, 1);
		old.publish();
		MemoryRegion local = local(prefill, 2);
		NixlPeer oldPeer = prefill.connect("decode-1");
		write(oldPeer, local);
		PreparedTransfer prepared = oldPeer.prepareWrite(local.all(), oldPeer.region("kv").all());
		NixlAgent next = decode("decode-b");
		MemoryRegion nextKv = kv(next, 3);
		next.publish();
		await().atMost(SOON).until(() -> !oldPeer.isConnected());
		assertThat(errorOf(prepared::post)).isEqualTo(NixlError.STALE);
		assertThat(errorOf(() -> write(oldPeer, local))).isEqualTo(NixlError.PEER_LOST);
		prepared.close();
		filled(local, 4);
		NixlPeer nextPeer = prefill.connect("decode-1");
		assertThat(nextPeer.incarnation()).isEqualTo(incarnation(next));
		write(nextPeer, local);
		assertThat(holds(nextKv, 4)).isTrue();
		assertThat(holds(oldKv, 2)).as("nothing more came to the old one").isTrue();
		assertThat(oldPeer.drained()).succeedsWithin(SOON);
	}

	@Test
	void transfersThatRunFailTypedAndTheNextOnesGoToTheNewIncarnation()
			throws InterruptedException, ExecutionException, TimeoutException {
		NixlAgent prefill = prefill();
		NixlAgent old = decode("decode-a");
		kv(old, 1);
		old.publish();
		MemoryRegion local = local(prefill, 2);
		AtomicInteger written = new AtomicInteger();
		List<NixlError> failures = new CopyOnWriteArrayList<>();
		List<Incarnation> reached = new CopyOnWriteArrayList<>();
		Future<?> writer = this.threads.submit(() -> {
			while (reached.stream().distinct().count() < 5) {
				try {
					NixlPeer peer = prefill.connect("decode-1");
					write(peer, local);
					reached.add(peer.incarnation());
					written.incrementAndGet();
				}
				catch (NixlException ex) {
					failures.add(ex.error());
				}
			}
			return null;
		});
		NixlAgent last = old;
		for (int round = 0; round < 4; round++) {
			Incarnation before = incarnation(last);
			await().atMost(SOON).until(() -> reached.contains(before));
			last = decode("decode-" + round);
			kv(last, 3);
			last.publish();
		}
		writer.get(SOON.toSeconds(), TimeUnit.SECONDS);
		assertThat(failures)
			.isSubsetOf(List.of(NixlError.PEER_LOST, NixlError.STALE, NixlError.PERMISSION, NixlError.NOT_READY));
		assertThat(reached).last().isEqualTo(incarnation(last));
		List<Incarnation> order = reached.stream().distinct().toList();
		assertThat(reached).as("nothing goes back to an earlier incarnation")
			.isEqualTo(reached.stream().sorted((a, b) -> order.indexOf(a) - order.indexOf(b)).toList());
		NixlPeer peer = prefill.connect("decode-1");
		filled(local, 5);
		write(peer, local);
		MemoryRegion back = prefill.allocate(SIZE, RegionOptions.of("back"));
		peer.read(back.all(), peer.region("kv").all()).submit().await();
		assertThat(holds(back, 5)).isTrue();
	}

	@Test
	void whoLosesItsEngineIdPostsNothingMoreAndKeepsItsMemory() throws InterruptedException {
		NixlAgent prefill = prefill();
		MemoryRegion kv = kv(prefill, 1);
		NixlAgent old = published(decode("decode-a"));
		MemoryRegion local = local(old, 2);
		NixlPeer peer = old.connect("prefill-1");
		PreparedTransfer prepared = peer.prepareWrite(local.all(), peer.region("kv").all());
		prepared.post();
		prepared.await();
		NixlAgent next = published(decode("decode-b"));
		await().atMost(SOON).until(() -> !peer.isConnected());
		await().atMost(SOON)
			.untilAsserted(() -> assertThat(errorOf(() -> old.connect("prefill-1"))).isEqualTo(NixlError.STALE));
		assertThat(errorOf(prepared::post)).isEqualTo(NixlError.STALE);
		assertThat(errorOf(old::publish)).isEqualTo(NixlError.STALE);
		assertThat(errorOf(() -> old.connect("127.0.0.1", prefill.port()))).isEqualTo(NixlError.STALE);
		assertThat(errorOf(() -> prefill.connect("127.0.0.1", old.port()))).isEqualTo(NixlError.STALE);
		assertThat(catchThrowableOfType(NixlException.class, () -> old.connect("prefill-1")))
			.hasMessageContainingAll("decode-1", "decode-b", "an engine id of its own");
		assertThat(this.store.get("decode-1").additions().incarnation()).isEqualTo(incarnation(next));
		assertThat(old.peers()).isEmpty();
		assertThat(holds(local, 2)).as("its memory is there").isTrue();
		assertThat(holds(kv, 2)).isTrue();
		prepared.close();
		old.close();
		assertThat(local.closed()).succeedsWithin(SOON);
	}

	@Test
	void whoIsCutOffFromTheStoreIsKeptOutByItsPeers() throws InterruptedException {
		NixlAgent prefill = prefill();
		MemoryRegion kv = kv(prefill, 1);
		StoreView view = new StoreView(this.store);
		NixlAgent frozen = published(agent("decode-a", "decode-1", view));
		view.blind();
		MemoryRegion local = local(frozen, 2);
		NixlPeer peer = frozen.connect("127.0.0.1", prefill.port());
		PreparedTransfer prepared = peer.prepareWrite(local.all(), peer.region("kv").all());
		prepared.post();
		prepared.await();
		assertThat(holds(kv, 2)).isTrue();
		NixlAgent next = published(decode("decode-b"));
		await().atMost(SOON).until(() -> prefill.peer("decode-1").isEmpty());
		filled(kv, 3);
		filled(local, 4);
		// Whether it knows of its session's end by now or not.
		for (int i = 0; i < 20; i++) {
			assertThat(errorOf(() -> {
				prepared.post();
				prepared.await();
			})).isIn(NixlError.PEER_LOST, NixlError.STALE, NixlError.BUSY);
		}
		assertThat(errorOf(() -> frozen.connect("127.0.0.1", prefill.port()))).isEqualTo(NixlError.STALE);
		NixlPeer nextPeer = next.connect("prefill-1");
		assertThat(prefill.peer("decode-1").orElseThrow().incarnation()).isEqualTo(incarnation(next));
		assertThat(holds(kv, 3)).as("nothing of the one that was replaced has landed").isTrue();
		assertThat(errorOf(() -> frozen.connect("127.0.0.1", prefill.port()))).isEqualTo(NixlError.STALE);
		assertThat(nextPeer.isConnected()).as("it has disturbed nobody").isTrue();
		await().atMost(SOON).until(prepared::isReleased);
		prepared.close();
		view.see();
		await().atMost(SOON).untilAsserted(() -> assertThat(errorOf(frozen::publish)).isEqualTo(NixlError.STALE));
	}

	@Test
	void whoIsCutOffFromTheStoreIsNotConnectedToEither() {
		NixlAgent prefill = agent("prefill", "prefill-1", this.store, Duration.ofMillis(500));
		NixlAgent frozen = published(agent("decode-a", "decode-1", new StoreView(this.store).blind()));
		prefill.connect("decode-1");
		published(decode("decode-b"));
		await().atMost(SOON).until(() -> prefill.peer("decode-1").isEmpty());
		assertThat(errorOf(() -> prefill.connect("127.0.0.1", frozen.port()))).isEqualTo(NixlError.STALE);
		await().atMost(SOON).until(() -> frozen.peers().isEmpty());
	}

	@Test
	void whoWasFrozenPastItsLeaseIsKeptOutThoughItsCardWentLongBefore() {
		NixlAgent prefill = prefill();
		NixlAgent frozen = published(agent("decode-a", "decode-1", new StoreView(this.store).blind()));
		prefill.connect("decode-1").disconnect();
		heard(prefill);
		this.store.delete("decode-1").join();
		heard(prefill);
		published(decode("decode-b"));
		heard(prefill);
		assertThat(errorOf(() -> frozen.connect("127.0.0.1", prefill.port()))).isEqualTo(NixlError.STALE);
	}

	@Test
	void aSessionThatIsNewerThanTheCardIsKept() throws InterruptedException {
		NixlMetadata crashed = new NixlMetadata("decode-1", Map.of(), "decode-a",
				NixlMetadata.Additions.none().withIncarnation(Incarnation.random()).withSessionEndpoint("127.0.0.1:1"));
		this.store.put(crashed).join();
		NixlAgent prefill = prefill();
		MemoryRegion kv = kv(prefill, 1);
		NixlAgent next = decode("decode-b");
		NixlPeer peer = next.connect("prefill-1");
		await().atMost(SOON).until(() -> prefill.peer("decode-1").isPresent());
		for (long free = 0; free < 10; free++) {
			this.store.put(crashed.withAdditions(crashed.additions().withCapacity(Map.of("free", free)))).join();
		}
		heard(prefill);
		write(peer, local(next, 2));
		assertThat(holds(kv, 2)).isTrue();
		next.publish();
		heard(prefill);
		assertThat(peer.isConnected()).isTrue();
		assertThat(prefill.peer("decode-1").orElseThrow().isListed()).isTrue();
	}

	/** Another engine comes and goes, so that an agent has heard of all before it. */
	private void heard(NixlAgent agent) {
		NixlAgent marker = published(agent("marker", "marker-1", this.store));
		NixlPeer peer = agent.connect("marker-1");
		marker.withdraw();
		await().atMost(SOON).until(() -> !peer.isListed());
		marker.close();
		this.agents.remove(marker);
	}

	@Test
	void whoLeavesGetsNoNewWorkAndFinishesWhatHasBegun() throws InterruptedException {
		NixlAgent prefill = prefill();
		NixlAgent decode = decode("decode-a");
		MemoryRegion kv = kv(decode, 1);
		decode.publish();
		MemoryRegion local = local(prefill, 2);
		List<String> events = new CopyOnWriteArrayList<>();
		prefill.addPeerListener(recorder(events));
		NixlPeer peer = prefill.connect("decode-1");
		PreparedTransfer prepared = peer.prepareWrite(local.all(), peer.region("kv").all());
		assertThat(peer.isListed()).isTrue();
		decode.withdraw();
		await().atMost(SOON).until(() -> !peer.isListed());
		assertThat(errorOf(() -> prefill.connect("decode-1"))).isEqualTo(NixlError.METADATA_NOT_FOUND);
		assertThat(prefill.peer("decode-1")).as("its session is there").isPresent();
		prepared.post();
		prepared.await();
		assertThat(holds(kv, 2)).isTrue();
		filled(local, 3);
		write(peer, local);
		assertThat(holds(kv, 3)).isTrue();
		decode.publish();
		await().atMost(SOON).until(peer::isListed);
		assertThat(prefill.connect("decode-1").incarnation()).isEqualTo(peer.incarnation());
		decode.withdraw();
		await().atMost(SOON).until(() -> !peer.isListed());
		prefill.addPeerListener(recorder(events));
		prepared.close();
		decode.stop();
		await().atMost(SOON).until(() -> !peer.isConnected());
		assertThat(errorOf(() -> prefill.connect("decode-1"))).isEqualTo(NixlError.METADATA_NOT_FOUND);
		await().atMost(SOON)
			.untilAsserted(() -> assertThat(events).containsExactly("joined", "delisted", "listed", "delisted",
					"second joined", "second delisted", "left", "second left"));
	}

	private static PeerListener recorder(List<String> events) {
		String who = events.isEmpty() ? "" : "second ";
		return new PeerListener() {

			@Override
			public void joined(NixlPeer peer, RouteChange route) {
				events.add(who + "joined");
			}

			@Override
			public void delisted(NixlPeer peer) {
				events.add(who + "delisted");
			}

			@Override
			public void listed(NixlPeer peer) {
				events.add(who + "listed");
			}

			@Override
			public void left(NixlPeer peer, NixlException cause) {
				events.add(who + "left");
			}

		};
	}

	@Test
	void whoLeavesMayConnectToFinishSomething() {
		NixlAgent prefill = prefill();
		NixlAgent decode = published(decode("decode-a"));
		decode.withdraw();
		NixlPeer peer = decode.connect("prefill-1");
		await().atMost(SOON).until(() -> prefill.peer("decode-1").map((near) -> !near.isListed()).orElse(false));
		assertThat(peer.isListed()).isTrue();
		assertThat(errorOf(() -> prefill.connect("decode-1"))).isEqualTo(NixlError.METADATA_NOT_FOUND);
	}

	@Test
	void peersThatNoStoreKnowsAreListed() {
		NixlAgent prefill = prefill();
		NixlAgent other = published(agent("decode-a", "decode-1", new InMemoryNixlMetadataStore()));
		assertThat(prefill.connect("127.0.0.1", other.port()).isListed()).isTrue();
		assertThat(prefill.connect("decode-1").isListed()).isTrue();
		NixlAgent third = published(agent("decode-c", "decode-3", new InMemoryNixlMetadataStore()));
		assertThat(prefill.connect(third.localMetadata()).isListed()).isTrue();
		heard(prefill);
		assertThat(prefill.peers()).hasSize(2).allMatch(NixlPeer::isListed);
	}

	@Test
	void aConfiguredPeerIsListedWhateverTheStoreSays() {
		NixlAgent decode = published(decode("decode-a"));
		NixlAgent router = NixlAgent.builder()
			.name("router-1")
			.routes(List.of(new TcpRouteProvider()))
			.tcp(TcpOptions.defaults().withSecret(SECRET))
			.metadataStore(this.store)
			.peer("decode-1", "127.0.0.1:" + decode.port())
			.build();
		this.agents.add(router);
		router.start();
		NixlPeer peer = router.connect("decode-1");
		decode.withdraw();
		heard(router);
		assertThat(peer.isListed()).isTrue();
		assertThat(router.connect("decode-1").incarnation()).isEqualTo(peer.incarnation());
	}

	@Test
	void aStoreThatIsAwayDecidesNothing() throws InterruptedException {
		NixlAgent prefill = prefill();
		MemoryRegion kv = kv(prefill, 1);
		NixlAgent decode = published(decode("decode-a"));
		NixlPeer peer = decode.connect("prefill-1");
		this.store.close();
		write(peer, local(decode, 2));
		assertThat(holds(kv, 2)).isTrue();
		assertThat(peer.isListed()).isTrue();
		NixlAgent late = agent("decode-c", "decode-3", this.store);
		assertThat(late.connect("127.0.0.1", prefill.port()).isListed()).isTrue();
	}

	@Test
	void aStopAndAStartMakeANewIncarnationThatKeepsItsEngineId() throws InterruptedException {
		NixlAgent prefill = prefill();
		NixlAgent decode = agent("decode-a", "decode-1", this.store);
		MemoryRegion kv = kv(decode, 1);
		MemoryRegion local = local(prefill, 2);
		for (int round = 0; round < 5; round++) {
			decode.publish();
			NixlPeer peer = prefill.connect("decode-1");
			assertThat(peer.incarnation()).isEqualTo(incarnation(decode));
			filled(local, round);
			write(peer, local);
			assertThat(holds(kv, round)).isTrue();
			assertThat(NixlMetadataCodec.decode(decode.localMetadata()).additions().incarnation())
				.isEqualTo(peer.incarnation());
			decode.stop();
			decode.start();
		}
	}

	/**
	 * Something that may be interrupted.
	 */
	@FunctionalInterface
	private interface Action {

		void act() throws InterruptedException;

		default void run() {
			try {
				act();
			}
			catch (InterruptedException ex) {
				throw new IllegalStateException(ex);
			}
		}

	}

}
