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
import java.util.Map;

import io.nixl4j.NixlAgent;
import io.nixl4j.NixlPeer;
import io.nixl4j.TcpOptions;
import io.nixl4j.metadata.NixlMetadata;
import io.nixl4j.metadata.NixlMetadataCodec;
import io.nixl4j.metadata.StoreState;
import io.nixl4j.metadata.etcd.EtcdNixlMetadataStore;
import io.nixl4j.metadata.etcd.EtcdOptions;
import io.nixl4j.metadata.etcd.EtcdProcess;
import io.nixl4j.route.tcp.TcpRouteProvider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Three workers that know each other through etcd alone and transfer to each other
 * without a break over TCP. Between each and every etcd lies a network that can be cut.
 */
final class EtcdWorkers implements AutoCloseable {

	/** Short, so that entries end while etcd is away. */
	static final Duration LEASE = Duration.ofSeconds(2);

	/** Of the keys that the workers use. */
	static final String PREFIX = "default/nixl_metadata/";

	private static final int COUNT = 3;

	private static final int LENGTH = 256 << 10;

	private static final Duration LIMIT = Duration.ofSeconds(30);

	private static final Duration POLL = Duration.ofMillis(20);

	private final LocalAgents agents = new LocalAgents();

	private final List<CuttingRelay> networks = new ArrayList<>();

	private final List<EtcdNixlMetadataStore> stores = new ArrayList<>();

	private final List<Bystander> transfers = new ArrayList<>();

	/**
	 * Starts them.
	 * @param cluster all of etcd
	 */
	EtcdWorkers(List<EtcdProcess> cluster) {
		List<NixlAgent> started = new ArrayList<>();
		for (int i = 0; i < COUNT; i++) {
			List<CuttingRelay> own = cluster.stream().map((etcd) -> CuttingRelay.to(etcd.port())).toList();
			this.networks.addAll(own);
			List<String> urls = own.stream().map((network) -> "http://127.0.0.1:" + network.port()).toList();
			EtcdNixlMetadataStore store = EtcdNixlMetadataStore.open(EtcdOptions.of(urls).withLeaseTime(LEASE));
			this.stores.add(store);
			store.check();
			NixlAgent agent = NixlAgent.builder()
				.name("agent-" + i)
				.engineId(engine(i))
				.routes(List.of(new TcpRouteProvider()))
				.tcp(TcpOptions.defaults())
				.metadataStore(store)
				.build();
			LocalAgents.serve(agent, LENGTH);
			started.add(this.agents.start(agent));
		}
		awaitCopies(cluster.get(0));
		for (int i = 0; i < COUNT; i++) {
			NixlAgent from = started.get(i);
			NixlPeer to = from.connect(engine((i + 1) % COUNT));
			this.transfers.add(new Bystander(to, LocalAgents.local(from, 2 * LENGTH), to.region(LocalAgents.REGION)));
		}
	}

	private static String engine(int index) {
		return "worker-" + index;
	}

	/** Cuts every worker from etcd: what they send is lost, and nobody tells them so. */
	void cutSilently() {
		this.networks.forEach((network) -> network.hold(true, true));
	}

	/** Cuts every worker from etcd: connections end, and new ones are refused. */
	void cut() {
		this.networks.forEach((network) -> {
			network.refuse();
			network.cut();
		});
	}

	/** Mends the network. */
	void mend() {
		this.networks.forEach((network) -> {
			network.accept();
			network.release();
		});
	}

	/**
	 * Waits until etcd has an entry of each worker and no other, all of them know what it
	 * has, and hear of what is new.
	 * @param etcd the etcd to ask
	 * @return how long that took since etcd could be written to
	 */
	Duration awaitCopies(EtcdProcess etcd) {
		NixlMetadata news = new NixlMetadata("news-" + System.nanoTime(), Map.of(), "passer-by");
		// A cluster that has lost its leader elects another one first.
		await().atMost(LIMIT)
			.pollInterval(POLL)
			.ignoreExceptions()
			.untilAsserted(() -> etcd.put(PREFIX + news.engineId(), NixlMetadataCodec.encode(news)));
		long begin = System.nanoTime();
		await().atMost(LIMIT)
			.pollInterval(POLL)
			.until(() -> this.stores.stream().allMatch((store) -> store.list().contains(news)));
		etcd.ctl("del", PREFIX + news.engineId());
		await().atMost(LIMIT).pollInterval(POLL).untilAsserted(() -> {
			Map<String, byte[]> entries = etcd.entries(PREFIX);
			assertThat(entries).containsOnlyKeys(PREFIX + "worker-0", PREFIX + "worker-1", PREFIX + "worker-2");
			List<NixlMetadata> cards = entries.values().stream().map(NixlMetadataCodec::decode).toList();
			for (EtcdNixlMetadataStore store : this.stores) {
				assertThat(store.list()).isEqualTo(cards);
				// After a loss of its data etcd may still lack entries that nobody knows.
				assertThat(store.state().kind()).isNotEqualTo(StoreState.Kind.BEHIND);
			}
		});
		return Duration.ofNanos(System.nanoTime() - begin);
	}

	/**
	 * Waits until each worker has transferred once more, and fails if any transfer failed
	 * or brought a wrong byte.
	 */
	void awaitTransfers() {
		for (Bystander each : this.transfers) {
			long before = each.rounds();
			await().atMost(LIMIT).pollInterval(POLL).until(() -> each.rounds() > before + 1);
		}
	}

	/**
	 * Returns how often they have written and read back.
	 * @return the rounds of all
	 */
	long transfers() {
		return this.transfers.stream().mapToLong(Bystander::rounds).sum();
	}

	@Override
	public void close() {
		mend();
		try {
			this.transfers.forEach(Bystander::close);
		}
		finally {
			this.agents.close();
			this.stores.forEach(EtcdNixlMetadataStore::close);
			this.networks.forEach(CuttingRelay::close);
		}
	}

}
