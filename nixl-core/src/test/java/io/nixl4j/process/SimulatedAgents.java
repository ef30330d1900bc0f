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

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.IntStream;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.Watch;
import io.etcd.jetcd.lease.LeaseKeepAliveResponse;
import io.etcd.jetcd.options.PutOption;
import io.etcd.jetcd.options.WatchOption;
import io.etcd.jetcd.support.CloseableClient;
import io.etcd.jetcd.support.Observers;
import io.nixl4j.memory.Incarnation;
import io.nixl4j.memory.MemoryType;
import io.nixl4j.memory.Permissions;
import io.nixl4j.metadata.MemoryDescriptor;
import io.nixl4j.metadata.NixlMetadata;
import io.nixl4j.metadata.NixlMetadataCodec;
import io.nixl4j.metadata.etcd.EtcdProcess;

/**
 * What many agents cost etcd, without the agents: each has a lease of its own that is
 * kept alive, an entry on it, and a watch of all entries. They share connections.
 */
final class SimulatedAgents implements AutoCloseable {

	private static final int PER_CLIENT = 100;

	/** Joining at the same time. */
	private static final int IN_FLIGHT = 64;

	private static final long LIMIT_SECONDS = 60;

	private final List<Client> clients;

	private final long leaseSeconds;

	private final LongAdder events = new LongAdder();

	private final LongAdder rejoined = new LongAdder();

	private final Map<Integer, Joined> joined = new ConcurrentHashMap<>();

	private final Map<Integer, Watch.Watcher> watches = new ConcurrentHashMap<>();

	/**
	 * Connects.
	 * @param etcd the etcd
	 * @param agents how many agents there will be at most
	 * @param lease how long etcd keeps the entry of one that crashed
	 */
	SimulatedAgents(EtcdProcess etcd, int agents, Duration lease) {
		this.clients = IntStream.rangeClosed(0, agents / PER_CLIENT)
			.mapToObj((i) -> Client.builder().endpoints(etcd.url()).build())
			.toList();
		this.leaseSeconds = lease.toSeconds();
	}

	/**
	 * Makes the card of an agent, of an ordinary size.
	 * @param engineId its engine
	 * @param load something that changes
	 * @return the card
	 */
	static NixlMetadata card(String engineId, long load) {
		MemoryDescriptor region = new MemoryDescriptor(0x7f00_0000_0000L, 64L << 30, MemoryType.VRAM, 3,
				Permissions.READ_WRITE);
		return new NixlMetadata(engineId, Map.of("kv", region, "weights", region), "agent-of-" + engineId,
				NixlMetadata.Additions.none()
					.withIncarnation(new Incarnation(engineId.hashCode(), 1))
					.withSessionEndpoint("10.0.0.1:7400")
					.withFeatures(List.of("fences", "staging"))
					.withRoles(List.of("decode"))
					.withModel("SmolLM2-135M-Instruct")
					.withZone("zone-a")
					.withCapacity(Map.of("blocks", 100_000L, "load", load)));
	}

	/**
	 * Lets agents join, as fast as they can. They do not watch yet.
	 * @param from the first one
	 * @param to behind the last one
	 * @throws Exception if one cannot
	 */
	void join(int from, int to) throws Exception {
		Semaphore room = new Semaphore(IN_FLIGHT);
		List<CompletableFuture<?>> joining = new ArrayList<>();
		for (int i = from; i < to; i++) {
			int agent = i;
			room.acquire();
			joining.add(join(agent).whenComplete((done, failure) -> room.release()));
		}
		CompletableFuture.allOf(joining.toArray(CompletableFuture[]::new)).get(LIMIT_SECONDS, TimeUnit.SECONDS);
	}

	private CompletableFuture<?> join(int agent) {
		Client client = client(agent);
		return client.getLeaseClient().grant(this.leaseSeconds).thenCompose((lease) -> {
			this.joined.put(agent, new Joined(lease.getID(), beat(agent, lease.getID())));
			return put(agent, lease.getID(), 0);
		});
	}

	private CloseableClient beat(int agent, long lease) {
		Runnable lost = () -> {
			Joined one = this.joined.get(agent);
			// A machine that is busy with all of them may keep one of them from its beat.
			if (one != null && one.lease == lease) {
				this.rejoined.increment();
				rejoin(agent);
			}
		};
		return client(agent).getLeaseClient()
			.keepAlive(lease,
					Observers.<LeaseKeepAliveResponse>builder()
						.onError((failure) -> lost.run())
						.onCompleted(lost)
						.build());
	}

