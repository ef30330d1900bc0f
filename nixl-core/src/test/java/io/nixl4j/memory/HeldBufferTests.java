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

package io.nixl4j.memory;

import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * A buffer that outlives its region.
 */
class HeldBufferTests {

	@Test
	void readingWhileTheRegionClosesCrashesNothing() throws Exception {
		ChildJvm child = ChildJvm.run(List.of("-Xmx64m"), Reader.class);
		assertThat(child.status()).as(child.output()).isZero();
		assertThat(child.output()).contains(ChildJvm.ARENAS ? "all readers saw it closed" : "all readers kept it");
	}

	@Test
	void memoryThatOnlyItsAddressNamesNeedsTheJvmsConsent() throws Exception {
		String option = (Runtime.version().feature() >= 24) ? "--illegal-native-access=deny" : "-Xmx64m";
		ChildJvm child = ChildJvm.run(List.of(option), Registrar.class);
		assertThat(child.status()).as(child.output()).isZero();
		assertThat(child.output()).contains((Runtime.version().feature() >= 24) ? "UNSUPPORTED: " : "registered")
			.doesNotContain("Exception in thread");
	}

	@Test
	@EnabledForJreRange(minVersion = 22, disabledReason = "Before, such memory stays until the buffer is unreachable")
	void memoryThatAChannelReadsIntoIsFreedAfterwards() throws Exception {
		CountingMemory memory = new CountingMemory();
		RegionTable table = new RegionTable(Duration.ofHours(1), Runnable::run, memory);
		LocalRegion region = table.allocate(4096, RegionOptions.of("kv"));
		Pipe pipe = Pipe.open();
		try (Pipe.SinkChannel sink = pipe.sink(); Pipe.SourceChannel source = pipe.source()) {
			ByteBuffer buffer = region.buffer(0, 16);
			CompletableFuture<Integer> read = new CompletableFuture<>();
			Thread reader = new Thread(() -> {
				try {
					read.complete(source.read(buffer));
				}
				catch (Exception ex) {
					read.completeExceptionally(ex);
				}
			});
			reader.start();
			await().until(() -> Arrays.stream(reader.getStackTrace())
				.anyMatch((frame) -> frame.getMethodName().equals("read0")));
			region.close();
			assertThat(region.closed()).isNotDone();
			assertThat(memory.freed).hasValue(0);
			sink.write(ByteBuffer.wrap(new byte[] { 1, 2, 3 }));
			assertThat(read.get(10, TimeUnit.SECONDS)).isEqualTo(3);
			assertThat(region.closed()).succeedsWithin(10, TimeUnit.SECONDS);
			assertThat(memory.freed).hasValue(1);
		}
	}

	/**
	 * Closes regions while threads read them, and takes the memory for something else.
	 */
	static final class Reader {

		private static final int READERS = 3;

		private static final int LENGTH = 1 << 20;

		private static final int ROUNDS = 20;

		private static final byte OLD = 0x11;

		private static final byte NEW = 0x22;

		private Reader() {
		}

		public static void main(String[] arguments) throws Exception {
			RegionTable table = new RegionTable(Duration.ofSeconds(10));
			int closed = 0;
			for (int round = 0; round < ROUNDS; round++) {
				closed += round(table);
			}
			table.close();
			table.closed().get(30, TimeUnit.SECONDS);
			if (closed == READERS * ROUNDS) {
				System.out.println("all readers saw it closed");
			}
			else if (closed == 0) {
				System.out.println("all readers kept it");
			}
			else {
				System.out.println(closed + " readers saw it closed");
			}
		}

		private static int round(RegionTable table) throws Exception {
			LocalRegion region = table.allocate(LENGTH, RegionOptions.of("kv"));
			fill(region.buffer(0, LENGTH), OLD);
			CountDownLatch reading = new CountDownLatch(READERS);
			CountDownLatch freed = new CountDownLatch(1);
			List<CompletableFuture<Boolean>> readers = IntStream.range(0, READERS)
				.mapToObj((i) -> CompletableFuture.supplyAsync(
						() -> read(region.buffer(0, LENGTH).slice(), reading, freed),
						(task) -> new Thread(task).start()))
				.toList();
			reading.await();
			region.close();
			region.closed().get(30, TimeUnit.SECONDS);
			System.gc();
			// Memory that was wrongly freed is soon found again, with other bytes in it
			LocalRegion next = table.allocate(LENGTH, RegionOptions.of("next"));
			fill(next.buffer(0, LENGTH), NEW);
			freed.countDown();
			int closed = 0;
			for (CompletableFuture<Boolean> reader : readers) {
				closed += reader.get(30, TimeUnit.SECONDS) ? 1 : 0;
			}
			next.close();
			next.closed().get(30, TimeUnit.SECONDS);
			return closed;
		}

		private static boolean read(ByteBuffer buffer, CountDownLatch reading, CountDownLatch freed) {
			boolean first = true;
			boolean last = false;
			try {
				while (true) {
					for (int i = 0; i < LENGTH; i++) {
						if (buffer.get(i) != OLD) {
							throw new AssertionError("Foreign bytes");
						}
					}
					if (first) {
						reading.countDown();
						first = false;
					}
					if (last) {
						return false;
					}
					last = freed.getCount() == 0;
				}
			}
			catch (IllegalStateException ex) {
				return true;
			}
		}

		private static void fill(ByteBuffer buffer, byte value) {
			while (buffer.hasRemaining()) {
				buffer.put(value);
			}
		}

	}

	/**
	 * Registers memory by its address.
	 */
	static final class Registrar {

		private Registrar() {
		}

		public static void main(String[] arguments) {
			RegionTable table = new RegionTable(Duration.ofSeconds(10));
			LocalRegion owner = table.allocate(4096, RegionOptions.of("kv"));
			try {
				table.register(owner.address(), 4096, RegionOptions.of("view"));
				System.out.println("registered");
			}
			catch (NixlBackendException ex) {
				System.out.println(ex.error() + ": " + ex.getMessage());
			}
		}

	}

}
