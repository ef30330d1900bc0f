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
import java.util.Objects;

/**
 * Ranges of one device's memory, of which one copy moves all: run {@code i} is
 * {@link #count} ranges of {@link #length} bytes, the starts {@link #stride} apart. Held
 * in arrays and used again from copy to copy, so that no range costs an object. Not safe
 * for use by several threads at once.
 */
public final class DeviceRuns {

	private static final int WIDTH = 4;

	private long[] numbers = new long[16 * WIDTH];

	private int size;

	private long deviceId;

	private long bytes;

	/**
	 * Creates an empty batch.
	 */
	public DeviceRuns() {
	}

	/**
	 * Begins anew.
	 * @param device the device that all runs are on
	 */
	public void clear(long device) {
		this.deviceId = device;
		this.size = 0;
		this.bytes = 0;
	}

	/**
	 * Adds ranges behind the others. A single range that goes on where the last one ends
	 * lengthens it.
	 * @param address the device's address of the first range
	 * @param stride the distance of the starts; means nothing for one range
	 * @param length the bytes of each range, more than zero
	 * @param count how many ranges, more than zero
	 */
	public void add(long address, long stride, long length, long count) {
		this.bytes += length * count;
		int last = (this.size - 1) * WIDTH;
		long[] table = this.numbers;
		if (count == 1 && last >= 0 && table[last + 3] == 1 && table[last] + table[last + 2] == address) {
			table[last + 2] += length;
			return;
		}
		int at = this.size * WIDTH;
		if (at == table.length) {
			table = Arrays.copyOf(table, 2 * at);
			this.numbers = table;
		}
		table[at] = address;
		table[at + 1] = stride;
		table[at + 2] = length;
		table[at + 3] = count;
		this.size++;
	}

	/**
	 * Returns the device.
	 * @return the id of the device that all runs are on
	 */
	public long deviceId() {
		return this.deviceId;
	}

	/**
	 * Returns how many runs there are.
	 * @return the number of runs
	 */
	public int size() {
		return this.size;
	}

	/**
	 * Returns how many bytes the runs have.
	 * @return the sum over all runs
	 */
	public long bytes() {
		return this.bytes;
	}

	/**
	 * Returns where a run starts.
	 * @param run the run, from 0
	 * @return the device's address
	 */
	public long address(int run) {
		return column(run, 0);
	}

	/**
	 * Returns how far the starts of a run's ranges are apart.
	 * @param run the run, from 0
	 * @return the distance in bytes; means nothing if there is one range
	 */
	public long stride(int run) {
		return column(run, 1);
	}

	/**
	 * Returns the length of each range of a run.
	 * @param run the run, from 0
	 * @return the length in bytes
	 */
	public long length(int run) {
		return column(run, 2);
	}

	/**
	 * Returns how many ranges a run has.
	 * @param run the run, from 0
	 * @return the number of ranges
	 */
	public long count(int run) {
		return column(run, 3);
	}

	private long column(int run, int column) {
		return this.numbers[Objects.checkIndex(run, this.size) * WIDTH + column];
	}

	@Override
	public String toString() {
		return "DeviceRuns[device=" + this.deviceId + ", runs=" + this.size + ", bytes=" + this.bytes + "]";
	}

}
