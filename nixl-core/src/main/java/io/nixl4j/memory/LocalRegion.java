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

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

import org.jspecify.annotations.Nullable;

/**
 * A region of this agent's as its sessions and routes see it. Users know it as
 * {@link MemoryRegion}.
 * <p>
 * Whoever lets anything touch the memory (a socket, a copy, a device) {@link #hold()
 * holds} the region meanwhile. Closing refuses new holds, and the memory is free when the
 * last one is given back and every peer has let go. Safe for use by many threads.
 */
public final class LocalRegion implements MemoryRegion {

	/**
	 * The longest range that lies within one window wherever it starts: 1 GiB − 8.
	 */
	public static final int MAX_WINDOW_RANGE = (1 << 30) - 8;

	private static final int WINDOW_STEP_BITS = 30;

	private static final long WINDOW_STEP = 1L << WINDOW_STEP_BITS;

	/** The JDK makes no buffer of an arena's memory that is longer. */
	private static final int MAX_WINDOW = Integer.MAX_VALUE - 8;

	/** A copy of more than this would keep every safepoint waiting. */
	private static final int COPY_PIECE = 8 << 20;

	private static final long CLOSING = Long.MIN_VALUE;

	private static final ByteBuffer[] NO_WINDOWS = {};

	private final RegionTable table;

	private final long id;

	private final RegionOptions options;

	private final long address;

	private final long length;

	private final NativeMemory.@Nullable Block block;

	private final @Nullable DeviceBlock deviceBlock;

	/** How many hold the region; the sign says that it is closing. */
	private final AtomicLong holds = new AtomicLong();

	/** Closing is passed on when both the opening was and the close has come. */
	private final AtomicInteger openedAndClosing = new AtomicInteger();

	private final CompletableFuture<Void> drained = new CompletableFuture<>();

	private final CompletableFuture<Void> closed = new CompletableFuture<>();

	/** Told when the memory is free; guarded by this. */
	private final Set<Runnable> freeListeners = new LinkedHashSet<>(1);

	private volatile ByteBuffer[] windows;

	private volatile @Nullable Instant quarantinedSince;

	LocalRegion(RegionTable table, long id, RegionOptions options, NativeMemory.Block block) {
		this(table, id, options, block.address(), block.length(), block, null);
	}

	/** Memory of a device. */
	LocalRegion(RegionTable table, long id, RegionOptions options, long length, DeviceBlock block) {
		this(table, id, options, block.address(), length, null, block);
	}

	/** Memory that the host cannot reach, of a device that nothing here knows. */
	LocalRegion(RegionTable table, long id, RegionOptions options, long address, long length) {
		this(table, id, options, address, length, null, null);
	}

	private LocalRegion(RegionTable table, long id, RegionOptions options, long address, long length,
			NativeMemory.@Nullable Block block, @Nullable DeviceBlock deviceBlock) {
		this.table = table;
		this.id = id;
		this.options = options;
		this.address = address;
		this.length = length;
		this.block = block;
		this.deviceBlock = deviceBlock;
		this.windows = (block != null) ? cutWindows(block) : NO_WINDOWS;
	}

	private static ByteBuffer[] cutWindows(NativeMemory.Block block) {
		ByteBuffer[] windows = new ByteBuffer[windowOf(block.length() - 1) + 1];
		for (int i = 0; i < windows.length; i++) {
			long start = i * WINDOW_STEP;
			windows[i] = block.cut(start, (int) Math.min(MAX_WINDOW, block.length() - start));
		}
		return windows;
	}

	/**
	 * Returns the number of this region, by which sessions name it.
	 * @return the id, counted from 1 in each agent and never used again
	 */
	public long id() {
		return this.id;
	}

	/**
	 * Returns the epoch that grants of this region are made in now.
	 * @return the agent's epoch, raised by each of its starts
	 */
	public long epoch() {
		return this.table.epoch();
	}

