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
 * A worker that is killed, or ends well, and is started again under the same engine id, a
 * hundred times at full length, while a peer that knows it through etcd transfers without
 * a break: no request hangs, no byte is wrong, and soon the new one is reached.
 */
@Tag("all")
@Tag("etcd")
@Tag("soak")
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "There are no such signals")
class RestartedWorkerSoakTests {

	private static final double FULL_ROUNDS = 100;

	private static final String ENGINE = "prefill-1";

	private static final Duration TIMEOUT = Duration.ofSeconds(5);

	/** Connecting, three transfers, and what a busy machine adds. */
	private static final Duration LIMIT = TIMEOUT.multipliedBy(5);

	@Test
	void eachRequestWorksOrFailsTypedAndTheNewOneIsReached() throws Exception {
		long rounds = Math.max(3, Math.round(FULL_ROUNDS * Figures.scale()));
		try (EtcdProcess etcd = EtcdProcess.start();
				EtcdNixlMetadataStore store = EtcdNixlMetadataStore.open(EtcdOptions.of(etcd.url()));
				NixlAgent agent = NixlAgent.builder()
					.name("peer")
					.routes(List.of(new TcpRouteProvider()))
					.metadataStore(store)
					.timeouts(Timeouts.defaults().withTransfer(TIMEOUT).withConnect(TIMEOUT))
					.build()) {
			agent.start();
			Duration slowest = Duration.ZERO;
			try (WorkerLoad load = new WorkerLoad(agent, ENGINE, LIMIT)) {
				for (long number = 1; number <= rounds; number++) {
					Duration reached = live(etcd, load, number);
					slowest = (reached.compareTo(slowest) > 0) ? reached : slowest;
				}
				say(rounds, load, slowest);
			}
			assertThat(slowest).isLessThan(TIMEOUT);
			assertThat(agent.quarantined()).isEmpty();
		}
	}

	private static void say(long rounds, WorkerLoad load, Duration slowest) {
		Figures.say("etcd.restarted-worker.rounds", rounds, "starts");
		Figures.say("etcd.restarted-worker.requests", load.done(), "requests");
		Figures.say("etcd.restarted-worker.slowest-first-success", slowest.toMillis(), "ms");
		load.failures()
			.forEach((error, count) -> Figures.say("etcd.restarted-worker.failed." + error, count, "requests"));
	}

	/** Returns how long after it was published its first request worked. */
	private static Duration live(EtcdProcess etcd, WorkerLoad load, long number) throws Exception {
		try (Child worker = Child.start(List.of("-Xmx64m"), EtcdWorker.class, etcd.url(), ENGINE, number)) {
			worker.expect("published");
			long begin = System.nanoTime();
			await().atMost(LIMIT).pollInterval(Duration.ofMillis(5)).until(() -> load.hasReached(number));
			Duration reached = Duration.ofNanos(System.nanoTime() - begin);
			long before = load.done();
			await().atMost(LIMIT).until(() -> load.done() > before + 2);
			if (number % 3 == 0) {
				worker.end();
			}
			else {
				worker.signal("KILL");
			}
			return reached;
		}
	}

}
