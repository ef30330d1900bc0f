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
package io.nixl4j.serving;

import java.time.Duration;

import io.nixl4j.process.Child;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Workers that die, come back, freeze and wake while requests keep coming, at full scale
 * a hundred and twenty times in each mode.
 */
@Tag("all")
@Tag("soak")
@Tag("etcd")
class FleetSoakTests {

	private static final Logger logger = LoggerFactory.getLogger(FleetSoakTests.class);

	/** Of each mode, half of them of a prefill and half of a decode worker. */
	private static final int RESTARTS = 100;

	/** Of each mode, half of them with the name taken meanwhile. */
	private static final int FREEZES = 20;

	/** Long enough for the lease and the session of a frozen worker to end. */
	private static final Duration FROZEN = WorkerProcess.LEASE.multipliedBy(5);

	private static final Duration SOON = Traffic.TIMEOUT.multipliedBy(2);

	private static int rounds(int full) {
		return (int) (full * Double.parseDouble(System.getProperty("nixl.soak.scale", "0.1")));
	}

	private static void startAll(Fleet fleet) throws Exception {
		fleet.start(ListedWorker.PREFILL, "prefill-1");
		fleet.start(ListedWorker.DECODE, "decode-1");
		fleet.start(ListedWorker.DECODE, "decode-2");
	}

	private static void awaitFull(Fleet fleet) {
		fleet.awaitFull("prefill-1");
		fleet.awaitFull("decode-1");
		fleet.awaitFull("decode-2");
	}

	@ParameterizedTest
	@EnumSource(KvTransferMode.class)
	void workersAreKilledAndComeBackUnderTheirNames(KvTransferMode mode) throws Exception {
		try (Fleet fleet = new Fleet(mode)) {
			startAll(fleet);
			Traffic traffic = new Traffic(fleet.router());
			try (traffic) {
				for (int round = 0; round < rounds(RESTARTS); round++) {
					String role = (round % 2 == 0) ? ListedWorker.PREFILL : ListedWorker.DECODE;
					fleet.worker(role + "-1").signal("KILL");
					fleet.start(role, role + "-1");
					assertThat(traffic.submit()).as("the first request after the restart").succeedsWithin(SOON);
				}
				awaitMoves(traffic);
			}
			logger.info("{}, workers killed: {}", mode, traffic);
			awaitFull(fleet);
		}
	}

	@ParameterizedTest
	@EnumSource(KvTransferMode.class)
	void aPrefillWorkerThatWasFrozenPastItsLeaseHarmsNobody(KvTransferMode mode) throws Exception {
		try (Fleet fleet = new Fleet(mode)) {
			startAll(fleet);
			Traffic traffic = new Traffic(fleet.router());
			try (traffic) {
				for (int round = 0; round < rounds(FREEZES); round++) {
					Child frozen = fleet.worker("prefill-1");
					frozen.signal("STOP");
					awaitDelisted(fleet, traffic);
					boolean isReplaced = round % 2 == 1;
					if (isReplaced) {
						fleet.start(ListedWorker.PREFILL, "prefill-1");
					}
					frozen.signal("CONT");
					await().atMost(FROZEN).until(() -> fleet.isListed("prefill-1"));
					awaitMoves(traffic);
					if (isReplaced) {
						frozen.close();
					}
				}
			}
			logger.info("{}, prefill worker frozen: {}", mode, traffic);
			awaitFull(fleet);
		}
	}

	/** Others answer while it is frozen. */
	private static void awaitDelisted(Fleet fleet, Traffic traffic) {
		await().atMost(FROZEN).until(() -> !fleet.isListed("prefill-1"));
		int before = traffic.answered();
		await().atMost(SOON).until(() -> traffic.answered() > before + 10);
	}

	/** The prefill worker is given prompts again. */
	private static void awaitMoves(Traffic traffic) {
		int before = traffic.moved();
		await().atMost(SOON).until(() -> traffic.moved() > before + 10);
	}

}
