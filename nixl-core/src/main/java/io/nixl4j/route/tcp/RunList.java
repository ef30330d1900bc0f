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

import java.util.Arrays;

import io.nixl4j.memory.NixlError;
import io.nixl4j.wire.MsgPackReader;
import io.nixl4j.wire.MsgPackWriter;
import io.nixl4j.wire.WireException;

/**
 * Ranges of one agent's granted memory as a frame's header carries them: groups, each of
 * one grant's handle and runs (start, stride, length, count). Reused from frame to frame;
 * makes no object a run. On the wire: an array of groups, each an array of the handle and
 * four numbers a run.
 */
final class RunList {

	/** Runs that fit a header of 64 KiB whatever their numbers are. */
	static final int MAX_RUNS = 1500;

	private static final int WIDTH = 4;

	private long[] numbers = new long[WIDTH * 16];

	private int runs;

	private long[] handles = new long[4];

	/** For each group the run behind its last. */
	private int[] ends = new int[4];

	private int groups;

	void clear() {
		this.runs = 0;
		this.groups = 0;
	}

	boolean isFull() {
		return this.runs + this.groups >= MAX_RUNS;
	}

	int groups() {
		return this.groups;
	}

	long handle(int group) {
		return this.handles[group];
	}

	int firstRun(int group) {
		return (group == 0) ? 0 : this.ends[group - 1];
	}

	int endRun(int group) {
		return this.ends[group];
	}

	long start(int run) {
		return this.numbers[run * WIDTH];
	}

	long stride(int run) {
		return this.numbers[run * WIDTH + 1];
	}

	long length(int run) {
		return this.numbers[run * WIDTH + 2];
	}

	long count(int run) {
		return this.numbers[run * WIDTH + 3];
	}

	/** Adds a range behind the others, as part of the last run where it fits. */
	void add(long handle, long start, long length) {
		if (this.groups == 0 || this.handles[this.groups - 1] != handle) {
			beginGroup(handle);
		}
		else if (firstRun(this.groups - 1) < this.runs && extend(start, length)) {
			return;
		}
		addRun(start, length, length, 1);
	}

	private boolean extend(long start, long length) {
		int at = (this.runs - 1) * WIDTH;
		long[] last = this.numbers;
		if (last[at + 3] == 1 && start == last[at] + last[at + 2]) {
			last[at + 2] += length;
			last[at + 1] = last[at + 2];
			return true;
		}
		if (length != last[at + 2]) {
			return false;
		}
		if (last[at + 3] == 1 && start > last[at] + last[at + 2]) {
			last[at + 1] = start - last[at];
			last[at + 3] = 2;
			return true;
		}
		if (last[at + 3] > 1 && start == last[at] + last[at + 3] * last[at + 1]) {
			last[at + 3]++;
			return true;
		}
		return false;
	}

	private void beginGroup(long handle) {
		if (this.groups == this.handles.length) {
			this.handles = Arrays.copyOf(this.handles, 2 * this.groups);
			this.ends = Arrays.copyOf(this.ends, 2 * this.groups);
		}
		this.handles[this.groups] = handle;
		this.ends[this.groups++] = this.runs;
	}

	private void addRun(long start, long stride, long length, long count) {
		int at = this.runs * WIDTH;
		if (at == this.numbers.length) {
			this.numbers = Arrays.copyOf(this.numbers, 2 * at);
		}
		this.numbers[at] = start;
		this.numbers[at + 1] = stride;
		this.numbers[at + 2] = length;
		this.numbers[at + 3] = count;
		this.ends[this.groups - 1] = ++this.runs;
	}

	void write(MsgPackWriter header) {
		header.array(this.groups);
		for (int group = 0; group < this.groups; group++) {
			int first = firstRun(group);
			int end = endRun(group);
			header.array(1 + (end - first) * WIDTH).unsigned(this.handles[group]);
			for (int at = first * WIDTH; at < end * WIDTH; at++) {
				header.unsigned(this.numbers[at]);
			}
		}
	}

	/** Reads runs; their numbers are any 64 bits and still to be checked. */
	void read(MsgPackReader header) {
		clear();
		int count = header.array();
		for (int group = 0; group < count; group++) {
			int elements = header.array();
			if (elements < 1 + WIDTH || elements % WIDTH != 1) {
				throw WireException.protocol("a group of runs has " + elements + " numbers");
			}
			beginGroup(header.unsigned());
			for (int i = 1; i < elements; i += WIDTH) {
				addRun(header.unsigned(), header.unsigned(), header.unsigned(), header.unsigned());
			}
		}
	}

	/**
	 * Sums up the runs' bytes.
	 * @param most how many there may be
	 * @return the sum, 1 to {@code most}
	 * @throws io.nixl4j.memory.NixlException if it is not in that range
	 */
	int bytes(int most) {
		long sum = 0;
		for (int run = 0; run < this.runs; run++) {
			long length = length(run);
			long count = count(run);
			if (length < 1 || count < 1 || length > most || count > most / length || sum + length * count > most) {
				throw NixlError.OUT_OF_RANGE.exception("a chunk's runs are not 1 to " + most + " bytes long");
			}
			sum += length * count;
		}
		if (sum == 0) {
			throw NixlError.EMPTY.exception("a chunk has no bytes");
		}
		return (int) sum;
	}

	/** A copy that stays as it is. */
	RunList copy() {
		RunList copy = new RunList();
		copy.copyFrom(this);
		return copy;
	}

	/** Takes over the runs of another list. */
	void copyFrom(RunList other) {
		int length = other.runs * WIDTH;
		if (this.numbers.length < length) {
			this.numbers = new long[other.numbers.length];
		}
		if (this.handles.length < other.groups) {
			this.handles = new long[other.handles.length];
			this.ends = new int[other.ends.length];
		}
		System.arraycopy(other.numbers, 0, this.numbers, 0, length);
		System.arraycopy(other.handles, 0, this.handles, 0, other.groups);
		System.arraycopy(other.ends, 0, this.ends, 0, other.groups);
		this.runs = other.runs;
		this.groups = other.groups;
	}

}