	/** As often as it takes, while it is to be there. */
	private void rejoin(int agent) {
		if (this.joined.containsKey(agent)) {
			join(agent).whenCompleteAsync((done, failure) -> {
				if (failure != null) {
					rejoin(agent);
				}
			}, CompletableFuture.delayedExecutor(1, TimeUnit.SECONDS));
		}
	}

	/**
	 * Has all that are there watch all entries, and waits until etcd lets them.
	 * @throws Exception if it does not
	 */
	void watch() throws Exception {
		CountDownLatch begun = new CountDownLatch(this.joined.size());
		WatchOption option = WatchOption.builder().isPrefix(true).withCreateNotify(true).build();
		this.joined.keySet()
			.forEach((agent) -> this.watches.put(agent,
					client(agent).getWatchClient()
						.watch(bytes(EtcdWorkers.PREFIX.getBytes(StandardCharsets.UTF_8)), option,
								Watch.listener((response) -> {
									if (response.getEvents().isEmpty()) {
										begun.countDown();
									}
									this.events.add(response.getEvents().size());
								}))));
		if (!begun.await(LIMIT_SECONDS, TimeUnit.SECONDS)) {
			throw new IllegalStateException(begun.getCount() + " watches did not begin");
		}
	}

	private Client client(int agent) {
		return this.clients.get(agent / PER_CLIENT);
	}

	/**
	 * Has an agent change its card.
	 * @param agent which
	 * @param load the change
	 * @return its end
	 */
	CompletableFuture<?> change(int agent, long load) {
		Joined one = this.joined.get(agent);
		if (one == null) {
			throw new IllegalArgumentException("Agent " + agent + " is not there");
		}
		return put(agent, one.lease, load);
	}

	private CompletableFuture<?> put(int agent, long lease, long load) {
		String engineId = engineId(agent);
		return client(agent).getKVClient()
			.put(bytes((EtcdWorkers.PREFIX + engineId).getBytes(StandardCharsets.UTF_8)),
					bytes(NixlMetadataCodec.encode(card(engineId, load))),
					PutOption.builder().withLeaseId(lease).build());
	}

	/**
	 * Lets agents leave: their leases are revoked.
	 * @param from the first one
	 * @param to behind the last one
	 * @throws Exception if one cannot
	 */
	void leave(int from, int to) throws Exception {
		Semaphore room = new Semaphore(IN_FLIGHT);
		List<CompletableFuture<?>> leaving = new ArrayList<>();
		for (int i = from; i < to; i++) {
			room.acquire();
			leaving.add(client(i).getLeaseClient().revoke(silence(i)).whenComplete((done, failure) -> room.release()));
		}
		CompletableFuture.allOf(leaving.toArray(CompletableFuture[]::new)).get(LIMIT_SECONDS, TimeUnit.SECONDS);
	}

	/**
	 * Lets agents crash: nothing is heard of them any more.
	 * @param from the first one
	 * @param to behind the last one
	 */
	void crash(int from, int to) {
		IntStream.range(from, to).forEach(this::silence);
	}

	private long silence(int agent) {
		Joined one = this.joined.remove(agent);
		if (one == null) {
			throw new IllegalArgumentException("Agent " + agent + " is not there");
		}
		one.beat.close();
		Watch.Watcher watch = this.watches.remove(agent);
		if (watch != null) {
			watch.close();
		}
		return one.lease;
	}

	/**
	 * Returns how many changes all of them have heard of.
	 * @return the events of all watches together
	 */
	long events() {
		return this.events.sum();
	}

	/**
	 * Returns how often one of them has lost its lease and joined again.
	 * @return the number of times
	 */
	long rejoined() {
		return this.rejoined.sum();
	}

	static String engineId(int agent) {
		return "simulated-%04d".formatted(agent);
	}

	private static ByteSequence bytes(byte[] bytes) {
		return ByteSequence.from(bytes);
	}

	@Override
	public void close() {
		this.joined.clear();
		this.watches.values().forEach(Watch.Watcher::close);
		this.clients.forEach(Client::close);
	}

	/**
	 * One that is there.
	 *
	 * @param lease its lease
	 * @param beat keeps that alive
	 */
	private record Joined(long lease, CloseableClient beat) {

	}

}
