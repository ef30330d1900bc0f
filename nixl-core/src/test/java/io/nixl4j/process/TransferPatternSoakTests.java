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

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLongArray;

import io.nixl4j.NixlAgent;
import io.nixl4j.NixlPeer;
import io.nixl4j.PreparedTransfer;
import io.nixl4j.TcpLimits;
import io.nixl4j.TcpOptions;
import io.nixl4j.Transfer;
import io.nixl4j.memory.MemoryRegion;
import io.nixl4j.memory.RemoteRegion;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Patterns of transfers that stop or starve a data plane which lets one wait for another:
 * both ends read all they can from each other, many initiators share a target, and small
 * transfers go beside large ones.
 */
@Tag("all")
@Tag("soak")
class TransferPatternSoakTests {

	private static final long LIMIT_SECONDS = 300;

	private static final TcpOptions SMALL_BUFFERS = new TcpOptions("127.0.0.1", 0, null, TcpOptions.DEFAULT_CONNECTIONS,
			null, false, 1 << 20, 64 << 10, 64 << 10, null, TcpLimits.defaults());

	private final LocalAgents agents = new LocalAgents();

	private final double scale = Figures.scale();

	@AfterEach
	void close() {
		this.agents.close();
	}

	@Test
	void readsOfBothEndsEnd() throws Exception {
		int reads = 64;
		// A full one has 256 MiB.
		long length = Math.max(1 << 20, (long) (this.scale * (256 << 20)) & -4096);
		NixlAgent one = this.agents.start("one", SMALL_BUFFERS);
		NixlAgent two = this.agents.start("two", SMALL_BUFFERS);
		new Pattern(1).fill(LocalAgents.serve(one, length).buffer(0, (int) length), 0);
		new Pattern(2).fill(LocalAgents.serve(two, length).buffer(0, (int) length), 0);
		NixlPeer there = LocalAgents.connect(one, two);
		NixlPeer back = LocalAgents.connect(two, one);
		long begin = System.nanoTime();
		Future<?> ones = this.agents.run(() -> readAll(one, there, reads, length, new Pattern(2)));
		Future<?> twos = this.agents.run(() -> readAll(two, back, reads, length, new Pattern(1)));
		ones.get(LIMIT_SECONDS, TimeUnit.SECONDS);
		twos.get(LIMIT_SECONDS, TimeUnit.SECONDS);
		double seconds = (System.nanoTime() - begin) / 1e9;
		Figures.say("mutual-read.bytes", 2.0 * reads * length, "bytes");
		Figures.say("mutual-read.speed", 2.0 * reads * length * 8 / 1e9 / seconds, "Gbit/s");
	}

	private static void readAll(NixlAgent agent, NixlPeer peer, int reads, long length, Pattern pattern)
			throws Exception {
		MemoryRegion local = LocalAgents.local(agent, length);
		RemoteRegion remote = peer.region(LocalAgents.REGION);
		List<Transfer> transfers = new ArrayList<>();
		for (int i = 0; i < reads; i++) {
			transfers.add(
					peer.read(local.all(), remote.all()).timeout(java.time.Duration.ofSeconds(LIMIT_SECONDS)).submit());
		}
		for (Transfer transfer : transfers) {
			assertThat(transfer.result().get(LIMIT_SECONDS, TimeUnit.SECONDS).bytes()).isEqualTo(length);
		}
		ByteBuffer expected = ByteBuffer.allocate((int) length);
		pattern.fill(expected, 0);
		assertThat(local.buffer(0, (int) length).equals(expected)).as("the bytes of the peer").isTrue();
	}

	@Test
	void noInitiatorStarves() throws Exception {
		int initiators = 16;
		int length = 1 << 20;
		NixlAgent target = this.agents.start("target");
		LocalAgents.serve(target, (long) initiators * length);
		AtomicLongArray bytes = new AtomicLongArray(initiators);
		AtomicBoolean counts = new AtomicBoolean();
		AtomicBoolean ended = new AtomicBoolean();
		CountDownLatch warm = new CountDownLatch(initiators);
		List<Future<?>> work = new ArrayList<>();
		for (int i = 0; i < initiators; i++) {
			int number = i;
			NixlAgent initiator = this.agents.start("initiator-" + i);
			NixlPeer peer = LocalAgents.connect(initiator, target);
			MemoryRegion local = LocalAgents.local(initiator, length);
			work.add(this.agents.run(() -> {
				try (PreparedTransfer write = peer.prepareWrite(local.all(),
						peer.region(LocalAgents.REGION).range((long) number * length, length))) {
					for (long posts = 0; !ended.get(); posts++) {
						write.post();
						write.await();
						if (counts.get()) {
							bytes.addAndGet(number, length);
						}
						else if (posts == 3) {
							warm.countDown();
						}
					}
				}
			}));
		}
		assertThat(warm.await(LIMIT_SECONDS, TimeUnit.SECONDS)).isTrue();
		counts.set(true);
		// Nothing is signalled at the end of a while.
		assertThat(new CountDownLatch(1).await((long) Math.max(2_000, 20_000 * this.scale), TimeUnit.MILLISECONDS))
			.isFalse();
		ended.set(true);
		for (Future<?> initiator : work) {
			initiator.get(LIMIT_SECONDS, TimeUnit.SECONDS);
		}
		long[] counted = new long[initiators];
		Arrays.setAll(counted, bytes::get);
		double fair = Arrays.stream(counted).average().orElseThrow();
		double slowest = Arrays.stream(counted).min().orElseThrow() / fair;
		Figures.say("initiators16.slowest", slowest, "of a fair share");
		assertThat(slowest).isGreaterThan(0.3);
	}

	@Test
	void aSmallWriteDoesNotWaitBehindALargeOne() throws Exception {
		long large = Math.max(64 << 20, (long) (this.scale * (1L << 30)) & -4096);
		int small = 64;
		NixlAgent target = this.agents.start("target");
		LocalAgents.serve(target, large + small);
		NixlAgent initiator = this.agents.start("initiator");
		NixlPeer peer = LocalAgents.connect(initiator, target);
		RemoteRegion remote = peer.region(LocalAgents.REGION);
		MemoryRegion local = LocalAgents.local(initiator, large + small);
		AtomicBoolean ended = new AtomicBoolean();
		CountDownLatch first = new CountDownLatch(1);
		Future<?> work = this.agents.run(() -> {
			while (!ended.get()) {
				Transfer transfer = peer.write(local.range(0, large), remote.range(0, large)).submit();
				first.countDown();
				transfer.await();
			}
		});
		assertThat(first.await(LIMIT_SECONDS, TimeUnit.SECONDS)).isTrue();
		long[] nanos = new long[Math.max(500, (int) (5_000 * this.scale))];
		try (PreparedTransfer write = peer.prepareWrite(local.range(large, small), remote.range(large, small))) {
			for (int i = 0; i < nanos.length; i++) {
				long begin = System.nanoTime();
				write.post();
				write.await();
				nanos[i] = System.nanoTime() - begin;
			}
		}
		ended.set(true);
		work.get(LIMIT_SECONDS, TimeUnit.SECONDS);
		Arrays.sort(nanos);
		Figures.say("small-beside-large.median", nanos[nanos.length / 2] / 1e6, "ms");
		Figures.say("small-beside-large.p99", nanos[nanos.length * 99 / 100] / 1e6, "ms");
		// Behind the large one it would take as long as that: here nothing is that late.
		assertThat(nanos[nanos.length / 2]).isLessThan(TimeUnit.MILLISECONDS.toNanos(50));
	}

}
