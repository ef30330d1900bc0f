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

package io.nixl4j.route.tcp;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;

import io.nixl4j.NixlAgent;
import io.nixl4j.NixlPeer;
import io.nixl4j.PreparedTransfer;
import io.nixl4j.Timeouts;
import io.nixl4j.Transfer;
import io.nixl4j.memory.MemoryRegion;
import io.nixl4j.memory.MemoryType;
import io.nixl4j.memory.NixlError;
import io.nixl4j.memory.NixlException;
import io.nixl4j.memory.Permissions;
import io.nixl4j.metadata.InMemoryNixlMetadataStore;
import io.nixl4j.route.contract.DelayedMemory;
import io.nixl4j.route.contract.HostBytes;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

/**
 * Transfers of memory of devices with little staging: nothing waits in a circle, nobody
 * else waits for them, and what a device has not finished is neither used again nor
 * called stopped.
 */
class StagedFlowTests {

	private static final int MIB = 1 << 20;

	private static final int LARGE = 8 * MIB;

	private final DelayedMemory device = new DelayedMemory(Duration.ofNanos(50_000));

	private final InMemoryNixlMetadataStore store = new InMemoryNixlMetadataStore();

	private NixlAgent left;

	private NixlAgent right;

	@BeforeEach
	void start() {
		this.left = agent("left");
		this.right = agent("right");
	}

	private NixlAgent agent(String name) {
		NixlAgent agent = NixlAgent.builder()
			.name(name)
			.routes(List.of(new TcpRouteProvider()))
			.metadataStore(this.store)
			.timeouts(Timeouts.defaults().withTransfer(Duration.ofSeconds(60)).withConnect(Duration.ofSeconds(30)))
			.deviceMemory(List.of(this.device))
			.stagingMemory(MIB)
			.build();
		agent.start();
		agent.publish();
		return agent;
	}

	@AfterEach
	void everythingIsGivenBack() {
		this.device.letGo();
		until(() -> this.device.running() == 0);
		this.left.close();
		this.right.close();
		until(() -> this.device.blocks() == 0 && this.device.stagingBytes() == 0);
	}

	@Test
	void whileStagingIsFullOtherTransfersOfThePeerGoOn() {
		MemoryRegion vram = allocate(this.left, "vram", LARGE, MemoryType.VRAM);
		MemoryRegion near = allocate(this.left, "near", 4096, MemoryType.DRAM);
		allocate(this.right, "far-vram", LARGE, MemoryType.VRAM);
		MemoryRegion far = allocate(this.right, "far", 4096, MemoryType.DRAM);
		NixlPeer peer = this.left.connect("right");
		stamp(vram, 7);
		this.device.hold();
		List<Transfer> stuck = new ArrayList<>();
		for (int i = 0; i < 8; i++) {
			stuck.add(peer.write(vram.range(i * MIB, MIB), peer.region("far-vram").range(i * MIB, MIB)).submit());
			stuck.add(peer.read(vram.range(i * MIB, MIB), peer.region("far-vram").range(i * MIB, MIB)).submit());
		}
		until(() -> this.device.running() >= 2);
		for (int i = 0; i < 300; i++) {
			HostBytes.of(near, 0, 8).putLong(i);
			get(peer.write(near.range(0, 64), peer.region("far").range(0, 64)).submit().result());
			assertThat(HostBytes.of(far, 0, 8).getLong()).isEqualTo(i);
			get(peer.read(near.range(64, 64), peer.region("far").range(64, 64)).submit().result());
		}
		assertThat(stuck).noneMatch((transfer) -> transfer.result().isDone());
		this.device.letGo();
		stuck.forEach((transfer) -> get(transfer.result()));
	}

