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

import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import io.nixl4j.metadata.NixlMetadata;
import io.nixl4j.metadata.NixlMetadataCodec;
import io.nixl4j.metadata.StoreState;
import io.nixl4j.metadata.etcd.EtcdNixlMetadataStore;
import io.nixl4j.metadata.etcd.EtcdOptions;
import io.nixl4j.metadata.etcd.EtcdProcess;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Two thousand agents at full length that know each other through one etcd: all join at
 * once, some change, a tenth leaves, a tenth crashes. Ten of them are real stores, which
 * have to know what etcd has soon after; the others cost etcd what real ones would.
 */
@Tag("all")
@Tag("etcd")
@Tag("soak")
class ManyAgentsSoakTests {

	private static final int FULL_AGENTS = 2000;

	private static final int REAL = 10;

	private static final Duration LEASE = Duration.ofSeconds(10);

	private static final Duration LIMIT = Duration.ofMinutes(3);

	/** Between a change and all copies. */
	private static final Duration SOON = Duration.ofSeconds(60);

	private static final long MAX_BYTES_A_CARD = 8 << 10;

	private static final Duration POLL = Duration.ofMillis(10);

	private final int agents = Math.max(200, (int) (FULL_AGENTS * Figures.scale()));

	private final int simulated = this.agents - REAL;

	private final EtcdProcess etcd = EtcdProcess.start();

	private final SimulatedAgents others = new SimulatedAgents(this.etcd, this.simulated, LEASE);

	private final List<EtcdNixlMetadataStore> stores = new ArrayList<>();

	@AfterEach
	void close() {
		this.stores.forEach(EtcdNixlMetadataStore::close);
		this.others.close();
		this.etcd.close();
	}

	@Test
	void copiesFollowJoinsChangesLeavesAndCrashes() throws Exception {
		Figures.say("agents", this.agents, "agents");
		for (int i = 0; i < REAL; i++) {
			EtcdNixlMetadataStore store = EtcdNixlMetadataStore
				.open(EtcdOptions.of(this.etcd.url()).withLeaseTime(LEASE));
			this.stores.add(store);
			store.put(SimulatedAgents.card("real-%04d".formatted(i), 0)).get(1, TimeUnit.MINUTES);
		}
		converges(REAL);
		long heap = usedHeap();
		long begin = System.nanoTime();
		this.others.join(0, this.simulated);
		say("agents.join.put", since(begin));
		converges(this.agents);
		say("agents.join.known", since(begin));
		equalsEtcd();
		// The clients of the others, small beside the copies, are in it.
		long bytes = (usedHeap() - heap) / REAL / this.agents;
		Figures.say("agents.heap-a-card", bytes, "bytes");
		Figures.say("agents.etcd-memory", residentKib() / 1024.0, "MiB");
		assertThat(bytes).isLessThan(MAX_BYTES_A_CARD);
		this.others.watch();
		changes();
		int tenth = this.agents / 10;
		begin = System.nanoTime();
		this.others.leave(0, tenth);
		converges(this.agents - tenth);
		Duration left = since(begin);
		say("agents.leave.known", left);
		assertThat(left).isLessThan(SOON);
		equalsEtcd();
		begin = System.nanoTime();
		this.others.crash(tenth, 2 * tenth);
		converges(this.agents - 2 * tenth);
		Duration crashed = since(begin);
		say("agents.crash.known", crashed);
		assertThat(crashed).isLessThan(LEASE.plus(SOON));
		equalsEtcd();
		assertThat(this.stores)
			.allSatisfy((store) -> assertThat(store.state().kind()).isEqualTo(StoreState.Kind.CURRENT));
	}

	/** One card after the other changes, each when all copies have the one before. */
	private void changes() throws Exception {
		List<Duration> times = new ArrayList<>();
		Duration processor = processorTime();
		long events = this.others.events();
		int changes = Math.max(20, this.agents / 20);
		for (int i = 1; i <= changes; i++) {
			long begin = System.nanoTime();
			int agent = this.simulated - i;
			this.others.change(agent, i).get(1, TimeUnit.MINUTES);
			NixlMetadata card = SimulatedAgents.card(SimulatedAgents.engineId(agent), i);
			await().atMost(LIMIT)
				.pollDelay(Duration.ZERO)
				.pollInterval(Duration.ofMillis(1))
				.until(() -> this.stores.stream().allMatch((store) -> card.equals(store.get(card.engineId()))));
			times.add(since(begin));
		}
		long expected = events + (long) changes * this.simulated;
		await().atMost(LIMIT).pollInterval(POLL).until(() -> this.others.events() >= expected);
		Collections.sort(times);
		say("agents.change.known.median", times.get(changes / 2));
		say("agents.change.known.slowest", times.get(changes - 1));
		Figures.say("agents.change.etcd-processor",
				(processorTime().toNanos() - processor.toNanos()) / 1000.0 / changes / this.agents, "us a watch");
		assertThat(times.get(changes / 2)).isLessThan(SOON);
	}

	private void converges(int cards) {
		await().atMost(LIMIT)
			.pollInterval(POLL)
			.until(() -> this.stores.stream().allMatch((store) -> store.list().size() == cards));
	}

	private void equalsEtcd() {
		List<NixlMetadata> cards = this.etcd.entries(EtcdWorkers.PREFIX)
			.values()
			.stream()
			.map(NixlMetadataCodec::decode)
			.toList();
		IntStream.range(0, REAL).forEach((i) -> assertThat(this.stores.get(i).list()).isEqualTo(cards));
	}

	private long residentKib() throws Exception {
		return Files.readAllLines(Path.of("/proc", Long.toString(this.etcd.pid()), "status"))
			.stream()
			.filter((line) -> line.startsWith("VmRSS:"))
			.mapToLong((line) -> Long.parseLong(line.replaceAll("\\D", "")))
			.findFirst()
			.orElseThrow();
	}

	private Duration processorTime() {
		return ProcessHandle.of(this.etcd.pid()).flatMap((etcd) -> etcd.info().totalCpuDuration()).orElseThrow();
	}

	private static long usedHeap() {
		System.gc();
		return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
	}

	private static Duration since(long begin) {
		return Duration.ofNanos(System.nanoTime() - begin);
	}

	private static void say(String name, Duration time) {
		Figures.say(name, time.toNanos() / 1e6, "ms");
	}

}
