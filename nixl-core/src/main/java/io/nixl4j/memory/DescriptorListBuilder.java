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
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Makes a descriptor list run by run, for whoever computes its ranges one after the
 * other. A range that starts where the one before it ends, in the same region, makes that
 * one longer; ranges that were added as a run with gaps stay what they are. Equal
 * descriptors at equal distance become one run. Makes no object a descriptor or a run.
 * Not safe for use by several threads. To join lists that exist, use
 * {@link DescriptorList#of}.
 */
public final class DescriptorListBuilder {

	private static final int FIRST_RUNS = 8;

	private final Map<Region, Integer> ordinals = new HashMap<>();

	private final List<Region> regions = new ArrayList<>();

	private int ordinal = -1;

	private long[] table = new long[FIRST_RUNS * DescriptorList.WIDTH];

	private int[] runOrdinals = new int[FIRST_RUNS];

	private int runs;

	/** The pieces of the runs in the table. */
	private long pieces;

	/** A piece that the next range may make longer; none if its length is 0. */
	private long start;

	private long length;

	/**
	 * Creates a builder of a list without descriptors.
	 */
	public DescriptorListBuilder() {
	}

	/**
	 * Adds a range.
	 * @param region the region
	 * @param offset the first byte, from the region's start
	 * @param length the length in bytes
	 * @return this builder
	 * @throws NixlOutOfRangeException if the length is 0, the range is not within the
	 * region or the list becomes too long
	 * @throws NixlBackendException {@link NixlError#UNSUPPORTED} if the region is of
	 * another agent than those before
	 */
	public DescriptorListBuilder add(Region region, long offset, long length) {
		return add(region, offset, length, length, 1);
	}

	/**
	 * Adds ranges of equal length at equal distance.
	 * @param region the region
	 * @param start the first byte of the first range, from the region's start
	 * @param stride the bytes from one range's start to the next one's, at least
	 * {@code length}; means nothing if there is one range only
	 * @param length the length of each range in bytes
	 * @param count how many ranges
	 * @return this builder
	 * @throws NixlOutOfRangeException if the length or the count is 0, ranges overlap,
	 * one is not within the region or the list becomes too long
	 * @throws NixlBackendException {@link NixlError#UNSUPPORTED} if the region is of
	 * another agent than those before
	 */
	public DescriptorListBuilder add(Region region, long start, long stride, long length, long count) {
		Ranges.check(region, start, stride, length, count);
		enter(region);
		if (count > 1 && stride > length) {
			flush();
			append(start, stride, length, count);
			return this;
		}
		// Within the region, so no overflow
		long bytes = length * count;
		if (this.length > 0 && start == this.start + this.length) {
			this.length += bytes;
			return this;
		}
		flush();
		this.start = start;
		this.length = bytes;
		return this;
	}

	private void enter(Region region) {
		if (this.ordinal >= 0 && this.regions.get(this.ordinal) == region) {
			return;
		}
		Integer known = this.ordinals.get(region);
		if (known == null) {
			if (!this.regions.isEmpty()) {
				DescriptorList.checkOneOwner(this.regions.get(0), region);
			}
			known = this.regions.size();
			this.regions.add(region);
			this.ordinals.put(region, known);
		}
		// A piece does not go on in another region
		flush();
		this.ordinal = known;
	}

	private void flush() {
		if (this.length > 0) {
			append(this.start, this.length, this.length, 1);
			this.length = 0;
		}
	}

	private void append(long start, long stride, long length, long count) {
		this.pieces += count;
		if (this.runs > 0 && extend(start, stride, length, count)) {
			return;
		}
		int capacity = this.runOrdinals.length;
		if (this.runs == capacity) {
			this.table = Arrays.copyOf(this.table, DescriptorList.tableLength(2L * capacity));
			this.runOrdinals = Arrays.copyOf(this.runOrdinals, 2 * capacity);
		}
		this.runOrdinals[this.runs] = this.ordinal;
		DescriptorList.setRun(this.table, this.runs++, start, stride, length, count);
	}

	private boolean extend(long start, long stride, long length, long count) {
		int at = (this.runs - 1) * DescriptorList.WIDTH;
		if (length != this.table[at + DescriptorList.LENGTH] || this.runOrdinals[this.runs - 1] != this.ordinal) {
			return false;
		}
		long known = this.table[at + DescriptorList.COUNT];
		long last = this.table[at + DescriptorList.START] + (known - 1) * this.table[at + DescriptorList.STRIDE];
		long step = start - last;
		if (step < length || (known > 1 && step != this.table[at + DescriptorList.STRIDE])
				|| (count > 1 && step != stride)) {
			return false;
		}
		this.table[at + DescriptorList.STRIDE] = step;
		this.table[at + DescriptorList.COUNT] = known + count;
		return true;
	}

	/**
	 * Returns how many runs the list would have by now.
	 * @return the number of runs; the next range may still join the last one
	 */
	public int runs() {
		return this.runs + ((this.length > 0) ? 1 : 0);
	}

	/**
	 * Returns how many descriptors the list would have by now: pieces that are not
	 * adjacent.
	 * @return the number of descriptors
	 */
	public long size() {
		return this.pieces + ((this.length > 0) ? 1 : 0);
	}

	/**
	 * Makes the list. The builder can go on afterwards; the list does not change.
	 * @return the list of what was added, in that order
	 * @throws NixlOutOfRangeException if nothing was added, or more than 2<sup>63</sup> -
	 * 1 bytes
	 */
	public DescriptorList build() {
		flush();
		if (this.runs == 0) {
			throw NixlError.EMPTY.exception("A descriptor list has at least one descriptor");
		}
		return new DescriptorList(List.copyOf(this.regions),
				(this.regions.size() == 1) ? null : Arrays.copyOf(this.runOrdinals, this.runs),
				Arrays.copyOf(this.table, this.runs * DescriptorList.WIDTH));
	}

	@Override
	public String toString() {
		return "DescriptorListBuilder[descriptors=" + size() + ", runs=" + runs() + "]";
	}

}