	@Test
	@Tag("all")
	void aSmallWriteDuringALargeOneIsFastWhileStagingIsFull() throws InterruptedException {
		int posts = 2_000;
		MemoryRegion vram = allocate(this.left, "vram", 256 * MIB, MemoryType.VRAM);
		MemoryRegion near = allocate(this.left, "near", 4096, MemoryType.DRAM);
		allocate(this.right, "far-vram", 256 * MIB, MemoryType.VRAM);
		allocate(this.right, "far", 4096, MemoryType.DRAM);
		NixlPeer peer = this.left.connect("right");
		long best = Long.MAX_VALUE;
		Transfer large = peer.write(vram.all(), peer.region("far-vram").all()).submit();
		try (PreparedTransfer small = peer.prepareWrite(near.range(0, 64), peer.region("far").range(0, 64))) {
			long[] nanos = new long[posts];
			for (int round = 0; round < 5; round++) {
				if (large.result().isDone()) {
					large = peer.write(vram.all(), peer.region("far-vram").all()).submit();
				}
				for (int i = 0; i < posts; i++) {
					long before = System.nanoTime();
					small.post();
					small.await();
					nanos[i] = System.nanoTime() - before;
				}
				Arrays.sort(nanos);
				best = Math.min(best, nanos[posts * 99 / 100]);
			}
		}
		get(large.result());
		// the best of several rounds: the machine has other work too
		assertThat(Duration.ofNanos(best)).isLessThan(Duration.ofMillis(2));
	}

	@Test
	void mutualReadsAndWritesOfBothEndsEnd() {
		List<MemoryRegion> sources = new ArrayList<>();
		List<MemoryRegion> sinks = new ArrayList<>();
		for (NixlAgent agent : List.of(this.left, this.right)) {
			sources.add(allocate(agent, "source-" + agent.name(), LARGE, MemoryType.VRAM));
			sinks.add(allocate(agent, "written-" + agent.name(), LARGE, MemoryType.VRAM));
			sinks.add(allocate(agent, "read-" + agent.name(), LARGE, MemoryType.VRAM));
		}
		NixlPeer there = this.left.connect("right");
		NixlPeer here = this.right.connect("left");
		stamp(sources.get(0), 1);
		stamp(sources.get(1), 2);
		List<Transfer> transfers = new ArrayList<>();
		for (int i = 0; i < 32; i++) {
			int offset = i * (LARGE / 32);
			int length = LARGE / 32;
			transfers.add(there
				.write(sources.get(0).range(offset, length), there.region("written-right").range(offset, length))
				.submit());
			transfers
				.add(here.write(sources.get(1).range(offset, length), here.region("written-left").range(offset, length))
					.submit());
			transfers
				.add(there.read(sinks.get(1).range(offset, length), there.region("source-right").range(offset, length))
					.submit());
			transfers
				.add(here.read(sinks.get(3).range(offset, length), here.region("source-left").range(offset, length))
					.submit());
		}
		transfers.forEach((transfer) -> get(transfer.result()));
		assertStamped(sinks.get(0), 2);
		assertStamped(sinks.get(1), 2);
		assertStamped(sinks.get(2), 1);
		assertStamped(sinks.get(3), 1);
	}

	@Test
	void aTransferIsNeitherReleasedNorStoppedWhileTheDeviceCopiesForIt() {
		MemoryRegion vram = allocate(this.left, "vram", MIB, MemoryType.VRAM);
		MemoryRegion near = allocate(this.left, "near", MIB, MemoryType.DRAM);
		allocate(this.right, "far-vram", MIB, MemoryType.VRAM);
		allocate(this.right, "far", MIB, MemoryType.DRAM);
		NixlPeer peer = this.left.connect("right");
		this.device.hold();
		// here a device copies for the first and the last, at the target for the others
		Transfer out = peer.write(vram.range(0, 4096), peer.region("far").range(0, 4096)).submit();
		until(() -> this.device.running() == 1);
		Transfer in = peer.write(near.range(0, 4096), peer.region("far-vram").range(0, 4096)).submit();
		until(() -> this.device.running() == 2);
		Transfer asked = peer.read(near.range(8192, 4096), peer.region("far-vram").range(8192, 4096)).submit();
		until(() -> this.device.running() == 3);
		Transfer came = peer.read(vram.range(8192, 4096), peer.region("far").range(8192, 4096)).submit();
		until(() -> this.device.running() == 4);
		for (Transfer transfer : List.of(out, in, asked, came)) {
			assertThat(transfer.cancel()).isTrue();
		}
		// a round trip later each would have been told
		get(peer.write(near.range(0, 64), peer.region("far").range(0, 64)).submit().result());
		get(peer.write(near.range(0, 64), peer.region("far").range(0, 64)).submit().result());
		assertThat(List.of(out, came)).noneMatch((transfer) -> transfer.released().isDone());
		assertThat(List.of(in, asked)).noneMatch((transfer) -> transfer.stopped().isDone());
		this.device.letGo();
		for (Transfer transfer : List.of(out, in, asked, came)) {
			get(transfer.released());
			get(transfer.stopped());
		}
	}

