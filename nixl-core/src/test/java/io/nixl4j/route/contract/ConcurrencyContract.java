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

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ExecutorService;

import io.nixl4j.NixlAgent;
import io.nixl4j.NixlPeer;
import io.nixl4j.Transfer;
import io.nixl4j.memory.DescriptorList;
import io.nixl4j.memory.MemoryRegion;
import io.nixl4j.memory.Region;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Many transfers at once, each word stamped with its thread and a sequence, every range
 * used again as soon as it is released: a byte that lands late or in the wrong place has
 * the wrong stamp.
 */
abstract class ConcurrencyContract extends ContractCase {

	private static final int THREADS = 6;

	private static final int SLOTS = 8;

	private static final int SLOT = 192 << 10;

	private static final int ROUNDS = 150;

	@Test
	void stampedTransfersOfManyThreadsNeverMix() {
		NixlAgent initiator = this.agents.start("initiator");
		NixlAgent target = this.agents.start("target");
		MemoryRegion near = this.agents.allocate(initiator, "near", (long) THREADS * SLOTS * SLOT);
		MemoryRegion far = this.agents.allocate(target, "far", near.length());
		NixlPeer there = this.agents.connect(initiator, target);
		NixlPeer here = this.agents.connect(target, initiator);
		ExecutorService pool = Executors.newFixedThreadPool(THREADS);
		try {
			List<CompletableFuture<Void>> workers = new ArrayList<>();
			for (int thread = 0; thread < THREADS; thread++) {
				// Threads of both ends, so that both are initiator and target at once
				Worker worker = (thread % 2 == 0) ? new Worker(there, near, far, there.region("far"), thread)
						: new Worker(here, far, near, here.region("near"), thread);
				workers.add(CompletableFuture.runAsync(worker, pool));
			}
			workers.forEach(ContractCase::get);
		}
		finally {
			pool.shutdownNow();
		}
	}

	/**
	 * One thread with its own slots at both ends.
	 */
	private static final class Worker implements Runnable {

		private final NixlPeer peer;

		private final MemoryRegion near;

		private final MemoryRegion far;

		private final Region remote;

		private final int thread;

		private final SplittableRandom random;

		private long sequence;

		Worker(NixlPeer peer, MemoryRegion near, MemoryRegion far, Region remote, int thread) {
			this.peer = peer;
			this.near = near;
			this.far = far;
			this.remote = remote;
			this.thread = thread;
			this.random = new SplittableRandom(thread);
		}

		@Override
		public void run() {
			Queue<InFlight> inFlight = new ArrayDeque<>();
			for (int round = 0; round < ROUNDS; round++) {
				if (inFlight.size() == SLOTS) {
					inFlight.remove().check();
				}
				inFlight.add(post(round % SLOTS));
			}
			inFlight.forEach(InFlight::check);
		}

		private InFlight post(int slot) {
			long offset = ((long) this.thread * SLOTS + slot) * SLOT;
			long length = 8L * (1 + this.random.nextInt(1 << this.random.nextInt(2, 15)));
			boolean write = this.random.nextBoolean();
			long word = (long) this.thread << 32 | ++this.sequence;
			stamp(write ? this.near : this.far, offset, length, word);
			stamp(write ? this.far : this.near, offset, length, -word);
			DescriptorList local = this.near.range(offset, length);
			DescriptorList target = this.remote.range(offset, length);
			Transfer transfer = (write ? this.peer.write(local, target) : this.peer.read(local, target)).submit();
			return new InFlight(transfer, write ? this.far : this.near, offset, length, word);
		}

	}

	/**
	 * A transfer and what must be there after it.
	 */
	private record InFlight(Transfer transfer, MemoryRegion destination, long offset, long length, long word) {

		void check() {
			get(this.transfer.result());
			awaitStill(this.transfer);
			assertThat(isStamped(this.destination, this.offset, this.length, this.word))
				.as("slot at %s holds %s", this.offset, Long.toHexString(this.word))
				.isTrue();
		}

	}

}
