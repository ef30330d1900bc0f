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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * The bytes of one end of a transfer: descriptors (ranges of regions) in order. It is
 * kept as runs, many descriptors at equal distance as one, in primitive arrays, so a list
 * of 100,000 blocks costs a few arrays. Every range was checked against its region when
 * the list was made. Immutable. Made by the methods of {@link Region} or by a
 * {@link DescriptorListBuilder}.
 */
public final class DescriptorList {

	static final int START = 0;

	static final int STRIDE = 1;

	static final int LENGTH = 2;

	static final int COUNT = 3;

	/** How many numbers of the table describe a run. */
	static final int WIDTH = 4;

	private final List<Region> regions;

	/** For each run the index of its region; null where there is one region only. */
	private final int @Nullable [] ordinals;

	private final long[] table;

	/** For each run how many bytes of the list lie before it. */
	private final long[] firstBytes;

	/** For each run how many descriptors of the list lie before it. */
	private final long[] firstDescriptors;

	private final long size;

	private final long bytes;

	DescriptorList(List<Region> regions, int @Nullable [] ordinals, long[] table) {
		this.regions = regions;
		this.ordinals = ordinals;
		this.table = table;
		this.firstBytes = new long[table.length / WIDTH];
		this.firstDescriptors = new long[table.length / WIDTH];
		long descriptors = 0;
		long total = 0;
		for (int run = 0; run < this.firstBytes.length; run++) {
			int at = run * WIDTH;
			this.firstDescriptors[run] = descriptors;
			this.firstBytes[run] = total;
			descriptors += table[at + COUNT];
			// A run's own product cannot overflow: it lies within its region
			total += table[at + LENGTH] * table[at + COUNT];
			if (total < 0 || descriptors < 0) {
				throw NixlError.OUT_OF_RANGE.exception("A descriptor list names at most 2^63 - 1 bytes; split it");
			}
		}
		this.size = descriptors;
		this.bytes = total;
	}

	static DescriptorList strided(Region region, long start, long stride, long length, long count) {
		Ranges.check(region, start, stride, length, count);
		long[] table = new long[WIDTH];
		setRun(table, 0, start, (count == 1) ? length : stride, length, count);
		return new DescriptorList(List.of(region), null, table);
	}

	static DescriptorList blocks(Region region, long blockSize, int... ids) {
		Ranges.check(region, 0, blockSize, blockSize, Math.min(1, ids.length));
		long blocks = region.length() / blockSize;
		int runs = 0;
		for (int from = 0; from < ids.length; from = runEnd(ids, from)) {
			runs++;
		}
		long[] table = new long[tableLength(runs)];
		int run = 0;
		for (int from = 0; from < ids.length;) {
			int to = runEnd(ids, from);
			// Ids rise within a run: its ends bound it
			checkBlock(region, blockSize, ids[from], blocks);
			checkBlock(region, blockSize, ids[to - 1], blocks);
			long stride = (to - from == 1) ? blockSize : (ids[from + 1] - ids[from]) * blockSize;
			setRun(table, run++, ids[from] * blockSize, stride, blockSize, to - from);
			from = to;
		}
		return new DescriptorList(List.of(region), null, table);
	}

	private static int runEnd(int[] ids, int from) {
		int to = from + 1;
		if (to < ids.length && ids[to] > ids[from]) {
			// Differences are long: the ids are not checked yet
			long step = (long) ids[to] - ids[from];
			do {
				to++;
			}
			while (to < ids.length && (long) ids[to] - ids[to - 1] == step);
		}
		return to;
	}

	private static void checkBlock(Region region, long blockSize, int id, long blocks) {
		if (id < 0 || id >= blocks) {
			throw NixlError.OUT_OF_RANGE.exception("Block " + id + " of " + blockSize + " bytes does not lie within "
					+ Ranges.describe(region) + ", which holds " + blocks);
		}
	}

	static void setRun(long[] table, int run, long start, long stride, long length, long count) {
		int at = run * WIDTH;
		table[at + START] = start;
		table[at + STRIDE] = stride;
		table[at + LENGTH] = length;
		table[at + COUNT] = count;
	}

	static int tableLength(long runs) {
		if (runs > Integer.MAX_VALUE / WIDTH - 1) {
			throw NixlError.OUT_OF_RANGE.exception("A descriptor list of " + runs + " runs is too long; split it");
		}
		return (int) runs * WIDTH;
	}

	/**
	 * Joins lists, in order. All are of this agent's memory, or all of one peer's.
	 * @param lists the lists, at least one
	 * @return the list of all their descriptors
	 * @throws NixlOutOfRangeException if there is no list, or too much in them
	 * @throws NixlBackendException {@link NixlError#UNSUPPORTED} if they belong to
	 * different agents
	 */
	public static DescriptorList of(DescriptorList... lists) {
		if (lists.length == 0) {
			throw NixlError.EMPTY.exception("A descriptor list has at least one descriptor");
		}
		long runs = 0;
		for (DescriptorList list : lists) {
			runs += list.runs();
		}
		long[] table = new long[tableLength(runs)];
		int[] ordinals = new int[(int) runs];
		Map<Region, Integer> regions = new HashMap<>();
		int run = 0;
		for (DescriptorList list : lists) {
			System.arraycopy(list.table, 0, table, run * WIDTH, list.table.length);
			int[] mapped = new int[list.regions.size()];
			for (int i = 0; i < mapped.length; i++) {
				mapped[i] = Objects.requireNonNullElse(regions.putIfAbsent(list.regions.get(i), regions.size()),
						regions.size() - 1);
			}
			for (int i = 0; i < list.runs(); i++) {
				ordinals[run++] = mapped[list.ordinal(i)];
			}
		}
		Region[] ordered = new Region[regions.size()];
		regions.forEach((region, ordinal) -> ordered[ordinal] = region);
		checkOneOwner(ordered);
		return new DescriptorList(List.of(ordered), (ordered.length == 1) ? null : ordinals, table);
	}

