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

import java.util.Objects;

/**
 * Walks a descriptor list as contiguous pieces of bytes: adjacent descriptors are one
 * piece. Makes no object on its way, and can be used again after {@link #reset()}. Not
 * safe for use by several threads. For the library's own routes.
 */
public final class RunCursor {

	private final DescriptorList list;

	private long remaining;

	/** The piece that the cursor is in. */
	private int ordinal;

	private long offset;

	private long contiguous;

	/** The descriptor behind that piece. */
	private int nextRun;

	private long nextIndex;

	RunCursor(DescriptorList list) {
		this.list = list;
		seek(0);
	}

	/**
	 * Returns whether bytes are left.
	 * @return {@code true} if so
	 */
	public boolean hasRemaining() {
		return this.remaining > 0;
	}

	/**
	 * Returns how many bytes are left.
	 * @return the bytes from here to the list's end
	 */
	public long remaining() {
		return this.remaining;
	}

	/**
	 * Returns the region at the cursor. At the end this is the last one.
	 * @return the region
	 */
	public Region region() {
		return this.list.distinctRegions().get(this.ordinal);
	}

	/**
	 * Returns the region at the cursor as an index.
	 * @return the index in {@link DescriptorList#distinctRegions()}
	 */
	public int regionOrdinal() {
		return this.ordinal;
	}

	/**
	 * Returns where in the region the cursor is.
	 * @return the offset from the region's start
	 */
	public long offset() {
		return this.offset;
	}

	/**
	 * Returns how many bytes from {@link #offset()} on are contiguous in the region and
	 * in the list.
	 * @return the number of bytes, 0 only at the end
	 */
	public long contiguous() {
		return this.contiguous;
	}

	/**
	 * Moves the cursor on.
	 * @param n how many bytes, 0 to {@link #remaining()}; it may be more than
	 * {@link #contiguous()}
	 * @throws IndexOutOfBoundsException if n is not in that range
	 */
	public void advance(long n) {
		if (n < 0 || n > this.remaining) {
			throw new IndexOutOfBoundsException("Cannot move by " + n + ", " + this.remaining + " bytes are left");
		}
		if (n > this.contiguous) {
			seek(this.list.bytes() - this.remaining + n);
			return;
		}
		this.remaining -= n;
		this.offset += n;
		this.contiguous -= n;
		if (this.contiguous == 0) {
			load();
		}
	}

	/**
	 * Moves the cursor to the first byte.
	 */
	public void reset() {
		seek(0);
	}

	/**
	 * Moves the cursor to a byte of the list, in logarithmic time.
	 * @param byteIndex how many of the list's bytes lie before it, 0 to
	 * {@link DescriptorList#bytes()}
	 * @throws IndexOutOfBoundsException if it is not in that range
	 */
	public void seek(long byteIndex) {
		DescriptorList list = this.list;
		Objects.checkFromToIndex(byteIndex, list.bytes(), list.bytes());
		int run = list.runOfByte(byteIndex);
		long within = byteIndex - list.firstByte(run);
		this.nextRun = run;
		this.nextIndex = within / list.length(run);
		long skipped = within % list.length(run);
		if (this.nextIndex == list.count(run)) {
			// Only at the list's end
			this.nextRun = list.runs();
			this.nextIndex = 0;
		}
		load();
		this.offset += skipped;
		this.contiguous -= skipped;
		this.remaining = list.bytes() - byteIndex;
	}

	private void load() {
		DescriptorList list = this.list;
		int run = this.nextRun;
		long index = this.nextIndex;
		this.contiguous = 0;
		if (run == list.runs()) {
			return;
		}
		this.ordinal = list.ordinal(run);
		this.offset = list.start(run) + index * list.stride(run);
		long end = this.offset;
		do {
			long length = list.length(run);
			// Without gaps the rest of the run is one piece
			long taken = (list.stride(run) == length) ? list.count(run) - index : 1;
			end += taken * length;
			index += taken;
			if (index == list.count(run)) {
				run++;
				index = 0;
			}
		}
		while (run < list.runs() && list.ordinal(run) == this.ordinal
				&& list.start(run) + index * list.stride(run) == end);
		this.contiguous = end - this.offset;
		this.nextRun = run;
		this.nextIndex = index;
	}

}