	@Test
	void aCopyThatFailsFailsItsTransferAndIsWaitedFor() {
		MemoryRegion vram = allocate(this.left, "vram", MIB, MemoryType.VRAM);
		MemoryRegion near = allocate(this.left, "near", MIB, MemoryType.DRAM);
		allocate(this.right, "far-vram", MIB, MemoryType.VRAM);
		allocate(this.right, "far", MIB, MemoryType.DRAM);
		NixlPeer peer = this.left.connect("right");
		for (int i = 0; i < 4; i++) {
			this.device.failNext(1);
			Transfer transfer = switch (i) {
				case 0 -> peer.write(vram.all(), peer.region("far").all()).submit();
				case 1 -> peer.write(near.all(), peer.region("far-vram").all()).submit();
				case 2 -> peer.read(near.all(), peer.region("far-vram").all()).submit();
				default -> peer.read(vram.all(), peer.region("far").all()).submit();
			};
			assertThatThrownBy(() -> get(transfer.result())).isInstanceOfSatisfying(NixlException.class,
					(ex) -> assertThat(ex.error()).isEqualTo(NixlError.BACKEND));
			get(transfer.released());
			get(transfer.stopped());
			until(() -> this.device.running() == 0);
		}
		stamp(vram, 9);
		get(peer.write(vram.all(), peer.region("far-vram").all()).submit().result());
	}

	@Test
	void listsOfSeveralKindsOfMemoryArePairedByteByByte() {
		MemoryRegion vram = allocate(this.left, "vram", MIB, MemoryType.VRAM);
		MemoryRegion near = allocate(this.left, "near", MIB, MemoryType.DRAM);
		MemoryRegion farVram = allocate(this.right, "far-vram", MIB, MemoryType.VRAM);
		MemoryRegion far = allocate(this.right, "far", MIB, MemoryType.DRAM);
		stamp(vram, 3);
		stamp(near, 4);
		NixlPeer peer = this.left.connect("right");
		int half = MIB / 2;
		get(peer
			.write(vram.range(0, half).plus(near.range(0, half)).plus(vram.range(half, half)),
					peer.region("far").range(0, 600_000).plus(peer.region("far-vram").range(0, 3 * half - 600_000)))
			.submit()
			.result());
		for (int at = 0; at < 3 * half; at += 8) {
			long actual = (at < 600_000) ? HostBytes.of(far, at, 8).getLong()
					: HostBytes.of(farVram, at - 600_000, 8).getLong();
			assertThat(actual).isEqualTo((at >= half && at < 2 * half) ? 4 : 3);
			at += 4000;
		}
		stamp(vram, 0);
		get(peer.read(near.range(0, 8).plus(vram.range(0, half)), peer.region("far").range(0, half + 8))
			.submit()
			.result());
		assertThat(HostBytes.of(vram, half - 8, 8).getLong()).isEqualTo(HostBytes.of(far, half, 8).getLong());
	}

	private static MemoryRegion allocate(NixlAgent agent, String name, long bytes, MemoryType type) {
		return agent.allocate(name, bytes, type, Permissions.READ_WRITE);
	}

	private static void stamp(MemoryRegion region, long word) {
		ByteBuffer bytes = HostBytes.of(region, 0, (int) region.length());
		while (bytes.hasRemaining()) {
			bytes.putLong(word);
		}
	}

	private static void assertStamped(MemoryRegion region, long word) {
		ByteBuffer bytes = HostBytes.of(region, 0, (int) region.length());
		while (bytes.hasRemaining()) {
			if (bytes.getLong() != word) {
				throw new AssertionError("region '" + region.name() + "' is wrong before byte " + bytes.position());
			}
		}
	}

	private static void until(BooleanSupplier condition) {
		await().atMost(Duration.ofSeconds(30))
			.pollDelay(Duration.ZERO)
			.pollInterval(Duration.ofMillis(1))
			.until(condition::getAsBoolean);
	}

	private static <T> T get(CompletableFuture<T> future) {
		try {
			return future.get(60, TimeUnit.SECONDS);
		}
		catch (InterruptedException | TimeoutException ex) {
			throw new AssertionError("Waited in vain", ex);
		}
		catch (ExecutionException ex) {
			if (ex.getCause() instanceof NixlException cause) {
				throw cause;
			}
			throw new AssertionError(ex.getCause());
		}
	}

}
