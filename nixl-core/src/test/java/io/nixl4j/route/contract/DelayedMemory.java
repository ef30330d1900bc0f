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

package io.nixl4j.route.contract;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

import io.nixl4j.memory.CopyListener;
import io.nixl4j.memory.DeviceBlock;
import io.nixl4j.memory.DeviceMemory;
import io.nixl4j.memory.DeviceMemoryProvider;
import io.nixl4j.memory.DeviceRuns;
import io.nixl4j.memory.LocalRegion;
import io.nixl4j.memory.MemoryType;
import io.nixl4j.memory.NixlError;
import io.nixl4j.memory.NixlException;
import io.nixl4j.memory.RegionOptions;
import io.nixl4j.memory.RegionTable;
import io.nixl4j.memory.StagingMemory;

/**
 * A provider whose "VRAM" is memory of the host, and whose copies touch it only after a
 * delay. Copies can be held back, and made to fail: a copy that fails says so at once and
 * moves its bytes all the same, late. One serves all agents of a test, and counts what is
 * not given back.
 */
public final class DelayedMemory implements DeviceMemoryProvider {

	private final Duration delay;

	/** Allocated blocks by their addresses. */
	private final NavigableMap<Long, LocalRegion> blocks = new ConcurrentSkipListMap<>();

	private final RegionTable table = new RegionTable(Duration.ofSeconds(30), Runnable::run);

	private final AtomicInteger running = new AtomicInteger();

	private final AtomicLong copies = new AtomicLong();

	private final AtomicLong stagingBytes = new AtomicLong();

	private final AtomicInteger toFail = new AtomicInteger();

	/** Copies that are held back; guarded by itself. */
	private final List<Runnable> held = new ArrayList<>();

	private boolean holding;

	/**
	 * Creates a provider.
	 * @param delay how long after its beginning a copy touches memory
	 */
	public DelayedMemory(Duration delay) {
		this.delay = delay;
	}

	@Override
	public MemoryType type() {
		return MemoryType.VRAM;
	}

	@Override
	public DeviceMemory open(String agentName) {
		return new Opened(agentName);
	}

	/** Lets no copy go on from now on. */
	public void hold() {
		synchronized (this.held) {
			this.holding = true;
		}
	}

	/** Lets copies go on. */
	public void letGo() {
		List<Runnable> waiting;
		synchronized (this.held) {
			this.holding = false;
			waiting = List.copyOf(this.held);
			this.held.clear();
		}
		waiting.forEach(Runnable::run);
	}

	/**
	 * Makes the next copies fail.
	 * @param count how many
	 */
	public void failNext(int count) {
		this.toFail.set(count);
	}

	/**
	 * Returns how many copies have not finished.
	 * @return the number of copies
	 */
	public int running() {
		return this.running.get();
	}

	/**
	 * Returns how many copies have begun.
	 * @return the number of copies
	 */
	public long copies() {
		return this.copies.get();
	}

	/**
	 * Returns how much staging memory is allocated.
	 * @return the bytes
	 */
	public long stagingBytes() {
		return this.stagingBytes.get();
	}

	/**
	 * Returns how many blocks of "VRAM" are allocated.
	 * @return the number of blocks
	 */
	public int blocks() {
		return this.blocks.size();
	}

	private ByteBuffer bytes(long address, long length) {
		Map.Entry<Long, LocalRegion> entry = this.blocks.floorEntry(address);
		if (entry == null || address + length > entry.getKey() + entry.getValue().length()) {
			throw new IllegalStateException("no memory of this device");
		}
		return entry.getValue().buffer(address - entry.getKey(), Math.toIntExact(length));
	}

	private void begin(ScheduledExecutorService timer, CopyListener listener, Runnable copy) {
		this.running.incrementAndGet();
		this.copies.incrementAndGet();
		boolean fails = this.toFail.getAndUpdate((left) -> Math.max(0, left - 1)) > 0;
		NixlException cause = fails ? NixlError.BACKEND.exception("a copy of the device failed") : null;
		if (cause != null) {
			listener.failed(cause);
		}
		Runnable end = () -> {
			copy.run();
			this.running.decrementAndGet();
			listener.finished(cause);
		};
		Runnable start = () -> timer.schedule(end, this.delay.toNanos(), TimeUnit.NANOSECONDS);
		synchronized (this.held) {
			if (this.holding) {
				this.held.add(start);
				return;
			}
		}
		start.run();
	}

	/** The memory of one agent. */
	private final class Opened implements DeviceMemory {

		private final ScheduledExecutorService timer;

		Opened(String agentName) {
			this.timer = Executors.newSingleThreadScheduledExecutor((task) -> {
				Thread thread = new Thread(task, "delayed-" + agentName);
				thread.setDaemon(true);
				return thread;
			});
		}

		@Override
		public MemoryType type() {
			return MemoryType.VRAM;
		}

		@Override
		public DeviceBlock allocate(long deviceId, long bytes) {
			LocalRegion block = DelayedMemory.this.table.allocate(bytes, RegionOptions.of(""));
			DelayedMemory.this.blocks.put(block.address(), block);
			return new DeviceBlock() {

				@Override
				public long address() {
					return block.address();
				}

				@Override
				public void free() {
					DelayedMemory.this.blocks.remove(block.address());
					block.close();
				}

			};
		}

		@Override
		public DeviceBlock adopt(long deviceId, long address, long bytes) {
			Map.Entry<Long, LocalRegion> entry = DelayedMemory.this.blocks.floorEntry(address);
			if (entry == null || address + bytes > entry.getKey() + entry.getValue().length()) {
				throw NixlError.OUT_OF_RANGE.exception("No memory of the device lies at this address");
			}
			return new DeviceBlock() {

				@Override
				public long address() {
					return address;
				}

				@Override
				public void free() {
					// the owner's
				}

			};
		}

		@Override
		public StagingMemory allocateStaging(int bytes) {
			ByteBuffer buffer = ByteBuffer.allocateDirect(bytes);
			DelayedMemory.this.stagingBytes.addAndGet(bytes);
			return new StagingMemory() {

				@Override
				public ByteBuffer buffer() {
					return buffer;
				}

				@Override
				public void free() {
					DelayedMemory.this.stagingBytes.addAndGet(-bytes);
				}

			};
		}

		@Override
		public void copyOut(DeviceRuns from, StagingMemory to, int offset, CopyListener listener) {
			begin(this.timer, listener,
					() -> walk(from, offset, (device, at) -> to.buffer().put(at, device, 0, device.remaining())));
		}

		@Override
		public void copyIn(StagingMemory from, int offset, DeviceRuns to, CopyListener listener) {
			begin(this.timer, listener,
					() -> walk(to, offset, (device, at) -> device.put(0, from.buffer(), at, device.remaining())));
		}

		private void walk(DeviceRuns runs, int offset, Piece piece) {
			int at = offset;
			for (int run = 0; run < runs.size(); run++) {
				for (long i = 0; i < runs.count(run); i++) {
					ByteBuffer device = bytes(runs.address(run) + i * runs.stride(run), runs.length(run));
					piece.copy(device, at);
					at += device.remaining();
				}
			}
		}

		@Override
		public void close() {
			this.timer.shutdown();
		}

	}

	@FunctionalInterface
	private interface Piece {

		void copy(ByteBuffer device, int at);

	}

}
