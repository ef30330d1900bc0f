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

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import io.nixl4j.memory.LocalRegion;
import io.nixl4j.memory.MemoryRegion;
import io.nixl4j.memory.MemoryType;
import io.nixl4j.memory.NixlException;
import io.nixl4j.memory.Permissions;
import io.nixl4j.memory.RemoteRegion;
import io.nixl4j.route.tcp.TcpRouteProvider;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Many threads make tiny transfers over one loop and wait for them in all ways at once.
 */
@Timeout(180)
class CompletionModeStressTests {

	private static final int THREADS = 6;

	private static final int TRANSFERS = 400;

	private static final int SLOT = 64;

	private static final int LARGE = 16 << 20;

	@ParameterizedTest
	@CsvSource({ "POLLING, POLLING", "POLLING, EVENT", "ADAPTIVE, ADAPTIVE", "EVENT, EVENT" })
	void everyTransferEndsAndMovesItsBytes(CompletionMode initiators, CompletionMode targets) throws Exception {
		ExecutorService threads = Executors.newFixedThreadPool(THREADS);
		try (NixlAgent target = agent("target", targets); NixlAgent initiator = agent("initiator", initiators)) {
			MemoryRegion far = target.allocate("far", THREADS * SLOT, MemoryType.DRAM, Permissions.READ_WRITE);
			MemoryRegion near = initiator.allocate("near", THREADS * SLOT, MemoryType.DRAM, Permissions.READ_WRITE);
			target.start();
			target.publish();
			initiator.start();
			NixlPeer peer = initiator.connect("127.0.0.1", target.port());
			List<Future<?>> users = new ArrayList<>();
			for (int i = 0; i < THREADS; i++) {
				users.add(threads.submit(new User(i, near, far, peer, peer.region("far"))));
			}
			for (Future<?> user : users) {
				user.get(150, TimeUnit.SECONDS);
			}
		}
		finally {
			threads.shutdownNow();
		}
	}

	@ParameterizedTest
	@EnumSource(CompletionMode.class)
	void severalThreadsWaitForOneTransfer(CompletionMode mode) throws Exception {
		ExecutorService threads = Executors.newFixedThreadPool(THREADS);
		try (NixlAgent target = agent("target", mode); NixlAgent initiator = agent("initiator", mode)) {
			MemoryRegion far = target.allocate("far", LARGE, MemoryType.DRAM, Permissions.READ_WRITE);
			MemoryRegion near = initiator.allocate("near", LARGE, MemoryType.DRAM, Permissions.READ_WRITE);
			put(near, LARGE - 8, 42);
			target.start();
			target.publish();
			initiator.start();
			NixlPeer peer = initiator.connect("127.0.0.1", target.port());
			Transfer transfer = peer.write(near.all(), peer.region("far").all()).submit();
			List<Future<TransferResult>> waiters = new ArrayList<>();
			for (int i = 0; i < THREADS; i++) {
				waiters.add(threads.submit(transfer::await));
			}
			for (Future<TransferResult> waiter : waiters) {
				assertThat(waiter.get(60, TimeUnit.SECONDS).bytes()).isEqualTo(LARGE);
			}
			assertThat(get(far, LARGE - 8)).isEqualTo(42);
		}
		finally {
			threads.shutdownNow();
		}
	}

	private static long get(MemoryRegion region, long offset) {
		return ((LocalRegion) region).buffer(offset, 8).getLong(0);
	}

	private static void put(MemoryRegion region, long offset, long word) {
		((LocalRegion) region).buffer(offset, 8).putLong(0, word);
	}

	private static NixlAgent agent(String name, CompletionMode mode) {
		return NixlAgent.builder()
			.name(name)
			.routes(List.of(new TcpRouteProvider()))
			.tcp(TcpOptions.defaults())
			.completionMode(mode)
			.build();
	}

	/** One thread with a slot of its own. */
	private static final class User implements Callable<Void> {

		private final Random random;

		private final long offset;

		private final MemoryRegion near;

		private final MemoryRegion far;

		private final NixlPeer peer;

		private final RemoteRegion remote;

		private final PreparedTransfer write;

		private final PreparedTransfer read;

		User(int number, MemoryRegion near, MemoryRegion far, NixlPeer peer, RemoteRegion remote) {
			this.random = new Random(number);
			this.offset = (long) number * SLOT;
			this.near = near;
			this.far = far;
			this.peer = peer;
			this.remote = remote;
			this.write = peer.prepareWrite(near.range(this.offset, 8), remote.range(this.offset, 8));
			this.read = peer.prepareRead(near.range(this.offset + 8, 8), remote.range(this.offset, 8));
		}

		@Override
		public Void call() throws Exception {
			for (int i = 0; i < TRANSFERS; i++) {
				long word = this.random.nextLong();
				put(this.near, this.offset, word);
				if (write(this.random.nextInt(6))) {
					assertThat(get(this.far, this.offset)).isEqualTo(word);
					this.read.post();
					this.read.await();
					assertThat(get(this.near, this.offset + 8)).isEqualTo(word);
				}
			}
			return null;
		}

		/** Whether the bytes are there; if not, nothing moves any more. */
		private boolean write(int way) throws Exception {
			switch (way) {
				case 0 -> {
					this.write.post();
					this.write.await();
					return true;
				}
				case 1 -> {
					this.write.post();
					while (!this.write.poll()) {
						Thread.yield();
					}
					return true;
				}
				case 2 -> {
					submit(Duration.ofSeconds(60)).await();
					return true;
				}
				case 3 -> {
					submit(Duration.ofSeconds(60)).result().get(60, TimeUnit.SECONDS);
					return true;
				}
				case 4 -> {
					this.write.post();
					boolean cancelled = this.write.cancel();
					await().until(() -> this.write.isReleased() && this.write.isStopped());
					return !cancelled;
				}
				default -> {
					return timedOut(submit(Duration.ofNanos(1 + this.random.nextInt(200_000))));
				}
			}
		}

		private boolean timedOut(Transfer transfer) throws Exception {
			boolean there = true;
			try {
				transfer.await();
			}
			catch (NixlException ex) {
				there = false;
			}
			transfer.released().get(60, TimeUnit.SECONDS);
			transfer.stopped().get(60, TimeUnit.SECONDS);
			return there;
		}

		private Transfer submit(Duration timeout) {
			return this.peer.write(this.near.range(this.offset, 8), this.remote.range(this.offset, 8))
				.timeout(timeout)
				.submit();
		}

	}

}
