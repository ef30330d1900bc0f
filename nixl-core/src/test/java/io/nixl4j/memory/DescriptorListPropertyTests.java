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

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.stream.IntStream;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Compares lists and cursors with plain lists of descriptors.
 */
class DescriptorListPropertyTests {

	private static final int BLOCKS = 40;

	private static final List<Region> REGIONS = List.of(new TestRegion("a", 1L << 40), new TestRegion("b", 1L << 40),
			new TestRegion("c", 1L << 40));

	@Property
	void blocksAreTheDescriptorsThatTheirIdsName(
			@ForAll @Size(min = 1, max = 60) List<@IntRange(max = BLOCKS) Integer> ids,
			@ForAll @IntRange(min = 1, max = 9) int blockSize) {
		int[] array = ids.stream().mapToInt(Integer::intValue).toArray();
		Region region = REGIONS.get(0);
		DescriptorList list = region.blocks(blockSize, array);
		assertThat(descriptors(list))
			.isEqualTo(ids.stream().map((id) -> new Descriptor(region, (long) id * blockSize, blockSize)).toList());
		assertThat(list.size()).isEqualTo(ids.size());
		assertThat(list.bytes()).isEqualTo((long) ids.size() * blockSize);
	}

	@Property
	void joinedListsHaveTheDescriptorsOfTheirParts(@ForAll("parts") List<DescriptorList> parts) {
		DescriptorList joined = join(parts);
		List<Descriptor> expected = parts.stream().flatMap((part) -> descriptors(part).stream()).toList();
		assertThat(descriptors(joined)).isEqualTo(expected);
		assertThat(joined.bytes()).isEqualTo(expected.stream().mapToLong(Descriptor::length).sum());
		assertThat(joined.distinctRegions())
			.containsExactlyElementsOf(new LinkedHashSet<>(expected.stream().map(Descriptor::region).toList()));
		DescriptorList added = parts.get(0);
		for (DescriptorList part : parts.subList(1, parts.size())) {
			added = added.plus(part);
		}
		assertThat(descriptors(added)).isEqualTo(expected);
	}

	@Property
	void selectionHasTheDescriptorsThatWerePicked(@ForAll("parts") List<DescriptorList> parts,
			@ForAll @Size(min = 1, max = 40) List<@IntRange(max = 1_000_000) Integer> picks) {
		DescriptorList list = join(parts);
		List<Descriptor> all = descriptors(list);
		int[] indices = picks.stream().mapToInt((pick) -> pick % all.size()).toArray();
		DescriptorList selected = list.select(indices);
		List<Descriptor> expected = IntStream.of(indices).mapToObj(all::get).toList();
		assertThat(descriptors(selected)).isEqualTo(expected);
		assertThat(selected.bytes()).isEqualTo(expected.stream().mapToLong(Descriptor::length).sum());
		assertThat(selected.distinctRegions())
			.containsExactlyElementsOf(new LinkedHashSet<>(expected.stream().map(Descriptor::region).toList()));
	}

	@Property
	void selectingEverythingChangesNothing(@ForAll("parts") List<DescriptorList> parts) {
		DescriptorList list = join(parts);
		DescriptorList selected = list.select(IntStream.range(0, (int) list.size()).toArray());
		assertThat(descriptors(selected)).isEqualTo(descriptors(list));
	}

	@Property
	void cursorPassesEveryByteInOrderWhateverItsSteps(@ForAll("parts") List<DescriptorList> parts,
			@ForAll @Size(min = 1, max = 10) List<@IntRange(min = 1, max = 30) Integer> steps) {
		DescriptorList list = join(parts);
		List<Position> expected = positions(list);
		RunCursor cursor = list.cursor();
		for (int round = 0; round < 2; round++) {
			int at = 0;
			for (int i = 0; cursor.hasRemaining(); i++) {
				check(cursor, list, expected, at);
				int step = (int) Math.min(steps.get(i % steps.size()), cursor.remaining());
				cursor.advance(step);
				at += step;
			}
			assertThat(at).isEqualTo(expected.size());
			assertThat(cursor.contiguous()).isZero();
			assertThat(cursor.remaining()).isZero();
			cursor.reset();
		}
	}