	private static void checkOneOwner(Region[] regions) {
		for (Region region : regions) {
			checkOneOwner(regions[0], region);
		}
	}

	static void checkOneOwner(Region first, Region region) {
		if (!owner(region).equals(owner(first))) {
			throw NixlError.UNSUPPORTED
				.exception("A descriptor list names memory of one agent only; make one list for each agent");
		}
	}

	private static String owner(Region region) {
		return (region instanceof RemoteRegion remote) ? "of " + remote.engineId() : "";
	}

	/**
	 * Returns this list with another one behind it.
	 * @param other the list to add
	 * @return the new list
	 * @throws NixlException as {@link #of} says
	 */
	public DescriptorList plus(DescriptorList other) {
		return of(this, other);
	}

	/**
	 * Picks descriptors by their index in this list, in the order given. Indices may
	 * repeat.
	 * @param descriptorIndices the indices, from 0; not kept
	 * @return the new list, one descriptor an index
	 * @throws NixlOutOfRangeException if there is no index, or one is not less than
	 * {@link #size()}
	 */
	public DescriptorList select(int... descriptorIndices) {
		if (descriptorIndices.length == 0) {
			throw NixlError.EMPTY.exception("No descriptor was selected");
		}
		RunCollector collector = new RunCollector(this.ordinals != null);
		for (int index : descriptorIndices) {
			if (index < 0 || index >= this.size) {
				throw NixlError.OUT_OF_RANGE
					.exception("Descriptor " + index + " does not exist: the list has " + this.size);
			}
			int run = runOf(this.firstDescriptors, index);
			int at = run * WIDTH;
			long start = this.table[at + START] + (index - this.firstDescriptors[run]) * this.table[at + STRIDE];
			collector.add(ordinal(run), start, this.table[at + LENGTH]);
		}
		return collector.build(this.regions);
	}

	/**
	 * Finds the run that holds a byte of the list.
	 * @param byteIndex which byte, from 0; the list's end belongs to the last run
	 * @return the run
	 */
	int runOfByte(long byteIndex) {
		return runOf(this.firstBytes, byteIndex);
	}

	long firstByte(int run) {
		return this.firstBytes[run];
	}

	private static int runOf(long[] firsts, long index) {
		int found = Arrays.binarySearch(firsts, index);
		return (found >= 0) ? found : -found - 2;
	}

	/**
	 * Returns how many bytes the list names.
	 * @return the sum of the descriptors' lengths
	 */
	public long bytes() {
		return this.bytes;
	}

	/**
	 * Returns how many descriptors the list has.
	 * @return the number of descriptors, at least 1
	 */
	public long size() {
		return this.size;
	}

	/**
	 * Returns how many runs the list has.
	 * @return the number of runs, at least 1
	 */
	public int runs() {
		return this.table.length / WIDTH;
	}

	/**
	 * Returns the region of a run.
	 * @param run the run, from 0
	 * @return its region
	 */
	public Region region(int run) {
		return this.regions.get(ordinal(run));
	}

	/**
	 * Returns where a run starts.
	 * @param run the run, from 0
	 * @return the offset of its first byte in its region
	 */
	public long start(int run) {
		return column(run, START);
	}

	/**
	 * Returns how far the descriptors of a run are apart.
	 * @param run the run, from 0
	 * @return the bytes from one start to the next, at least {@link #length}
	 */
	public long stride(int run) {
		return column(run, STRIDE);
	}

	/**
	 * Returns the length of each descriptor of a run.
	 * @param run the run, from 0
	 * @return the length in bytes
	 */
	public long length(int run) {
		return column(run, LENGTH);
	}

	/**
	 * Returns how many descriptors a run has.
	 * @param run the run, from 0
	 * @return the number of descriptors, at least 1
	 */
	public long count(int run) {
		return column(run, COUNT);
	}

	long column(int run, int column) {
		return this.table[Objects.checkIndex(run, runs()) * WIDTH + column];
	}

	int ordinal(int run) {
		return (this.ordinals != null) ? this.ordinals[run] : 0;
	}

	/**
	 * Returns whether the list names this agent's memory.
	 * @return {@code true} if so, {@code false} if it names a peer's
	 */
	public boolean isLocal() {
		return !(this.regions.get(0) instanceof RemoteRegion);
	}

	/**
	 * Returns the regions that the list touches.
	 * @return each region once, in order of first appearance; immutable
	 */
	public List<Region> distinctRegions() {
		return this.regions;
	}

	/**
	 * Returns a cursor at the first byte. It is not safe for use by several threads; the
	 * list is.
	 * @return a new cursor
	 */
	public RunCursor cursor() {
		return new RunCursor(this);
	}

	@Override
	public String toString() {
		return "DescriptorList[descriptors=" + this.size + ", runs=" + runs() + ", bytes=" + this.bytes + "]";
	}

}
