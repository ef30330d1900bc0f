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
import java.util.Locale;

import io.nixl4j.metadata.etcd.EtcdCluster;
import io.nixl4j.metadata.etcd.EtcdProcess;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Each fault of etcd twenty times at full length, for a moment and for longer than a
 * lease in turn: every time its entries are back and all copies equal within five seconds
 * of its return, and no transfer between workers fails meanwhile.
 */
@Tag("all")
@Tag("etcd")
@Tag("soak")
class EtcdFaultSoakTests {

	private static final double FULL_ROUNDS = 20;

	private static final Duration MOMENT = Duration.ofMillis(100);

	private static final Duration LONGER_THAN_A_LEASE = EtcdWorkers.LEASE.plusSeconds(2);

	private static final double FULL_CUT_SECONDS = 30;

	@Test
	void killed() throws Exception {
		survive(EtcdFault.KILLED, LONGER_THAN_A_LEASE);
	}

	@Test
	void wiped() throws Exception {
		survive(EtcdFault.WIPED, LONGER_THAN_A_LEASE);
	}

	@Test
	void replacedByAnotherCluster() throws Exception {
		survive(EtcdFault.REPLACED, LONGER_THAN_A_LEASE);
	}

	@Test
	void compactedBelowEveryWatcher() throws Exception {
		survive(EtcdFault.COMPACTED, LONGER_THAN_A_LEASE);
	}

	@Test
	void frozen() throws Exception {
		survive(EtcdFault.FROZEN, LONGER_THAN_A_LEASE);
	}

	@Test
	void cutOff() throws Exception {
		Duration outage = Duration.ofMillis((long) (FULL_CUT_SECONDS * 1000 * Figures.scale()));
		survive(EtcdFault.CUT_OFF, outage, outage);
	}

	@Test
	void oneOfThreeNodesLost() {
		List<Duration> times = new ArrayList<>();
		try (EtcdCluster cluster = EtcdCluster.start();
				EtcdWorkers workers = new EtcdWorkers(List.of(cluster.node(0), cluster.node(1), cluster.node(2)))) {
			for (int round = 0; round < rounds(); round++) {
				EtcdProcess lost = cluster.node(round % 3);
				lost.kill();
				times.add(workers.awaitCopies(cluster.node((round + 1) % 3)));
				lost.restart();
				workers.awaitCopies(lost);
				workers.awaitTransfers();
			}
			say("node-lost", times, workers);
		}
	}

	private static void survive(EtcdFault fault, Duration longest) throws Exception {
		survive(fault, longest, MOMENT);
	}

	private static void survive(EtcdFault fault, Duration outage, Duration everyOther) throws Exception {
		List<Duration> times = new ArrayList<>();
		try (EtcdProcess etcd = EtcdProcess.start(); EtcdWorkers workers = new EtcdWorkers(List.of(etcd))) {
			for (int round = 0; round < rounds(); round++) {
				fault.happen(workers, etcd, (round % 2 == 0) ? outage : everyOther);
				times.add(workers.awaitCopies(etcd));
				workers.awaitTransfers();
			}
			say(fault.name().toLowerCase(Locale.ROOT), times, workers);
		}
	}

	private static long rounds() {
		return Math.max(2, Math.round(FULL_ROUNDS * Figures.scale()));
	}

	private static void say(String fault, List<Duration> times, EtcdWorkers workers) {
		Figures.say("etcd." + fault + ".rounds", times.size(), "rounds");
		Figures.say("etcd." + fault + ".transfers", workers.transfers(), "transfers");
		Figures.say("etcd." + fault + ".slowest-return", times.stream().mapToLong(Duration::toMillis).max().orElse(0),
				"ms");
		assertThat(times).allSatisfy((time) -> assertThat(time).isLessThan(EtcdFaultTests.SOON));
	}

}
