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

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

import com.sun.management.ThreadMXBean;
import io.nixl4j.memory.DescriptorList;
import io.nixl4j.memory.NixlError;
import io.nixl4j.memory.NixlException;
import io.nixl4j.memory.Region;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Lists between unequal layouts, in the cases that serving lives on.
 */
class KvMappingTests {

	private static final KvLayout LLAMA = new KvLayout(32, 16, 8, 128, ElementType.BF16);

	@Test
	void theWorkedExampleOfTheDocumentation() {
		KvLayout model = new KvLayout(2, 4, 2, 4, ElementType.F16);
		KvLayout decode = model.withShare(1, 2).withTokensPerBlock(2).withOrder(KvOrder.LAYER_MAJOR);
		KvBlocks source = new KvBlocks(model, new TestRegion("prefill", 8 * 256));
		KvBlocks target = new KvBlocks(decode, new TestRegion.Remote("decode-1", "kv", 1024));
		KvLists lists = new KvMapping(source, target).lists(new int[] { 5, 2 }, new int[] { 0, 1, 6 },
				KvRange.of(model, 6));
		assertThat(runs(lists.source())).containsExactly(run(1288, 16, 8, 4), run(520, 16, 8, 2), run(1352, 16, 8, 4),
				run(584, 16, 8, 2), run(1416, 16, 8, 4), run(648, 16, 8, 2), run(1480, 16, 8, 4), run(712, 16, 8, 2));
		assertThat(runs(lists.target())).containsExactly(run(0, 32, 32, 1), run(96, 16, 16, 1), run(256, 32, 32, 1),
				run(352, 16, 16, 1), run(512, 32, 32, 1), run(608, 16, 16, 1), run(768, 32, 32, 1),
				run(864, 16, 16, 1));
		assertThat(lists.bytes()).isEqualTo(192);
	}

	@Test
	void neighboursInEqualLayoutsAreOnePiece() {
		for (KvOrder order : List.of(KvOrder.BLOCK_MAJOR, KvOrder.BLOCK_MAJOR.headsAndTokensSwapped())) {
			KvBlocks blocks = blocks(LLAMA.withOrder(order), 100);
			KvLists lists = new KvMapping(blocks, blocks).lists(new int[] { 7, 8, 9 }, new int[] { 1, 2, 3 },
					KvRange.of(LLAMA, 48));
			assertThat(lists.source().size()).isOne();
			assertThat(lists.target().size()).isOne();
			assertThat(lists.bytes()).isEqualTo(3 * LLAMA.blockBytes());
		}
		KvBlocks layers = blocks(LLAMA.withOrder(KvOrder.LAYER_MAJOR), 100);
		KvLists lists = new KvMapping(layers, layers).lists(new int[] { 7, 8, 9 }, new int[] { 1, 2, 3 },
				KvRange.of(LLAMA, 48));
		assertThat(runs(lists.source()))
			.containsExactly(run(7L * LLAMA.pieceBytes(), 100L * LLAMA.pieceBytes(), 3L * LLAMA.pieceBytes(), 64));
	}

	@Test
	void fragmentedBlocksOfALayerMajorCacheAreOneRunEach() {
		KvBlocks layers = blocks(LLAMA.withOrder(KvOrder.LAYER_MAJOR), 200_000);
		KvBlocks whole = blocks(LLAMA, 200_000);
		int[] fragmented = IntStream.range(0, 600).map((i) -> 1 + i * (i + 1) / 2 + i).toArray();
		KvRange range = KvRange.of(LLAMA, 600 * 16);
		KvLists same = new KvMapping(layers, layers).lists(fragmented, fragmented, range);
		assertThat(same.source().runs()).isEqualTo(600);
		assertThat(same.source().size()).isEqualTo(600 * 64);
		KvLists packed = new KvMapping(layers, whole).lists(fragmented, fragmented, range);
		assertThat(packed.source().runs()).isEqualTo(600);
		assertThat(packed.target().size()).as("whole blocks at the other end").isEqualTo(600);
	}

	@Test
	void onlyTheTouchedEntriesOfATableCount() {
		KvBlocks blocks = blocks(LLAMA, 10);
		KvMapping mapping = new KvMapping(blocks, blocks);
		int[] holes = { -1, 3, 4, 99 };
		KvRange middle = KvRange.of(LLAMA, 1).withTokens(16, 32).withLayers(30, 2);
		assertThat(mapping.lists(holes, holes, middle).bytes()).isEqualTo(2 * 2 * LLAMA.layerBytes());
		refused(NixlError.OUT_OF_RANGE, "-1", () -> mapping.lists(holes, holes, middle.withTokens(15, 32)));
		refused(NixlError.OUT_OF_RANGE, "99", () -> mapping.lists(holes, holes, middle.withTokens(17, 32)));
	}