	@Property
	void cursorFindsEveryByte(@ForAll("parts") List<DescriptorList> parts,
			@ForAll @Size(min = 1, max = 20) List<@IntRange(max = 1_000_000) Integer> targets) {
		DescriptorList list = join(parts);
		List<Position> expected = positions(list);
		RunCursor cursor = list.cursor();
		for (int target : targets) {
			int at = target % (expected.size() + 1);
			cursor.seek(at);
			check(cursor, list, expected, at);
		}
	}

	@Property
	void cursorPiecesAreAsLongAsCanBe(@ForAll("parts") List<DescriptorList> parts) {
		DescriptorList list = join(parts);
		List<Position> expected = positions(list);
		RunCursor cursor = list.cursor();
		for (int at = 0; cursor.hasRemaining();) {
			check(cursor, list, expected, at);
			at += (int) cursor.contiguous();
			cursor.advance(cursor.contiguous());
		}
	}

	private static void check(RunCursor cursor, DescriptorList list, List<Position> expected, int at) {
		assertThat(cursor.remaining()).isEqualTo(expected.size() - at);
		assertThat(cursor.hasRemaining()).isEqualTo(at < expected.size());
		int contiguous = 0;
		while (at + contiguous < expected.size() && expected.get(at + contiguous)
			.equals(new Position(expected.get(at).region(), expected.get(at).offset() + contiguous))) {
			contiguous++;
		}
		assertThat(cursor.contiguous()).isEqualTo(contiguous);
		if (contiguous > 0) {
			assertThat(new Position(cursor.region(), cursor.offset())).isEqualTo(expected.get(at));
			assertThat(list.distinctRegions().get(cursor.regionOrdinal())).isEqualTo(cursor.region());
		}
	}

	@Provide
	Arbitrary<List<DescriptorList>> parts() {
		Arbitrary<Region> regions = Arbitraries.of(REGIONS);
		// Small offsets, so that neighbours touch often; a large base, beyond 32 bits
		Arbitrary<Long> bases = Arbitraries.of(0L, 5_000_000_000L);
		Arbitrary<DescriptorList> strided = Combinators
			.combine(regions, bases, Arbitraries.longs().between(0, 12), Arbitraries.longs().between(1, 4),
					Arbitraries.longs().between(0, 2), Arbitraries.longs().between(1, 5))
			.as((region, base, start, length, gap, count) -> region.strided(base + start, length + gap, length, count));
		Arbitrary<DescriptorList> blocks = Combinators
			.combine(regions, Arbitraries.longs().between(1, 4),
					Arbitraries.integers().between(0, 9).array(int[].class).ofMinSize(1).ofMaxSize(8))
			.as((region, size, ids) -> region.blocks(size, ids));
		return Arbitraries.oneOf(strided, blocks).list().ofMinSize(1).ofMaxSize(6);
	}

	private static DescriptorList join(List<DescriptorList> parts) {
		return DescriptorList.of(parts.toArray(DescriptorList[]::new));
	}

	private static List<Descriptor> descriptors(DescriptorList list) {
		List<Descriptor> descriptors = new ArrayList<>();
		for (int run = 0; run < list.runs(); run++) {
			for (long i = 0; i < list.count(run); i++) {
				descriptors
					.add(new Descriptor(list.region(run), list.start(run) + i * list.stride(run), list.length(run)));
			}
		}
		return descriptors;
	}

	private static List<Position> positions(DescriptorList list) {
		List<Position> positions = new ArrayList<>();
		for (Descriptor descriptor : descriptors(list)) {
			for (long i = 0; i < descriptor.length(); i++) {
				positions.add(new Position(descriptor.region(), descriptor.offset() + i));
			}
		}
		return positions;
	}

	private record Descriptor(Region region, long offset, long length) {
	}

	private record Position(Region region, long offset) {
	}

}
