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
import java.util.List;

import io.nixl4j.NixlAgent;
import io.nixl4j.Timeouts;
import io.nixl4j.metadata.etcd.EtcdNixlMetadataStore;
import io.nixl4j.metadata.etcd.EtcdOptions;
import io.nixl4j.metadata.etcd.EtcdProcess;
import io.nixl4j.route.tcp.TcpRouteProvider;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * A worker that is frozen past its lease while a peer transfers, and continued, twenty
 * times at full length: its entry goes and comes back, no byte is wrong, and it is used
 * again.
 */
@Tag("all")
@Tag("etcd")
@Tag("soak")
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "There are no such signals")
class FrozenWorkerSoakTests {

	private static final double FULL_ROUNDS = 20;

	private static final String ENGINE = "prefill-1";

	private static final Duration TIMEOUT = Duration.ofSeconds(2);

	private static final Duration LIMIT = Duration.ofSeconds(30);

	@Test
	void itsEntryGoesAndComesBackAndNoByteIsWrong() throws Exception {
		long rounds = Math.max(2, Math.round(FULL_ROUNDS * Figures.scale()));
		try (EtcdProcess etcd = EtcdProcess.start();
				EtcdNixlMetadataStore store = EtcdNixlMetadataStore.open(EtcdOptions.of(etcd.url()));
				NixlAgent agent = NixlAgent.builder()
					.name("peer")
					.routes(List.of(new TcpRouteProvider()))
					.metadataStore(store)
					.timeouts(Timeouts.defaults().withTransfer(TIMEOUT).withConnect(TIMEOUT))
					.build();
				Child worker = Child.start(List.of("-Xmx64m"), EtcdWorker.class, etcd.url(), ENGINE, 1)) {
			agent.start();
			worker.expect("published");
			try (WorkerLoad load = new WorkerLoad(agent, ENGINE, LIMIT)) {
				for (int round = 0; round < rounds; round++) {
					await().atMost(LIMIT).until(() -> load.hasReached(1));
					long before = load.done();
					await().atMost(LIMIT).until(() -> load.done() > before + 2);
					worker.signal("STOP");
					await().atMost(LIMIT).until(() -> store.find(ENGINE).isEmpty());
					worker.signal("CONT");
					await().atMost(LIMIT).until(() -> store.find(ENGINE).isPresent());
				}
				long before = load.done();
				await().atMost(LIMIT).until(() -> load.done() > before + 2);
				Figures.say("etcd.frozen-worker.rounds", rounds, "freezes");
				Figures.say("etcd.frozen-worker.requests", load.done(), "requests");
				load.failures()
					.forEach((error, count) -> Figures.say("etcd.frozen-worker.failed." + error, count, "requests"));
			}
			assertThat(agent.quarantined()).isEmpty();
			worker.end();
		}
	}

}
