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
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

import io.nixl4j.memory.DeviceMemories;
import io.nixl4j.memory.LocalRegion;
import io.nixl4j.memory.MemoryType;
import io.nixl4j.memory.NixlException;
import io.nixl4j.memory.RegionOptions;
import io.nixl4j.route.Operation;
import io.nixl4j.route.RouteRequest;
import io.nixl4j.route.contract.DelayedMemory;
import io.nixl4j.route.contract.HostBytes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Both ends transfer, stop and post again at once while lanes break under them. Every
 * word is stamped, memory is used again as soon as it may be, and a word that changes
 * after that is a late byte. At rest everything that is counted is zero.
 */
class TcpRouteBurnTests {

	private static final Duration PATIENCE = Duration.ofSeconds(60);

	private static final int WORKERS = 6;

	private static final int TRANSFERS = 250;

	private static final int TRANSFERS_PER_BREAK = 40;

	private final AtomicLong requestIds = new AtomicLong();

	private final AtomicInteger ended = new AtomicInteger();

	private final AtomicInteger completed = new AtomicInteger();

	@ParameterizedTest
	@ValueSource(ints = { LaneSet.STRIPE_BYTES, 32 << 10 })
	void noByteComesLateAndNothingIsLeft(int stripeBytes) throws Exception {
		try (RouteEnd opener = new RouteEnd("opener", 4, false, stripeBytes, 64 << 10);
				RouteEnd acceptor = new RouteEnd("acceptor", 4, false, stripeBytes, 64 << 10)) {
			burn(opener, acceptor, (number, initiator) -> MemoryType.DRAM);
		}
	}

	@Test
	void noByteOfMemoryOfDevicesComesLateAndNothingIsLeft() throws Exception {
		DelayedMemory provider = new DelayedMemory(Duration.ofNanos(200_000));
		DeviceMemories openers = DeviceMemories.open("opener", List.of(provider));
		DeviceMemories acceptors = DeviceMemories.open("acceptor", List.of(provider));
		try (RouteEnd opener = new RouteEnd("opener", 4, false, 32 << 10, 64 << 10, openers, 16 * (64 << 10));
				RouteEnd acceptor = new RouteEnd("acceptor", 4, false, 32 << 10, 64 << 10, acceptors,
						16 * (64 << 10))) {
			// one end or both have memory of a device
			burn(opener, acceptor,
					(number, initiator) -> (number % 3 == (initiator ? 1 : 2)) ? MemoryType.DRAM : MemoryType.VRAM);
			assertThat(provider.running()).isZero();
			for (RouteEnd end : List.of(opener, acceptor)) {
				assertThat(Objects.requireNonNull(end.pool).used()).isZero();
			}
		}
		openers.close();
		acceptors.close();
	}

	private void burn(RouteEnd opener, RouteEnd acceptor, Types types) throws Exception {
		ExecutorService threads = Executors.newFixedThreadPool(WORKERS);
		try {
			RouteEnd.connect(opener, acceptor, 4);
			await().atMost(PATIENCE).until(() -> opener.route().ready().isDone() && acceptor.route().ready().isDone());
			List<Future<?>> workers = new ArrayList<>();
			for (int i = 0; i < WORKERS; i++) {
				Worker worker = new Worker(i, (i % 2 == 0) ? opener : acceptor, (i % 2 == 0) ? acceptor : opener,
						types);
				workers.add(threads.submit(worker::run));
			}
			breakLanes(acceptor, workers);
			for (Future<?> worker : workers) {
				worker.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
			}
			await().atMost(PATIENCE).untilAsserted(() -> {
				for (RouteEnd end : List.of(opener, acceptor)) {
					assertThat(end.route().posts()).isZero();
					assertThat(end.route().register().size()).isZero();
					assertThat(end.admitted).hasValue(0);
					assertThat(end.regions.open()).allMatch((region) -> region.holds() == 0);
				}
			});
			assertThat(this.completed).hasValueGreaterThan(WORKERS * TRANSFERS / 10);
		}
		finally {
			threads.shutdownNow();
		}
	}

	private void breakLanes(RouteEnd end, List<Future<?>> workers) {
		for (int lane = 1; !workers.stream().allMatch(Future::isDone); lane++) {
			int until = lane * TRANSFERS_PER_BREAK;
			await().atMost(PATIENCE)
				.pollInterval(Duration.ofMillis(1))
				.until(() -> this.ended.get() >= until || workers.stream().allMatch(Future::isDone));
			end.route().fence(lane);
		}
	}

	/** The memory that a worker uses at the initiator, or at the target. */
	private interface Types {