	@Test
	void sharesOfOtherDegreesMeetWhereTheyHaveHeadsInCommon() {
		KvLayout model = new KvLayout(2, 4, 8, 4, ElementType.F16);
		for (int rank = 0; rank < 2; rank++) {
			for (int other = 0; other < 4; other++) {
				KvLayout prefill = model.withShare(rank, 2);
				KvLayout decode = model.withShare(other, 4);
				boolean meet = other / 2 == rank;
				assertThat(KvMapping.haveCommonHeads(prefill, decode)).isEqualTo(meet);
				if (meet) {
					KvMapping mapping = new KvMapping(blocks(prefill, 3), blocks(decode, 3));
					assertThat(mapping.firstHead()).isEqualTo(2 * other);
					assertThat(mapping.heads()).isEqualTo(2);
					assertThat(mapping.lists(new int[] { 0 }, new int[] { 0 }, KvRange.of(model, 4)).bytes())
						.isEqualTo(decode.blockBytes());
				}
				else {
					refused(NixlError.UNSUPPORTED, "no head in common", () -> KvMapping.check(prefill, decode));
				}
			}
		}
	}

	@Test
	void headMajorSharesMoveByTheHeadNotByTheToken() {
		KvLayout heads = LLAMA.withOrder(KvOrder.LAYER_MAJOR.headsAndTokensSwapped());
		KvLists lists = new KvMapping(blocks(heads, 9), blocks(heads.withShare(1, 4), 9)).lists(new int[] { 5 },
				new int[] { 2 }, KvRange.of(LLAMA, 16).withLayers(0, 1));
		int head = 16 * 128 * 2;
		assertThat(runs(lists.source())).containsExactly(run((5 * 8 + 2) * head, 9 * 8 * head, 2 * head, 2));
		assertThat(runs(lists.target())).containsExactly(run(2 * 2 * head, 9 * 2 * head, 2 * head, 2));
	}

	@Test
	void aRegionForEachLayerIsNamedByItsOwnLists() {
		List<Region> regions = new ArrayList<>();
		KvLayout layout = LLAMA.withOrder(KvOrder.LAYER_MAJOR);
		for (int layer = 0; layer < 32; layer++) {
			regions.add(new TestRegion("layer-" + layer, 10 * layout.layerBytes()));
		}
		KvBlocks source = new KvBlocks(layout, regions, 10);
		KvLists lists = new KvMapping(source, blocks(LLAMA, 10)).lists(new int[] { 3, 4 }, new int[] { 8, 0 },
				KvRange.of(LLAMA, 32).withLayers(5, 2));
		assertThat(lists.source().distinctRegions()).containsExactly(regions.get(5), regions.get(6));
		assertThat(lists.bytes()).isEqualTo(2 * 2 * layout.layerBytes());
		refused(NixlError.UNSUPPORTED, "33 regions", () -> {
			List<Region> more = new ArrayList<>(regions);
			more.add(regions.get(0));
			new KvBlocks(layout, more, 10);
		});
		refused(NixlError.REFUSED, "two parts", () -> {
			List<Region> twice = new ArrayList<>(regions);
			twice.set(31, regions.get(0));
			new KvBlocks(layout, twice, 10);
		});
		refused(NixlError.UNSUPPORTED, "32 regions", () -> new KvBlocks(LLAMA, regions, 10));
		refused(NixlError.OUT_OF_RANGE, "layer-0", () -> new KvBlocks(layout, regions, 11));
		refused(NixlError.OUT_OF_RANGE, "0 regions", () -> new KvBlocks(layout, List.of(), 1));
		refused(NixlError.OUT_OF_RANGE, "-1 blocks", () -> new KvBlocks(layout, regions, -1));
	}

	@Test
	void latentsAreHeldByAll() {
		KvLayout latent = KvLayout.latent(61, 64, 576, ElementType.BF16);
		assertThat(latent.withShare(5, 8)).isEqualTo(latent);
		KvBlocks small = blocks(latent.withTokensPerBlock(16).withOrder(KvOrder.LAYER_MAJOR), 40);
		KvLists lists = new KvMapping(small, blocks(latent, 10)).lists(new int[] { 4, 5, 6, 7 }, new int[] { 9 },
				KvRange.of(latent, 64));
		assertThat(lists.target().size()).isOne();
		assertThat(lists.source().runs()).isOne();
		assertThat(lists.source().size()).isEqualTo(61);
	}

