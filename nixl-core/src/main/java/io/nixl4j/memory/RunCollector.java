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

import java.util.Arrays;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * Collects single descriptors, whose ranges were checked before, as runs.
 */
final class RunCollector {

	private static final int FIRST_RUNS = 8;

	private long[] table = new long[FIRST_RUNS * DescriptorList.WIDTH];

	private int @Nullable [] ordinals;

	private int runs;

	RunCollector(boolean severalRegions) {
		this.ordinals = severalRegions ? new int[FIRST_RUNS] : null;
	}

	void add(int ordinal, long start, long length) {
		if (this.runs > 0 && extend(ordinal, start, length)) {
			return;
		}
		int capacity = this.table.length / DescriptorList.WIDTH;
		if (this.runs == capacity) {
			this.table = Arrays.copyOf(this.table, DescriptorList.tableLength(2L * capacity));
			this.ordinals = (this.ordinals != null) ? Arrays.copyOf(this.ordinals, 2 * capacity) : null;
		}
		if (this.ordinals != null) {
			this.ordinals[this.runs] = ordinal;
		}
		DescriptorList.setRun(this.table, this.runs++, start, length, length, 1);
	}

	private boolean extend(int ordinal, long start, long length) {
		int at = (this.runs - 1) * DescriptorList.WIDTH;
		long count = this.table[at + DescriptorList.COUNT];
		long distance = start - this.table[at + DescriptorList.START];
		if (length != this.table[at + DescriptorList.LENGTH]
				|| (this.ordinals != null && this.ordinals[this.runs - 1] != ordinal)) {
			return false;
		}
		if (count == 1 && distance >= length) {
			this.table[at + DescriptorList.STRIDE] = distance;
		}
		else if (count == 1 || distance != count * this.table[at + DescriptorList.STRIDE]) {
			return false;
		}
		this.table[at + DescriptorList.COUNT] = count + 1;
		return true;
	}

	DescriptorList build(List<Region> regions) {
		long[] trimmed = Arrays.copyOf(this.table, this.runs * DescriptorList.WIDTH);
		if (this.ordinals == null) {
			return new DescriptorList(regions, null, trimmed);
		}
		int[] appearance = new int[regions.size()];
		Arrays.fill(appearance, -1);
		Region[] ordered = new Region[regions.size()];
		int[] renumbered = new int[this.runs];
		int seen = 0;
		for (int run = 0; run < this.runs; run++) {
			int ordinal = this.ordinals[run];
			if (appearance[ordinal] < 0) {
				ordered[seen] = regions.get(ordinal);
				appearance[ordinal] = seen++;
			}
			renumbered[run] = appearance[ordinal];
		}
		return new DescriptorList(List.of(Arrays.copyOf(ordered, seen)), (seen == 1) ? null : renumbered, trimmed);
	}

}
