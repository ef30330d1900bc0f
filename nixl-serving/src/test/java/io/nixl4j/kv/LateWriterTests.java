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

package io.nixl4j.kv;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

import io.nixl4j.memory.Incarnation;
import io.nixl4j.memory.MemoryRegion;
import io.nixl4j.memory.NixlBusyException;
import io.nixl4j.memory.NixlException;
import io.nixl4j.memory.RegionOptions;
import io.nixl4j.memory.RegionTable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Writers that go on after their request was given up, into real memory: no request may
 * ever find another one's bytes in its blocks.
 */
class LateWriterTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(1);

	private static final KvLayout LAYOUT = new KvLayout(2, 2, 1, 4, ElementType.F32);

	private static final int BLOCKS = 30;

	private final RegionTable regions = new RegionTable(TIMEOUT);

	private final MemoryRegion region = this.regions.allocate(LAYOUT.bytes(BLOCKS), RegionOptions.of("kv"));

	private final KvCache cache = new KvCache(LAYOUT, this.region);

	private final ManualClock clock = new ManualClock();

	private final KvBlockPool pool = new KvBlockPool(this.cache.blocks().count(), this.clock);

	private final Incarnation incarnation = Incarnation.random();

	private final List<Writer> running = new ArrayList<>();

	@AfterEach
	void close() {
		this.regions.close();
	}

	@Test
	void aBlockWhoseWriterDidNotStopIsNotGivenOutAgain() {
		Writer late = new Writer(1, 2);
		late.giveUp();
		List<KvBlock> others = this.pool.reserve(BLOCKS - 2, holder(2), TIMEOUT);
		assertThat(others).extracting(KvBlock::index).doesNotContainAnyElementsOf(indices(late));
		this.pool.release(others, CompletableFuture.completedFuture(null));
		this.clock.advance(Duration.ofDays(1));
		assertThatExceptionOfType(NixlBusyException.class)
			.isThrownBy(() -> this.pool.reserve(BLOCKS - 1, holder(3), TIMEOUT));
		others = this.pool.reserve(BLOCKS - 2, holder(4), TIMEOUT);
		assertThat(others).extracting(KvBlock::index).doesNotContainAnyElementsOf(indices(late));
		late.write();
		late.stop();
		assertThat(this.pool.reserve(2, holder(5), TIMEOUT)).extracting(KvBlock::index)
			.containsExactlyElementsOf(indices(late));
	}

	@RepeatedTest(20)
	void noRequestFindsAnothersBytes(RepetitionInfo repetition) {
		Random random = new Random(repetition.getCurrentRepetition());
		List<Writer> late = new ArrayList<>();
		int finished = 0;
		int refused = 0;
		int lateWrites = 0;
		for (int step = 1; step <= 2000; step++) {
			switch (random.nextInt(10)) {
				case 0, 1, 2 -> refused += begin(step, 1 + random.nextInt(4));
				case 3, 4, 5 -> finished += finishOne(random);
				case 6 -> {
					if (!this.running.isEmpty()) {
						Writer writer = this.running.remove(random.nextInt(this.running.size()));
						writer.giveUp();
						late.add(writer);
					}
				}
				case 7 -> {
					late.forEach(Writer::write);
					lateWrites += late.size();
				}
				case 8 -> {
					if (!late.isEmpty()) {
						Writer writer = late.remove(random.nextInt(late.size()));
						writer.write();
						writer.stop();
					}
				}
				default -> this.clock.advance(Duration.ofMillis(random.nextInt(100)));
			}
		}
		this.running.forEach(Writer::giveUp);
		this.running.forEach(Writer::stop);
		late.forEach(Writer::stop);
		assertThat(this.pool.occupancy()).isEqualTo(new KvOccupancy(BLOCKS, BLOCKS, 0, 0, 0, 0, BLOCKS / 10));
		assertThat(finished).isPositive();
		assertThat(refused).isPositive();
		assertThat(lateWrites).isPositive();
	}

	private int begin(int stamp, int blocks) {
		try {
			Writer writer = new Writer(stamp, blocks);
			writer.write();
			this.running.add(writer);
			return 0;
		}
		catch (NixlBusyException ex) {
			return 1;
		}
	}

	private int finishOne(Random random) {
		if (this.running.isEmpty()) {
			return 0;
		}
		Writer writer = this.running.remove(random.nextInt(this.running.size()));
		try {
			this.pool.ready(writer.holder, writer.blocks);
		}
		catch (NixlException ex) {
			// Its time was over: what it wrote is not used
			writer.giveUp();
			writer.stop();
			return 0;
		}
		writer.check();
		this.pool.free(writer.blocks);
		return 1;
	}

	private static List<Integer> indices(Writer writer) {
		return writer.blocks.stream().map(KvBlock::index).toList();
	}

	private KvHolder holder(int request) {
		return new KvHolder("prefill-1", this.incarnation, "request-" + request, 1);
	}

	/**
	 * A peer that writes its stamp into its blocks whenever it likes until it stops,
	 * which nobody but it can know.
	 */
	private final class Writer {

		private final int stamp;

		private final KvHolder holder;

		private final List<KvBlock> blocks;

		private final CompletableFuture<Void> stopped = new CompletableFuture<>();

		Writer(int stamp, int blocks) {
			this.stamp = stamp;
			this.holder = holder(stamp);
			this.blocks = LateWriterTests.this.pool.reserve(blocks, this.holder, TIMEOUT);
		}

		void giveUp() {
			LateWriterTests.this.pool.release(this.blocks, this.stopped);
		}

		void stop() {
			this.stopped.complete(null);
		}

		void write() {
			forEachPiece((piece) -> {
				while (piece.hasRemaining()) {
					piece.putInt(this.stamp);
				}
			});
		}

		void check() {
			forEachPiece((piece) -> {
				while (piece.hasRemaining()) {
					assertThat(piece.getInt()).isEqualTo(this.stamp);
				}
			});
		}

		private void forEachPiece(Consumer<ByteBuffer> action) {
			for (KvBlock block : this.blocks) {
				for (int layer = 0; layer < LAYOUT.layers(); layer++) {
					for (KvPart part : LAYOUT.parts()) {
						action.accept(LateWriterTests.this.cache.piece(block.index(), layer, part));
					}
				}
			}
		}

	}

}