	/**
	 * Returns how the region was registered.
	 * @return the options
	 */
	public RegionOptions options() {
		return this.options;
	}

	@Override
	public String name() {
		return this.options.name();
	}

	@Override
	public long address() {
		return this.address;
	}

	@Override
	public long length() {
		return this.length;
	}

	@Override
	public MemoryType type() {
		return this.options.type();
	}

	@Override
	public long deviceId() {
		return this.options.deviceId();
	}

	@Override
	public Permissions permissions() {
		return this.options.permissions();
	}

	@Override
	public ByteBuffer buffer(long offset, int length) {
		if (this.block == null) {
			throw noBuffersException();
		}
		Ranges.check(this, offset, length, length, 1);
		if (length > WINDOW_STEP) {
			throw NixlError.OUT_OF_RANGE
				.exception("A buffer has at most 1 GiB, not " + length + " bytes; take several");
		}
		if (!hold()) {
			throw closedException();
		}
		try {
			this.block.lend();
			return this.block.cut(offset, length);
		}
		finally {
			unhold();
		}
	}

	/**
	 * Holds the region: until {@link #unhold()} its memory stays as it is. Allocates
	 * nothing.
	 * @return {@code false} if the region is closing, and nothing was held
	 */
	public boolean hold() {
		long count;
		do {
			count = this.holds.get();
			if (count < 0) {
				return false;
			}
		}
		while (!this.holds.compareAndSet(count, count + 1));
		return true;
	}

	/**
	 * Gives back one hold. It never runs foreign code: what follows runs on the agent's
	 * executor.
	 * @throws IllegalStateException if nobody holds the region
	 */
	public void unhold() {
		long count;
		do {
			count = this.holds.get();
			if ((count & ~CLOSING) == 0) {
				throw new IllegalStateException(Ranges.describe(this) + " is not held");
			}
		}
		while (!this.holds.compareAndSet(count, count - 1));
		if (count - 1 == CLOSING) {
			this.drained.complete(null);
		}
	}

	/**
	 * Returns how many hold the region.
	 * @return the number of holds
	 */
	public long holds() {
		return this.holds.get() & ~CLOSING;
	}

	/**
	 * Returns the window of a byte. A range of up to {@link #MAX_WINDOW_RANGE} bytes that
	 * starts there lies within that window, at position
	 * {@code offset - ((long) window << 30)}.
	 * @param offset the byte, from the region's start
	 * @return the index of the window
	 */
	public static int windowOf(long offset) {
		return (int) (offset >>> WINDOW_STEP_BITS);
	}

	/**
	 * Returns how many windows there are, one for each GiB begun.
	 * @return the number of windows, 0 if the memory is not DRAM
	 */
	public int windows() {
		return this.windows.length;
	}

	/**
	 * Returns one of the buffers that were cut when the region was made, 2 GiB − 9 long
	 * unless the region ends before. It is shared: read and write it by index, or
	 * duplicate it, and only while the region is held.
	 * @param index the window, from 0
	 * @return the buffer, big-endian
	 * @throws NixlRegionClosedException if the memory was let go of
	 * @throws NixlBackendException {@link NixlError#UNSUPPORTED} if the memory is not
	 * DRAM
	 * @throws IndexOutOfBoundsException if there is no such window
	 */
	public ByteBuffer window(int index) {
		if (this.block == null) {
			throw noBuffersException();
		}
		ByteBuffer[] windows = this.windows;
		if (windows.length == 0) {
			throw closedException();
		}
		return windows[Objects.checkIndex(index, windows.length)];
	}

