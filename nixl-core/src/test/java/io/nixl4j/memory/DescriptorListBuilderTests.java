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
import java.util.List;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Lists made run by run.
 */
class DescriptorListBuilderTests {

	private static final List<Region> REGIONS = List.of(new TestRegion("a", 200), new TestRegion("b", 200));

	private final Region region = REGIONS.get(0);

	@Property
	void aListNamesTheBytesThatWereAdded(@ForAll("ranges") List<Strided> added) {
		DescriptorListBuilder builder = new DescriptorListBuilder();
		List<String> bytes = new ArrayList<>();
		for (Strided one : added) {
			Region in = REGIONS.get(one.region());
			builder.add(in, one.start(), one.stride(), one.length(), one.count());
			for (int i = 0; i < one.count(); i++) {
				addBytes(bytes, in, one.start() + (long) i * one.stride(), one.length());
			}
		}
		DescriptorList list = builder.build();
		List<String> named = new ArrayList<>();
		for (int run = 0; run < list.runs(); run++) {
			assertThat(list.region(run).covers(list.start(run), list.stride(run), list.length(run), list.count(run)))
				.isTrue();
			for (long i = 0; i < list.count(run); i++) {
				addBytes(named, list.region(run), list.start(run) + i * list.stride(run), list.length(run));
			}
		}
		assertThat(named).isEqualTo(bytes);
		assertThat(list.bytes()).isEqualTo(bytes.size());
		assertThat(list.runs()).isEqualTo(builder.runs()).isLessThanOrEqualTo(added.size());
		assertThat(list.size()).isEqualTo(builder.size());
	}

	private static void addBytes(List<String> bytes, Region region, long start, long length) {
		for (long at = start; at < start + length; at++) {
			bytes.add(region.name() + at);
		}
	}

	@Provide
	Arbitrary<List<Strided>> ranges() {
		return Combinators
			.combine(Arbitraries.integers().between(0, 1), Arbitraries.integers().between(0, 12),
					Arbitraries.integers().between(1, 3), Arbitraries.integers().between(0, 2),
					Arbitraries.integers().between(1, 4))
			.as((region, start, length, gap, count) -> new Strided(region, 4 * start, length + gap, length, count))
			.list()
			.ofMinSize(1)
			.ofMaxSize(12);
	}

	@Example
	void whatIsAdjacentIsOneDescriptor() {
		DescriptorList list = new DescriptorListBuilder().add(this.region, 8, 4)
			.add(this.region, 12, 4)
			.add(this.region, 16, 2, 2, 4)
			.build();
		assertThat(list.size()).isOne();
		assertThat(list.start(0)).isEqualTo(8);
		assertThat(list.length(0)).isEqualTo(16);
	}

	@Example
	void equalDistancesAreOneRun() {
		DescriptorListBuilder builder = new DescriptorListBuilder();
		for (int i = 0; i < 10; i++) {
			// In halves: only what is adjacent together is as long as the others
			builder.add(this.region, 20L * i, 4).add(this.region, 20L * i + 4, 4);
		}
		DescriptorList list = builder.build();
		assertThat(list.runs()).isOne();
		assertThat(list.stride(0)).isEqualTo(20);
		assertThat(list.length(0)).isEqualTo(8);
		assertThat(list.count(0)).isEqualTo(10);
		DescriptorList strided = new DescriptorListBuilder().add(this.region, 0, 10, 4, 3)
			.add(this.region, 30, 10, 4, 2)
			.add(this.region, 50, 4)
			.build();
		assertThat(strided.runs()).isOne();
		assertThat(strided.count(0)).isEqualTo(6);
	}

	@Example
	void regionsAreKeptApartAndNamedOnce() {
		DescriptorList list = new DescriptorListBuilder().add(this.region, 0, 8)
			.add(REGIONS.get(1), 8, 8)
			.add(this.region, 16, 8)
			.build();
		assertThat(list.runs()).isEqualTo(3);
		assertThat(list.distinctRegions()).isEqualTo(REGIONS);
		assertThat(list.region(2)).isEqualTo(this.region);
	}

	@Example
	void aListDoesNotChangeWhenTheBuilderGoesOn() {
		DescriptorListBuilder builder = new DescriptorListBuilder().add(this.region, 0, 8);
		DescriptorList first = builder.build();
		builder.add(this.region, 8, 8).add(REGIONS.get(1), 0, 8);
		assertThat(first.bytes()).isEqualTo(8);
		assertThat(first.distinctRegions()).containsExactly(this.region);
		assertThat(builder.build().bytes()).isEqualTo(24);
	}

	@Example
	void whatIsNotWithinARegionIsRefused() {
		DescriptorListBuilder builder = new DescriptorListBuilder();
		refused(NixlError.EMPTY, builder::build);
		refused(NixlError.EMPTY, () -> builder.add(this.region, 0, 0));
		refused(NixlError.OUT_OF_RANGE, () -> builder.add(this.region, 193, 8));
		refused(NixlError.OUT_OF_RANGE, () -> builder.add(this.region, -1, 8));
		refused(NixlError.OUT_OF_RANGE, () -> builder.add(this.region, 0, Long.MAX_VALUE / 2, 8, 4));
		refused(NixlError.OUT_OF_RANGE, () -> builder.add(this.region, 0, 4, 8, 2));
		builder.add(this.region, 0, 8);
		refused(NixlError.UNSUPPORTED, () -> builder.add(new TestRegion.Remote("decode-1", "kv", 8), 0, 8));
		assertThat(builder.build().bytes()).isEqualTo(8);
	}

	private static void refused(NixlError error, Runnable call) {
		assertThatExceptionOfType(NixlException.class).isThrownBy(call::run)
			.satisfies((ex) -> assertThat(ex.error()).isEqualTo(error));
	}

	record Strided(int region, int start, int stride, int length, int count) {

	}

}