		MemoryType of(int number, boolean initiator);

	}

	/** One caller with memory of its own at both ends. */
	private final class Worker {

		private static final int WORDS = 48 << 10;

		/** Stamps what is written after the release. */
		private static final int LATER = -1;

		private final Random random;

		private final int number;

		private final LocalRegion near;

		private final LocalRegion far;

		private final ByteBuffer nearBytes;

		private final ByteBuffer farBytes;

		private final RecordingEvents events = new RecordingEvents();

		private final RouteRequest write;

		private final RouteRequest read;

		Worker(int number, RouteEnd initiator, RouteEnd target, Types types) {
			this.number = number;
			this.random = new Random(number);
			this.near = initiator.allocate(8 * WORDS,
					RegionOptions.of("near" + number).withType(types.of(number, true)));
			this.far = target.allocate(8 * WORDS, RegionOptions.of("far" + number).withType(types.of(number, false)));
			this.nearBytes = HostBytes.of(this.near, 0, 8 * WORDS);
			this.farBytes = HostBytes.of(this.far, 0, 8 * WORDS);
			this.write = initiator.route()
				.prepare(Operation.WRITE, this.near.all(), target.granted(this.far).all(), this.events);
			this.read = initiator.route()
				.prepare(Operation.READ, this.near.all(), target.granted(this.far).all(), this.events);
		}

		void run() {
			for (int i = 0; i < TRANSFERS; i++) {
				boolean writing = this.random.nextBoolean();
				LocalRegion source = writing ? this.near : this.far;
				LocalRegion sink = writing ? this.far : this.near;
				RouteRequest request = writing ? this.write : this.read;
				stamp(source, 2 * i);
				stamp(sink, 2 * i + 1);
				this.events.fates.clear();
				until(() -> post(request));
				if (this.random.nextInt(3) == 0) {
					if (this.random.nextBoolean()) {
						int sequence = 2 * i;
						until(() -> bytes(sink).getLong(0) == word(sequence, 0) || hasEnded());
					}
					request.stop();
				}
				until(() -> this.events.fates.contains("done") || this.events.fates.contains("released"));
				if (this.events.fates.contains("done")) {
					assertStamped(sink, 2 * i);
					assertStamped(source, 2 * i);
					TcpRouteBurnTests.this.completed.incrementAndGet();
				}
				else {
					useAgain(writing);
				}
				stamp(sink, 2 * i + 1);
				TcpRouteBurnTests.this.ended.incrementAndGet();
				Thread.yield();
				assertStamped(sink, 2 * i + 1);
			}
		}

		/** Local memory is used again before the stop is proved. */
		private void useAgain(boolean writing) {
			stamp(this.near, LATER);
			until(this::hasEnded);
			if (!writing) {
				assertStamped(this.near, LATER);
				return;
			}
			for (int i = 0; i < WORDS; i++) {
				if (bytes(this.far).getLong(8 * i) == word(LATER, i)) {
					throw new AssertionError("worker " + this.number + ": word " + i + " was sent after the release");
				}
			}
		}

		private ByteBuffer bytes(LocalRegion region) {
			return (region == this.near) ? this.nearBytes : this.farBytes;
		}

		/** All lanes may be broken just now. */
		private boolean post(RouteRequest request) {
			try {
				request.post(TcpRouteBurnTests.this.requestIds.incrementAndGet(), 1);
				return true;
			}
			catch (NixlException ex) {
				return false;
			}
		}

		private boolean hasEnded() {
			List<String> fates = this.events.fates;
			return fates.contains("done") || (fates.contains("released") && fates.contains("stopped"));
		}

		private void until(java.util.concurrent.Callable<Boolean> condition) {
			await().pollDelay(Duration.ZERO).pollInterval(Duration.ofNanos(200_000)).atMost(PATIENCE).until(condition);
		}

		private long word(int sequence, int index) {
			return (long) this.number << 56 | (long) index << 32 | sequence & 0xffffffffL;
		}

		private void stamp(LocalRegion region, int sequence) {
			for (int i = 0; i < WORDS; i++) {
				bytes(region).putLong(8 * i, word(sequence, i));
			}
		}

		private void assertStamped(LocalRegion region, int sequence) {
			for (int i = 0; i < WORDS; i++) {
				if (bytes(region).getLong(8 * i) != word(sequence, i)) {
					throw new AssertionError("worker " + this.number + ": word " + i + " of " + region.name()
							+ " is not of transfer " + sequence + "; fates " + this.events.fates);
				}
			}
		}

	}

}