	@Test
	void whatCannotBeIsRefused() {
		KvBlocks blocks = blocks(LLAMA, 10);
		KvMapping mapping = new KvMapping(blocks, blocks);
		int[] two = { 3, 4 };
		int[] twice = { 3, 3 };
		KvRange range = KvRange.of(LLAMA, 32);
		assertThat(mapping.lists(twice, two, range).bytes()).isEqualTo(2 * LLAMA.blockBytes());
		refused(NixlError.REFUSED, "named twice", () -> mapping.lists(two, twice, range));
		refused(NixlError.OUT_OF_RANGE, "2 blocks of 16", () -> mapping.lists(two, two, range.withTokens(1, 32)));
		refused(NixlError.OUT_OF_RANGE, "32", () -> mapping.lists(two, two, range.withLayers(31, 2)));
		refused(NixlError.OUT_OF_RANGE, "2 blocks",
				() -> mapping.lists(two, two, range.withTokens(Long.MAX_VALUE - 1, 1)));
		refused(NixlError.OUT_OF_RANGE, "tokens", () -> range.withTokens(Long.MAX_VALUE, 1));
		refused(NixlError.OUT_OF_RANGE, "tokens", () -> range.withTokens(-1, 1));
		refused(NixlError.OUT_OF_RANGE, "layers", () -> range.withLayers(Integer.MAX_VALUE, 1));
		refused(NixlError.OUT_OF_RANGE, "layers", () -> range.withLayers(0, -1));
		refused(NixlError.EMPTY, "tokens", () -> range.withTokens(0, 0));
		refused(NixlError.EMPTY, "layers", () -> range.withLayers(0, 0));
		refused(NixlError.UNSUPPORTED, "converted",
				() -> KvMapping.check(LLAMA, new KvLayout(32, 16, 8, 128, ElementType.F16)));
	}

	@Test
	void offsetsAreExactBeyond32Bits() {
		KvLayout layout = LLAMA.withOrder(KvOrder.LAYER_MAJOR);
		int count = Integer.MAX_VALUE;
		KvBlocks blocks = blocks(layout, count);
		long piece = LLAMA.pieceBytes();
		assertThat(blocks.offset(count - 1, 31, KvPart.VALUES, 15, 7))
			.isEqualTo(layout.bytes(count) - 128 * ElementType.BF16.bytes());
		KvLists lists = new KvMapping(blocks, blocks).lists(new int[] { count - 1 }, new int[] { 0 },
				KvRange.of(LLAMA, 16));
		assertThat(runs(lists.source())).containsExactly(run((count - 1) * piece, count * piece, piece, 64));
	}

	@Test
	void aHundredThousandBlocksCostTheirRunsAndNothingEach() {
		int count = 100_000;
		KvBlocks layers = blocks(LLAMA.withOrder(KvOrder.LAYER_MAJOR), count);
		KvMapping mapping = new KvMapping(layers, blocks(LLAMA, count));
		int[] from = shuffled(count, 1);
		int[] to = shuffled(count, 2);
		KvRange range = KvRange.of(LLAMA, count * 16L);
		mapping.lists(from, to, range);
		long before = allocated();
		KvLists lists = mapping.lists(from, to, range);
		long bytes = allocated() - before;
		assertThat(lists.source().size()).isEqualTo(64L * count);
		int runs = lists.source().runs() + lists.target().runs();
		assertThat(runs).isLessThan(2 * count + 1);
		// 48 bytes are what a run takes in a list; a table that grows was copied a few
		// times
		assertThat(bytes).isLessThan(48L * runs * 5);
	}

	private static int[] shuffled(int count, long seed) {
		List<Integer> ids = new ArrayList<>(IntStream.range(0, count).boxed().toList());
		Collections.shuffle(ids, new Random(seed));
		return ids.stream().mapToInt(Integer::intValue).toArray();
	}

	private static long allocated() {
		return ((ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes();
	}

	private static KvBlocks blocks(KvLayout layout, int count) {
		return new KvBlocks(layout, new TestRegion("kv", layout.bytes(count)));
	}

	private static List<List<Long>> runs(DescriptorList list) {
		return IntStream.range(0, list.runs())
			.mapToObj((run) -> run(list.start(run), list.stride(run), list.length(run), list.count(run)))
			.toList();
	}

	private static List<Long> run(long... numbers) {
		return Arrays.stream(numbers).boxed().toList();
	}

	private static void refused(NixlError error, String why, Runnable call) {
		assertThatExceptionOfType(NixlException.class).isThrownBy(call::run)
			.satisfies((ex) -> assertThat(ex.error()).isEqualTo(error))
			.withMessageContaining(why);
	}

}
