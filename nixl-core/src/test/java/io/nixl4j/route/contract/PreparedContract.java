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

package io.nixl4j.route.contract;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.SplittableRandom;

import com.sun.management.ThreadMXBean;
import io.nixl4j.CompletionMode;
import io.nixl4j.NixlAgent;
import io.nixl4j.NixlPeer;
import io.nixl4j.PreparedTransfer;
import io.nixl4j.memory.DescriptorList;
import io.nixl4j.memory.NixlError;
import io.nixl4j.memory.Region;
import io.nixl4j.route.Operation;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Requests that are compiled once and posted many times.
 */
abstract class PreparedContract extends ContractCase {

	private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

	private static final int BLOCK = 4 << 10;

	private static final int BLOCKS = 64;

	private RegionModel near;

	private RegionModel far;

	private NixlAgent target;

	private NixlPeer peer;

	private Region remote;

	@BeforeEach
	void connect() {
		NixlAgent initiator = this.agents.start("initiator");
		this.target = this.agents.start("target");
		this.near = new RegionModel(this.agents.allocate(initiator, "near", BLOCK * BLOCKS));
		this.far = new RegionModel(this.agents.allocate(this.target, "far", BLOCK * BLOCKS));
		this.peer = this.agents.connect(initiator, this.target);
		this.remote = this.peer.region("far");
	}

	@Test
	void everyPostMovesWhatIsThereThen() throws InterruptedException {
		SplittableRandom random = new SplittableRandom(1);
		DescriptorList local = this.near.region().blocks(BLOCK, 5, 1, 9, 10, 11, 40);
		DescriptorList target = this.remote.strided(3, 2 * BLOCK, BLOCK, 6);
		this.far.fill(random);
		try (PreparedTransfer write = this.peer.prepareWrite(local, target)) {
			assertThat(write.operation()).isEqualTo(Operation.WRITE);
			assertThat(write.bytes()).isEqualTo(6 * BLOCK);
			assertThat(write.isReleased()).isTrue();
			assertThat(write.isStopped()).isTrue();
			for (int i = 0; i < 200; i++) {
				this.near.fill(random);
				write.post();
				write.await();
				assertThat(write.poll()).isTrue();
				assertThat(write.isReleased()).isTrue();
				assertThat(write.isStopped()).isTrue();
				assertThat(write.durationNanos()).isPositive();
				RegionModel.scatter(target, RegionModel.gather(local, this.near), this.far);
				this.far.verify();
			}
		}
		this.near.verify();
	}

	@Test
	void blocksAreSelectedByTheirIndexInAList() throws InterruptedException {
		SplittableRandom random = new SplittableRandom(2);
		DescriptorList local = this.near.region()
			.strided(7, 2 * BLOCK, BLOCK / 2, 20)
			.plus(this.near.region().blocks(BLOCK, 41, 50, 43));
		DescriptorList target = this.remote.strided(0, BLOCK, BLOCK / 2, 20)
			.plus(this.remote.blocks(BLOCK, 60, 61, 62));
		for (int[] indices : new int[][] { { 0 }, { 22, 3, 21, 4, 5, 6 }, { 19, 18, 17, 20 } }) {
			this.near.fill(random);
			this.far.fill(random);
			DescriptorList from = target.select(indices);
			DescriptorList to = local.select(indices);
			try (PreparedTransfer read = this.peer.prepareRead(to, from)) {
				read.post();
				read.await();
			}
			RegionModel.scatter(to, RegionModel.gather(from, this.far), this.near);
			this.near.verify();
			this.far.verify();
		}
	}

	/**
	 * Where callers do no work of the route: what that allocates is the route's matter.
	 */
	@Test
	void postsAllocateNothingOnceWarm() throws InterruptedException {
		NixlAgent sleeper = this.agents.start("sleeper", (builder) -> builder.completionMode(CompletionMode.EVENT));
		Region own = this.agents.allocate(sleeper, "own", BLOCK * BLOCKS);
		NixlPeer served = this.agents.connect(sleeper, this.target);
		Region theirs = served.region("far");
		try (PreparedTransfer write = served.prepareWrite(own.range(0, BLOCK), theirs.range(0, BLOCK));
				PreparedTransfer read = served.prepareRead(own.blocks(BLOCK, 9, 3, 7), theirs.blocks(BLOCK, 1, 2, 3))) {
			postBoth(write, read, 5_000);
			long least = Long.MAX_VALUE;
			for (int round = 0; round < 20 && least > 0; round++) {
				long before = allocated();
				postBoth(write, read, 200);
				least = Math.min(least, allocated() - before);
			}
			assertThat(least).as("bytes allocated by 200 posts of each").isZero();
		}
	}

	private static void postBoth(PreparedTransfer write, PreparedTransfer read, int times) throws InterruptedException {
		for (int i = 0; i < times; i++) {
			write.post();
			read.post();
			write.await();
			while (!read.poll()) {
				Thread.onSpinWait();
			}
		}
	}

	private static long allocated() {
		return THREADS.getCurrentThreadAllocatedBytes();
	}

	@Test
	void closedRequestIsNotPosted() throws InterruptedException {
		PreparedTransfer write = this.peer.prepareWrite(this.near.region().all(), this.remote.all());
		write.post();
		write.await();
		write.close();
		write.close();
		assertThatIllegalStateException().isThrownBy(write::post);
	}

	@Test
	void closeCancelsThePostInFlight() {
		for (int i = 0; i < 50; i++) {
			PreparedTransfer write = this.peer.prepareWrite(this.near.region().all(), this.remote.all());
			write.post();
			write.close();
			// Its result may have been before the cancel, its end comes in any case.
			awaitEnd(write);
			if (write.durationNanos() == 0) {
				assertThatExceptionOfType(IllegalStateException.class).isThrownBy(write::post);
			}
		}
	}

	@Test
	void postThatIsRefusedLeavesTheRequestUsable() throws InterruptedException {
		PreparedTransfer write = this.peer.write(this.near.region().all(), this.remote.all())
			.timeout(Duration.ofSeconds(60))
			.prepare();
		write.post();
		write.await();
		this.peer.disconnect();
		for (int i = 0; i < 3; i++) {
			assertThat(errorOf(write::post)).isIn(NixlError.STALE, NixlError.PEER_LOST);
			assertThat(write.isReleased()).isTrue();
			assertThat(write.isStopped()).isTrue();
			// What failed to start is not done.
			assertThat(errorOf(write::poll)).isIn(NixlError.STALE, NixlError.PEER_LOST);
		}
		write.close();
	}

}