	/**
	 * Copies to another region of this process, or within this one; the ranges may
	 * overlap. The caller holds both regions.
	 * @param offset the first byte here
	 * @param target where to copy to
	 * @param targetOffset the first byte there
	 * @param length how many bytes
	 * @throws NixlOutOfRangeException if the length is 0 or a range is not within its
	 * region
	 */
	public void copyTo(long offset, LocalRegion target, long targetOffset, long length) {
		Ranges.check(this, offset, length, length, 1);
		Ranges.check(target, targetOffset, length, length, 1);
		long distance = target.address + targetOffset - this.address - offset;
		boolean backwards = distance > 0 && distance < length;
		for (long done = 0; done < length;) {
			int piece = (int) Math.min(COPY_PIECE, length - done);
			// Of overlapping ranges the overlap is to be read before it is written
			long at = backwards ? length - done - piece : done;
			copyPiece(offset + at, target, targetOffset + at, piece);
			done += piece;
		}
	}

	private void copyPiece(long offset, LocalRegion target, long targetOffset, int length) {
		int from = windowOf(offset);
		int to = windowOf(targetOffset);
		target.window(to)
			.put((int) (targetOffset - to * WINDOW_STEP), window(from), (int) (offset - from * WINDOW_STEP), length);
	}

	@Override
	public boolean isOpen() {
		return this.holds.get() >= 0;
	}

	@Override
	public void close() {
		long count;
		do {
			count = this.holds.get();
			if (count < 0) {
				return;
			}
		}
		while (!this.holds.compareAndSet(count, count | CLOSING));
		if (count == 0) {
			this.drained.complete(null);
		}
		passOn();
	}

	/** Called once, when every listener was told that the region is open. */
	void opened() {
		passOn();
	}

	private void passOn() {
		if (this.openedAndClosing.incrementAndGet() == 2) {
			this.table.withdraw(this);
		}
	}

	@Override
	public CompletableFuture<Void> closed() {
		return this.closed.copy();
	}

	CompletableFuture<Void> drained() {
		return this.drained;
	}

	/** Lets go of the memory; false if that is not possible yet. */
	boolean free() {
		this.windows = NO_WINDOWS;
		if (this.deviceBlock != null) {
			this.deviceBlock.free();
			return true;
		}
		return this.block == null || this.block.free();
	}

	/**
	 * Returns whether copies between this memory and the host's can be made here.
	 * @return {@code true} if it is memory of a device whose provider this agent has
	 */
	public boolean isStaged() {
		return this.deviceBlock != null;
	}

	/**
	 * Runs something when the memory is free, for who holds the region now. Unlike a
	 * stage of {@link #closed()} it can be taken back, by whoever comes and goes while
	 * the region stays.
	 * @param listener returns at once; added twice it runs once
	 */
	public synchronized void onFree(Runnable listener) {
		this.freeListeners.add(listener);
	}

	/**
	 * Takes back what {@link #onFree(Runnable)} was given.
	 * @param listener the listener
	 */
	public synchronized void offFree(Runnable listener) {
		this.freeListeners.remove(listener);
	}

	/**
	 * Returns how many listeners of {@link #onFree(Runnable)} there are.
	 * @return the number
	 */
	public synchronized int freeListeners() {
		return this.freeListeners.size();
	}

	void freed() {
		List<Runnable> told;
		synchronized (this) {
			told = List.copyOf(this.freeListeners);
			this.freeListeners.clear();
		}
		told.forEach(Runnable::run);
		this.closed.complete(null);
	}

	/** Marks it as quarantined; false if it was so already or is free. */
	synchronized boolean quarantine(Instant since) {
		if (this.quarantinedSince != null || this.closed.isDone()) {
			return false;
		}
		this.quarantinedSince = since;
		return true;
	}

	@Nullable Instant quarantinedSince() {
		return this.quarantinedSince;
	}

	private NixlException noBuffersException() {
		return NixlError.UNSUPPORTED
			.exception(Ranges.describe(this) + " is " + type() + ", which has no buffers; transfer it to DRAM first");
	}

	private NixlException closedException() {
		return NixlError.REGION_CLOSED.exception(Ranges.describe(this) + " is closed; allocate or register a new one");
	}

	@Override
	public String toString() {
		return "LocalRegion[id=" + this.id + ", name=" + name() + ", length=" + this.length + ", type=" + type() + "]";
	}

}
