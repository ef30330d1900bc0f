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

import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

import com.sun.management.ThreadMXBean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIndexOutOfBoundsException;

class DescriptorListTests {

	private static final long BLOCK = 16 << 10;

	private static final int BYTES_OF_A_RUN = (DescriptorList.WIDTH + 2) * Long.BYTES;

	private final Region region = new TestRegion("kv", 64L << 30);

	@Test
	void fragmentedBlocksCostTheirRunsAndNothingEach() {
		int[] ids = fragmented(120_000);
		this.region.blocks(BLOCK, ids);
		long before = allocated();
		DescriptorList list = this.region.blocks(BLOCK, ids);
		long bytes = allocated() - before;
		assertThat(list.size()).isEqualTo(120_000);
		assertThat(list.runs()).isBetween(40_000, 120_000);
		assertThat(bytes).isLessThan((long) list.runs() * BYTES_OF_A_RUN + 4096);
	}

	@Test
	void cursorOfFragmentedBlocksAllocatesNothing() {
		DescriptorList list = this.region.blocks(BLOCK, fragmented(120_000));
		RunCursor cursor = list.cursor();
		drain(cursor);
		long before = allocated();
		cursor.reset();
		long bytes = drain(cursor);
		long allocated = allocated() - before;
		assertThat(bytes).isEqualTo(120_000 * BLOCK);
		assertThat(allocated).isLessThan(4096);
	}

	@Test
	void stridedMillionIsOneRun() {
		DescriptorList list = this.region.strided(4096, 3 * BLOCK, BLOCK, 1_000_000);
		assertThat(list.runs()).isOne();
		assertThat(list.size()).isEqualTo(1_000_000);
		assertThat(list.bytes()).isEqualTo(1_000_000 * BLOCK);
		RunCursor cursor = list.cursor();
		cursor.seek(999_999 * BLOCK + 7);
		assertThat(cursor.offset()).isEqualTo(4096 + 999_999 * 3 * BLOCK + 7);
		assertThat(cursor.contiguous()).isEqualTo(BLOCK - 7);
	}

	@Test
	void idsAtEqualDistanceAreOneRun() {
		DescriptorList list = this.region.blocks(BLOCK, IntStream.range(0, 1_000_000).map((i) -> 3 * i).toArray());
		assertThat(list.runs()).isOne();
		assertThat(list.stride(0)).isEqualTo(3 * BLOCK);
	}

	@Test
	void adjacentBlocksAreOnePieceAcrossRuns() {
		DescriptorList list = this.region.blocks(BLOCK, 5, 9, 10, 11, 12);
		RunCursor cursor = list.cursor();
		assertThat(cursor.contiguous()).isEqualTo(BLOCK);
		cursor.advance(BLOCK);
		assertThat(cursor.offset()).isEqualTo(9 * BLOCK);
		assertThat(cursor.contiguous()).isEqualTo(4 * BLOCK);
	}

	@Test
	void wholeRegionIsOneDescriptor() {
		DescriptorList list = this.region.all();
		assertThat(list.size()).isOne();
		assertThat(list.bytes()).isEqualTo(this.region.length());
		assertThat(list.distinctRegions()).containsExactly(this.region);
		assertThat(list).hasToString("DescriptorList[descriptors=1, runs=1, bytes=" + (64L << 30) + "]");
	}

	@ParameterizedTest
	@CsvSource({ "-1, 1", "0, -1", "68719476736, 1", "0, 68719476737", "68719476735, 2",
			"9223372036854775807, 9223372036854775807", "1, 9223372036854775807", "-9223372036854775808, 1" })
	void rangesBeyondTheRegionAreRefused(long offset, long length) {
		assertThatExceptionOfType(NixlOutOfRangeException.class).isThrownBy(() -> this.region.range(offset, length))
			.withMessageContaining("region 'kv' of 68719476736 bytes")
			.satisfies((ex) -> assertThat(ex.error()).isEqualTo(NixlError.OUT_OF_RANGE));
	}

	@Test
	void emptyRequestsAreRefused() {
		List<Runnable> empty = List.of(() -> this.region.range(0, 0), () -> this.region.blocks(BLOCK),
				() -> this.region.blocks(0, 1), () -> this.region.strided(0, 1, 1, 0), DescriptorList::of,
				() -> this.region.all().select());
		for (Runnable request : empty) {
			assertThatExceptionOfType(NixlOutOfRangeException.class).isThrownBy(request::run)
				.satisfies((ex) -> assertThat(ex.error()).isEqualTo(NixlError.EMPTY));
		}
	}

