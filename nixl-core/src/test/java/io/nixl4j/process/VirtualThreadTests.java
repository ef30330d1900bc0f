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

import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

import io.nixl4j.NixlAgent;
import io.nixl4j.NixlPeer;
import io.nixl4j.memory.MemoryRegion;
import io.nixl4j.memory.RemoteRegion;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Virtual threads park while their transfers are under way: ten thousand at once leave
 * the processors to others.
 */
@Tag("all")
@EnabledForJreRange(min = JRE.JAVA_21, disabledReason = "Virtual threads need Java 21")
class VirtualThreadTests {

	private static final int THREADS = 10_000;

	private static final int LENGTH = 4096;

	private static final long LIMIT_SECONDS = 120;

	private static final long PERIOD_NANOS = 1_000_000;

	@Test
	void tenThousandReadsLeaveTheProcessorsToOthers() throws Throwable {
		try (LocalAgents agents = new LocalAgents()) {
			NixlAgent target = agents.start("target");
			Pattern pattern = new Pattern(3);
			pattern.fill(LocalAgents.serve(target, (long) THREADS * LENGTH).buffer(0, THREADS * LENGTH), 0);
			// By default fewer may wait, and further ones are told that it is busy.
			NixlAgent initiator = agents.start(NixlAgent.builder().name("initiator").queueDepth(THREADS).build());
			NixlPeer peer = LocalAgents.connect(initiator, target);
			MemoryRegion local = LocalAgents.local(initiator, (long) THREADS * LENGTH);
			ExecutorService threads = virtualThreads();
			try {
				// Classes are loaded and code is compiled before anything is measured.
				readAll(threads, peer, local);
				AtomicBoolean ended = new AtomicBoolean();
				Future<long[]> lateness = threads.submit(() -> sleepAndWake(ended));
				ByteBuffer bytes = local.buffer(0, THREADS * LENGTH);
				bytes.put(new byte[THREADS * LENGTH]);
				readAll(threads, peer, local);
				ended.set(true);
				long[] late = lateness.get(LIMIT_SECONDS, TimeUnit.SECONDS);
				ByteBuffer expected = ByteBuffer.allocate(THREADS * LENGTH);
				pattern.fill(expected, 0);
				assertThat(local.buffer(0, THREADS * LENGTH).equals(expected)).as("all bytes are there").isTrue();
				double p99 = late[late.length * 99 / 100] / 1e6;
				Figures.say("virtual-threads.lateness.p99", p99, "ms");
				if (Figures.scale() >= 1) {
					assertThat(p99).isLessThan(10);
				}
			}
			finally {
				threads.shutdownNow();
			}
		}
	}

	private static void readAll(ExecutorService threads, NixlPeer peer, MemoryRegion local) throws Exception {
		RemoteRegion remote = peer.region(LocalAgents.REGION);
		List<Future<?>> reads = new ArrayList<>();
		for (int i = 0; i < THREADS; i++) {
			long offset = (long) i * LENGTH;
			reads.add(threads.submit(() -> {
				peer.read(local.range(offset, LENGTH), remote.range(offset, LENGTH)).submit().await();
				return null;
			}));
		}
		for (Future<?> read : reads) {
			read.get(LIMIT_SECONDS, TimeUnit.SECONDS);
		}
	}

	/** How late each wake-up was, in order. */
	private static long[] sleepAndWake(AtomicBoolean ended) {
		long[] late = new long[1 << 16];
		int count = 0;
		while (!ended.get() && count < late.length) {
			long due = System.nanoTime() + PERIOD_NANOS;
			LockSupport.parkNanos(PERIOD_NANOS);
			late[count++] = System.nanoTime() - due;
		}
		long[] sorted = Arrays.copyOf(late, count);
		Arrays.sort(sorted);
		return sorted;
	}

	/** This module is compiled for a Java that does not know them. */
	private static ExecutorService virtualThreads() throws Throwable {
		return (ExecutorService) MethodHandles.publicLookup()
			.findStatic(Executors.class, "newVirtualThreadPerTaskExecutor",
					MethodType.methodType(ExecutorService.class))
			.invoke();
	}

}
