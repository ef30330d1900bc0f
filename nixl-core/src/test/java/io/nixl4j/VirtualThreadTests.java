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

package io.nixl4j;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import io.nixl4j.memory.LocalRegion;
import io.nixl4j.memory.MemoryRegion;
import io.nixl4j.memory.MemoryType;
import io.nixl4j.memory.Permissions;
import io.nixl4j.memory.RemoteRegion;
import io.nixl4j.route.tcp.TcpRouteProvider;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Virtual threads wait by parking, so that however many of them wait, others run.
 */
@Tag("all")
@Timeout(180)
@EnabledForJreRange(min = JRE.JAVA_21, disabledReason = "There are no virtual threads before")
class VirtualThreadTests {

	private static final Logger logger = LoggerFactory.getLogger(VirtualThreadTests.class);

	private static final int THREADS = 10_000;

	private static final int BLOCK = 256;

	private static final long NAP_NANOS = 1_000_000;

	/** What is wanted is 10 ms on a machine with nothing else to do. */
	private static final Duration FAR_TOO_LATE = Duration.ofMillis(500);

	@Test
	void tenThousandReadAndOthersWakeInTime() throws Throwable {
		try (NixlAgent target = agent("target"); NixlAgent initiator = agent("initiator")) {
			MemoryRegion far = target.allocate("far", (long) THREADS * BLOCK, MemoryType.DRAM, Permissions.READ);
			MemoryRegion near = initiator.allocate("near", (long) THREADS * BLOCK, MemoryType.DRAM,
					Permissions.READ_WRITE);
			for (int i = 0; i < THREADS; i++) {
				((LocalRegion) far).buffer((long) i * BLOCK, BLOCK).putInt(0, i + 1);
			}
			target.start();
			target.publish();
			initiator.start();
			NixlPeer peer = initiator.connect("127.0.0.1", target.port());
			RemoteRegion remote = peer.region("far");
			ExecutorService threads = virtualThreads();
			Napper napper = new Napper();
			Future<?> napping = threads.submit(napper);
			List<Future<TransferResult>> reads = new ArrayList<>();
			for (int i = 0; i < THREADS; i++) {
				long offset = (long) i * BLOCK;
				reads.add(threads
					.submit(() -> peer.read(near.range(offset, BLOCK), remote.range(offset, BLOCK)).submit().await()));
			}
			for (Future<TransferResult> read : reads) {
				read.get(120, TimeUnit.SECONDS);
			}
			napper.stop();
			napping.get(20, TimeUnit.SECONDS);
			threads.shutdown();
			for (int i = 0; i < THREADS; i++) {
				assertThat(((LocalRegion) near).buffer((long) i * BLOCK, BLOCK).getInt(0)).isEqualTo(i + 1);
			}
			logger.info("Wake-ups of another virtual thread were late by {} at p99", napper.p99());
			assertThat(napper.p99()).isLessThan(FAR_TOO_LATE);
		}
	}

	private static NixlAgent agent(String name) {
		return NixlAgent.builder()
			.name(name)
			.routes(List.of(new TcpRouteProvider()))
			.queueDepth(THREADS)
			.timeouts(Timeouts.defaults().withTransfer(Duration.ofSeconds(120)))
			.build();
	}

	// Compiled for 17, which has no such method.
	private static ExecutorService virtualThreads() throws Throwable {
		return (ExecutorService) MethodHandles.publicLookup()
			.findStatic(Executors.class, "newVirtualThreadPerTaskExecutor",
					MethodType.methodType(ExecutorService.class))
			.invokeExact();
	}

	/** Sleeps for a while again and again, and notes how much longer it took. */
	private static final class Napper implements Runnable {

		private final List<Long> late = new ArrayList<>();

		private volatile boolean stopped;

		@Override
		public void run() {
			while (!this.stopped) {
				long begin = System.nanoTime();
				LockSupport.parkNanos(NAP_NANOS);
				this.late.add(System.nanoTime() - begin - NAP_NANOS);
			}
		}

		void stop() {
			this.stopped = true;
		}

		/** To be asked when it has ended. */
		Duration p99() {
			long[] sorted = this.late.stream().mapToLong(Long::longValue).toArray();
			Arrays.sort(sorted);
			return Duration.ofNanos(sorted[(int) (sorted.length * 0.99)]);
		}

	}

}