	@ParameterizedTest
	@CsvSource({ "-1", "4194304", "2147483647", "-2147483648" })
	void blocksBeyondTheRegionAreRefused(int id) {
		for (int[] ids : new int[][] { { id }, { 0, id }, { 0, 1, id }, { id, 0 } }) {
			assertThatExceptionOfType(NixlOutOfRangeException.class).isThrownBy(() -> this.region.blocks(BLOCK, ids))
				.withMessageContaining("Block " + id + " ");
		}
	}

	@Test
	void blockSizesThatCannotBeAreRefused() {
		for (long size : new long[] { -1, Long.MIN_VALUE, Long.MAX_VALUE, (64L << 30) + 1 }) {
			assertThatExceptionOfType(NixlOutOfRangeException.class).isThrownBy(() -> this.region.blocks(size, 0));
		}
	}

	@Test
	void overlappingRangesAreRefused() {
		assertThatExceptionOfType(NixlOutOfRangeException.class).isThrownBy(() -> this.region.strided(0, 15, 16, 2));
		assertThat(this.region.strided(0, 15, 16, 1).stride(0)).isEqualTo(16);
	}

	@Test
	void selectionBeyondTheListIsRefused() {
		DescriptorList list = this.region.blocks(BLOCK, 1, 2);
		for (int index : new int[] { -1, 2, Integer.MAX_VALUE }) {
			assertThatExceptionOfType(NixlOutOfRangeException.class).isThrownBy(() -> list.select(0, index));
		}
	}

	@Test
	void listsOfDifferentAgentsAreNotJoined() {
		DescriptorList local = this.region.range(0, 1);
		DescriptorList one = new TestRegion.Remote("decode-1", "kv", 64).range(0, 1);
		DescriptorList other = new TestRegion.Remote("decode-2", "kv", 64).range(0, 1);
		assertThat(local.isLocal()).isTrue();
		assertThat(one.isLocal()).isFalse();
		assertThat(one.plus(new TestRegion.Remote("decode-1", "more", 64).all()).distinctRegions()).hasSize(2);
		for (DescriptorList[] mixed : new DescriptorList[][] { { local, one }, { one, local }, { one, other } }) {
			assertThatExceptionOfType(NixlBackendException.class).isThrownBy(() -> DescriptorList.of(mixed))
				.satisfies((ex) -> assertThat(ex.error()).isEqualTo(NixlError.UNSUPPORTED));
		}
	}

	@Test
	void moreBytesThanANumberHoldsAreRefused() {
		DescriptorList huge = new TestRegion("huge", Long.MAX_VALUE).all();
		assertThat(huge.bytes()).isEqualTo(Long.MAX_VALUE);
		assertThatExceptionOfType(NixlOutOfRangeException.class).isThrownBy(() -> huge.plus(huge));
		assertThatExceptionOfType(NixlOutOfRangeException.class).isThrownBy(() -> huge.select(0, 0));
	}

	@Test
	void cursorStaysWithinTheList() {
		RunCursor cursor = this.region.range(0, 10).cursor();
		assertThatIndexOutOfBoundsException().isThrownBy(() -> cursor.advance(11));
		assertThatIndexOutOfBoundsException().isThrownBy(() -> cursor.advance(-1));
		assertThatIndexOutOfBoundsException().isThrownBy(() -> cursor.seek(11));
		assertThatIndexOutOfBoundsException().isThrownBy(() -> cursor.seek(-1));
		assertThat(cursor.remaining()).isEqualTo(10);
	}

	private static long drain(RunCursor cursor) {
		long bytes = 0;
		while (cursor.hasRemaining()) {
			bytes += cursor.contiguous();
			cursor.advance(cursor.contiguous());
		}
		return bytes;
	}

	/** Ids as a pool gives them out after a long life: no order at all. */
	private static int[] fragmented(int count) {
		return new Random(42).ints(0, 4_000_000).distinct().limit(count).toArray();
	}

	private static long allocated() {
		return ((ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes();
	}

}
