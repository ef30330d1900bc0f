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

import io.nixl4j.metadata.NixlMetadata;
import io.nixl4j.metadata.etcd.EtcdNixlMetadataStore;
import io.nixl4j.metadata.etcd.EtcdOptions;
import io.nixl4j.metadata.etcd.EtcdProcess;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What becomes of the entry of a worker that is a process of its own.
 */
@Tag("etcd")
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "There are no such signals")
class EtcdWorkerTests {

	private static final String ENGINE = "decode-1";

	@Test
	void theEntryOfAKilledWorkerIsGoneEverywhereASecondAfterItsLease() throws Exception {
		try (EtcdProcess etcd = EtcdProcess.start();
				EtcdNixlMetadataStore one = EtcdNixlMetadataStore.open(EtcdOptions.of(etcd.url()));
				EtcdNixlMetadataStore other = EtcdNixlMetadataStore.open(EtcdOptions.of(etcd.url()));
				Child worker = Child.start(List.of("-Xmx64m"), EtcdWorker.class, etcd.url(), ENGINE, 1)) {
			worker.expect("published");
			List<EtcdNixlMetadataStore> peers = List.of(one, other);
			await().until(() -> peers.stream().allMatch((peer) -> peer.find(ENGINE).isPresent()));
			worker.signal("KILL");
			long begin = System.nanoTime();
			await().pollInterval(Duration.ofMillis(5))
				.until(() -> peers.stream().allMatch((peer) -> peer.find(ENGINE).isEmpty()));
			Duration time = Duration.ofNanos(System.nanoTime() - begin);
			Figures.say("etcd.killed-worker.delisted", time.toMillis(), "ms");
			assertThat(time).isLessThan(EtcdWorker.LEASE.plusSeconds(1));
			assertThat(etcd.keys("")).isEmpty();
		}
	}

	@Test
	void aWorkerThatEndsWellLeavesNothing() throws Exception {
		try (EtcdProcess etcd = EtcdProcess.start();
				EtcdNixlMetadataStore peer = EtcdNixlMetadataStore.open(EtcdOptions.of(etcd.url()));
				Child worker = Child.start(List.of("-Xmx64m"), EtcdWorker.class, etcd.url(), ENGINE, 1)) {
			String incarnation = worker.expect("published");
			await().until(() -> peer.list().size() == 1);
			assertThat(peer.list()).extracting(NixlMetadata::engineId).containsExactly(ENGINE);
			assertThat(peer.get(ENGINE).additions().incarnation()).hasToString(incarnation);
			worker.end();
			assertThat(etcd.keys("")).isEmpty();
			await().until(() -> peer.list().isEmpty());
		}
	}

}
