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

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import io.nixl4j.NixlAgent;
import io.nixl4j.NixlPeer;
import io.nixl4j.RouteStatus;
import io.nixl4j.memory.MemoryRegion;
import io.nixl4j.memory.MemoryType;
import io.nixl4j.memory.Permissions;
import io.nixl4j.memory.RegionOptions;

import static org.awaitility.Awaitility.await;

/**
 * One end of a soak as a process: its threads read and write the other end's memory,
 * while those of the other end read and write its own.
 */
final class SoakPeer {

	/** How many threads each end has. */
	static final int THREADS = 4;

	private static final String REGION = "kv";

	private SoakPeer() {
	}

	/**
	 * Runs one end.
	 * @param arguments its name, the seconds it works, a seed, the longest transfer in
	 * bytes, a power of two, and the other end's port unless this is the first one
	 * @throws Exception if something is wrong
	 */
	public static void main(String[] arguments) throws Exception {
		NixlAgent agent = NixlAgent.builder().name(arguments[0]).build();
		int share = Integer.parseInt(arguments[3]);
		CountDownLatch told = new CountDownLatch(1);
		Thread commands = new Thread(() -> obey(told));
		commands.setDaemon(true);
		commands.start();
		try (agent) {
			MemoryRegion served = agent.allocate(REGION, 2L * THREADS * share, MemoryType.DRAM, Permissions.READ_WRITE);
			MemoryRegion local = agent.allocate((long) THREADS * share, RegionOptions.of("local"));
			SoakInbox inbox = new SoakInbox(served, THREADS);
			agent.onNotification(inbox);
			agent.start();
			agent.publish();
			System.out.println("port " + agent.port());
			NixlPeer peer = (arguments.length > 4) ? agent.connect("127.0.0.1", Integer.parseInt(arguments[4]))
					: connected(agent);
			System.out.println("works");
			soak(peer, local, share, Duration.ofSeconds(Long.parseLong(arguments[1])), Long.parseLong(arguments[2]));
			peer.notify(SoakInbox.end()).get(1, TimeUnit.MINUTES);
			inbox.report(System.out);
			System.out.println("worked");
			told.await();
			// A transfer that still held one of them would keep it from being closed.
			closeWithin(Duration.ofSeconds(10), local, served);
		}
		await().atMost(Duration.ofSeconds(20)).until(() -> threadsOf(arguments[0]), List::isEmpty);
		System.out.println("closed");
	}

	/**
	 * To a line it answers with how much of the heap is used; the end ends the process.
	 */
	private static void obey(CountDownLatch end) {
		try {
			for (int next = System.in.read(); next >= 0; next = System.in.read()) {
				if (next == '\n') {
					System.gc();
					System.out.println("heap " + ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
				}
			}
		}
		catch (IOException ex) {
			// As the end.
		}
		end.countDown();
	}

	private static NixlPeer connected(NixlAgent agent) {
		return await().atMost(Duration.ofMinutes(1))
			.until(() -> agent.peers()
				.stream()
				.filter((peer) -> peer.routes().stream().anyMatch(RouteStatus::usable))
				.findAny(), Optional::isPresent)
			.orElseThrow();
	}

	private static void soak(NixlPeer peer, MemoryRegion local, int share, Duration duration, long seed)
			throws Exception {
		ExecutorService threads = Executors.newFixedThreadPool(THREADS);
		try {
			List<Future<SoakTally>> tallies = new ArrayList<>();
			for (int i = 0; i < THREADS; i++) {
				SoakWorker worker = new SoakWorker(peer, local, peer.region(REGION), share, i, seed);
				tallies.add(threads.submit(() -> worker.work(duration)));
			}
			for (int i = 0; i < THREADS; i++) {
				SoakTally tally = tallies.get(i).get();
				System.out.println("thread " + i + ": " + tally);
				System.out.println("told " + i + " " + SoakInbox.text(tally.told));
				System.out.println("maybe " + i + " " + SoakInbox.text(tally.maybeTold));
			}
		}
		finally {
			threads.shutdownNow();
		}
	}

	private static void closeWithin(Duration limit, MemoryRegion... regions) throws Exception {
		for (MemoryRegion region : regions) {
			region.close();
			region.closed().get(limit.toSeconds(), TimeUnit.SECONDS);
		}
	}

	private static List<String> threadsOf(String agent) {
		return Thread.getAllStackTraces()
			.keySet()
			.stream()
			.map(Thread::getName)
			.filter((name) -> name.startsWith("nixl-" + agent + "-"))
			.toList();
	}

}
