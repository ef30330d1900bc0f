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

import io.nixl4j.metadata.etcd.EtcdCluster;
import io.nixl4j.metadata.etcd.EtcdProcess;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Whatever befalls etcd: workers that live transfer on, and soon after its return its
 * entries are there again and what each worker knows is what etcd has.
 */
@Tag("etcd")
class EtcdFaultTests {

	/** After its return. */
	static final Duration SOON = Duration.ofSeconds(5);

	@ParameterizedTest
	@EnumSource
	void whileEtcdIsAwayForAMomentNothingIsLost(EtcdFault fault) throws Exception {
		survive(fault, Duration.ofMillis(200));
	}

	@Tag("all")
	@ParameterizedTest
	@EnumSource(names = { "KILLED", "CUT_OFF" })
	void entriesWhoseLeaseEndedMeanwhileComeBack(EtcdFault fault) throws Exception {
		survive(fault, EtcdWorkers.LEASE.plusMillis(1500));
	}

	private static void survive(EtcdFault fault, Duration outage) throws Exception {
		try (EtcdProcess etcd = EtcdProcess.start(); EtcdWorkers workers = new EtcdWorkers(List.of(etcd))) {
			workers.awaitTransfers();
			fault.happen(workers, etcd, outage);
			assertThat(workers.awaitCopies(etcd)).isLessThan(SOON);
			workers.awaitTransfers();
		}
	}

	@Test
	void oneOfThreeNodesMayBeLost() {
		try (EtcdCluster cluster = EtcdCluster.start();
				EtcdWorkers workers = new EtcdWorkers(List.of(cluster.node(0), cluster.node(1), cluster.node(2)))) {
			workers.awaitTransfers();
			cluster.node(0).kill();
			assertThat(workers.awaitCopies(cluster.node(1))).isLessThan(SOON);
			cluster.node(0).restart();
			assertThat(workers.awaitCopies(cluster.node(0))).isLessThan(SOON);
			workers.awaitTransfers();
		}
	}

}
