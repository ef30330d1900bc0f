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
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/**
 * The regions of one agent. For the library's own packages; users register memory with
 * the agent. Safe for use by many threads.
 */
public final class RegionTable implements AutoCloseable {

	/** The most that can be one region: 64 TiB, 65,536 windows. */
	static final long MAX_LENGTH = 1L << 46;

	private final NativeMemory memory;

	private final DeviceMemories devices;

	private final AtomicLong lastId = new AtomicLong();

	private final AtomicLong epoch = new AtomicLong(1);

	private final Set<String> names = ConcurrentHashMap.newKeySet();

	/** Every region whose memory is not free, by its id. */
	private final Map<Long, LocalRegion> regions = new ConcurrentHashMap<>();

	private final List<Listener> listeners = new CopyOnWriteArrayList<>();

	private final RegionCloser closer;

	private volatile boolean closed;

	/**
	 * Creates a table that frees memory and completes futures on the common pool.
	 * @param closeTimeout how long a closing region waits for proof before it counts as
	 * quarantined
	 */
	public RegionTable(Duration closeTimeout) {
		this(closeTimeout, ForkJoinPool.commonPool());
	}

	/**
	 * Creates a table.
	 * @param closeTimeout how long a closing region waits for proof before it counts as
	 * quarantined
	 * @param executor where memory is freed and {@link MemoryRegion#closed()} completes;
	 * once it rejects tasks, the thread that brought the proof does this
	 */
	public RegionTable(Duration closeTimeout, Executor executor) {
		this(closeTimeout, executor, DeviceMemories.none());
	}

	/**
	 * Creates a table of memory of devices too.
	 * @param closeTimeout how long a closing region waits for proof before it counts as
	 * quarantined
	 * @param executor where memory is freed and {@link MemoryRegion#closed()} completes
	 * @param devices the memory of devices; closed by the caller, after all regions
	 */
	public RegionTable(Duration closeTimeout, Executor executor, DeviceMemories devices) {
		this(closeTimeout, executor, NativeMemory.create(), devices);
	}

	RegionTable(Duration closeTimeout, Executor executor, NativeMemory memory) {
		this(closeTimeout, executor, memory, DeviceMemories.none());
	}

	private RegionTable(Duration closeTimeout, Executor executor, NativeMemory memory, DeviceMemories devices) {
		this.memory = memory;
		this.devices = devices;
		this.closer = new RegionCloser(closeTimeout, new Fallback(executor), this.listeners, (region) -> {
			this.regions.remove(region.id());
		});
	}

	/**
	 * Returns the memory of devices that this agent has.
	 * @return the memories, by type
	 */
	public DeviceMemories devices() {
		return this.devices;
	}

	/**
	 * Allocates memory, all zeros.
	 * @param length the length in bytes
	 * @param options how to register it
	 * @return the region, open
	 * @throws NixlOutOfRangeException if the length is 0, negative or more than 64 TiB
	 * @throws NixlRefusedException if an open region has that name
	 * @throws NixlBackendException if there is no memory of that type
	 * ({@link NixlError#UNSUPPORTED}), not enough of it ({@link NixlError#BACKEND}) or
	 * the table is closed ({@link NixlError#CLOSED})
	 * @throws NixlException whatever a listener or a device refuses it with
	 */
	public LocalRegion allocate(long length, RegionOptions options) {
		if (options.type() != MemoryType.DRAM) {
			DeviceMemory device = this.devices.find(options.type())
				.orElseThrow(() -> unsupported("allocated", options.type()));
			checkLength(length);
			return open(options, () -> new LocalRegion(this, nextId(), options, length,
					device.allocate(options.deviceId(), length)));
		}
		checkLength(length);
		return open(options, () -> new LocalRegion(this, nextId(), options, this.memory.allocate(length)));
	}

	/**
	 * Registers the memory of a direct buffer from its position to its limit. The region
	 * keeps it alive.
	 * @param direct the buffer; its position, limit and order may change afterwards
	 * @param options how to register it
	 * @return the region, open
	 * @throws NixlOutOfRangeException if nothing remains in the buffer
	 * @throws NixlRefusedException if an open region has that name
	 * @throws NixlBackendException if the buffer is on the heap or read-only, the type is
	 * not DRAM ({@link NixlError#UNSUPPORTED}) or the table is closed
	 * ({@link NixlError#CLOSED})
	 * @throws NixlException whatever a listener refuses it with
	 */
	public LocalRegion register(ByteBuffer direct, RegionOptions options) {
		if (options.type() != MemoryType.DRAM) {
			throw unsupported("registered as a buffer", options.type());
		}
		if (!direct.isDirect() || direct.isReadOnly()) {
			throw NixlError.UNSUPPORTED.exception(
					"Only a direct buffer that can be written to can be registered; allocate a region, or copy into one");
		}
		checkLength(direct.remaining());
		return open(options, () -> new LocalRegion(this, nextId(), options, this.memory.view(direct)));
	}

	/**
	 * Registers memory that the caller owns and keeps allocated until
	 * {@link MemoryRegion#closed()} has completed. A wrong address crashes the JVM sooner
	 * or later. From Java 22 on, DRAM needs {@code --enable-native-access}; without it
	 * the JVM warns, or refuses. VRAM without a {@link DeviceMemoryProvider} is known to
	 * peers, but only routes that reach it by themselves can carry it.
	 * @param address where the memory starts
	 * @param length the length in bytes
	 * @param options how to register it
	 * @return the region, open; VRAM has no buffers
	 * @throws NixlOutOfRangeException if the length is 0, negative or more than 64 TiB,
	 * or the address is not positive or the memory ends beyond 2^63
	 * @throws NixlRefusedException if an open region has that name
	 * @throws NixlBackendException if the type is FILE or the JVM forbids it
	 * ({@link NixlError#UNSUPPORTED}), or the table is closed ({@link NixlError#CLOSED})
	 * @throws NixlException whatever a listener refuses it with
	 */
	public LocalRegion register(long address, long length, RegionOptions options) {
		if (options.type() == MemoryType.FILE) {
			throw unsupported("registered", options.type());
		}
		checkLength(length);
		if (address <= 0 || address > Long.MAX_VALUE - length) {
			throw NixlError.OUT_OF_RANGE.exception("No memory of " + length + " bytes can lie at the address given");
		}
		if (options.type() == MemoryType.VRAM) {
			DeviceMemory device = this.devices.find(options.type()).orElse(null);
			return open(options,
					() -> (device != null)
							? new LocalRegion(this, nextId(), options, length,
									device.adopt(options.deviceId(), address, length))
							: new LocalRegion(this, nextId(), options, address, length));
		}
		return open(options, () -> new LocalRegion(this, nextId(), options, this.memory.view(address, length)));
	}

	private LocalRegion open(RegionOptions options, Supplier<LocalRegion> maker) {
		checkNotClosed();
		// The name is taken before the memory is: allocating may be long
		if (!options.name().isEmpty() && !this.names.add(options.name())) {
			throw NixlError.REFUSED.exception("A region named '" + options.name()
					+ "' is registered already; close it first or choose another name");
		}
		LocalRegion region;
		try {
			region = maker.get();
		}
		catch (RuntimeException | Error ex) {
			this.names.remove(options.name());
			throw ex;
		}
		this.regions.put(region.id(), region);
		try {
			this.listeners.forEach((listener) -> listener.opened(region));
			checkNotClosed();
		}
		catch (RuntimeException | Error ex) {
			region.close();
			throw ex;
		}
		finally {
			region.opened();
		}
		return region;
	}

	private void checkNotClosed() {
		if (this.closed) {
			throw NixlError.CLOSED.exception("The agent is closed; register memory with an open one");
		}
	}

	private static void checkLength(long length) {
		if (length == 0) {
			throw NixlError.EMPTY.exception("A region has at least one byte");
		}
		if (length < 0 || length > MAX_LENGTH) {
			throw NixlError.OUT_OF_RANGE.exception("A region has at most " + MAX_LENGTH + " bytes, not " + length);
		}
	}

	private NixlException unsupported(String what, MemoryType type) {
		if (type == MemoryType.FILE) {
			return NixlError.UNSUPPORTED
				.exception("FILE memory cannot be " + what + " by this agent; use DRAM and read the file into it");
		}
		NixlException refusal = this.devices.refusal(type);
		String reason = (refusal != null) ? refusal.getMessage() : "no DeviceMemoryProvider was given to its builder"
				+ " or is on the class path. Add the module of the device, or use DRAM";
		return NixlError.UNSUPPORTED.exception(type + " memory cannot be " + what + " by this agent: " + reason, null,
				null, refusal);
	}

	private long nextId() {
		return this.lastId.incrementAndGet();
	}

	/** Called once for each region, by the thread that closes it. */
	void withdraw(LocalRegion region) {
		this.closer.withdraw(region);
		// Peers hear of the end before the name can mean something else
		this.names.remove(region.name());
	}

	/**
	 * Finds an open region by its name.
	 * @param name the name
	 * @return the region, if there is one
	 */
	public Optional<LocalRegion> byName(String name) {
		return name.isEmpty() ? Optional.empty()
				: this.regions.values()
					.stream()
					.filter((region) -> region.isOpen() && region.name().equals(name))
					.findAny();
	}

	/**
	 * Finds a region by its id.
	 * @param id the id
	 * @return the region, open or closing, until its memory is free
	 */
	public Optional<LocalRegion> byId(long id) {
		return Optional.ofNullable(this.regions.get(id));
	}

	/**
	 * Returns the open regions.
	 * @return the regions in the order of their ids; a copy
	 */
	public List<LocalRegion> open() {
		return this.regions.values()
			.stream()
			.filter(LocalRegion::isOpen)
			.sorted(Comparator.comparingLong(LocalRegion::id))
			.toList();
	}

	/**
	 * Returns the regions that were closed and wait for proof longer than they should.
	 * @return what is quarantined now; a copy
	 */
	public List<Quarantine> quarantined() {
		return this.regions.values()
			.stream()
			.sorted(Comparator.comparingLong(LocalRegion::id))
			.flatMap((region) -> this.closer.quarantine(region).stream())
			.toList();
	}

	/**
	 * Adds a listener, told of every region that opens or closes from now on.
	 * @param listener the listener
	 */
	public void addListener(Listener listener) {
		this.listeners.add(listener);
	}

	/**
	 * Returns the epoch that grants are made in now.
	 * @return the epoch, from 1
	 */
	public long epoch() {
		return this.epoch.get();
	}

	/**
	 * Begins a new epoch: grants of older ones are stale.
	 * @return the new epoch
	 */
	public long raiseEpoch() {
		return this.epoch.incrementAndGet();
	}

	/**
	 * Begins to close every region and returns. Nothing can be registered any more.
	 */
	@Override
	public void close() {
		this.closed = true;
		this.regions.values().forEach(LocalRegion::close);
	}

	/**
	 * Returns a future that completes when the memory of every region that there is now
	 * is free.
	 * @return a future of the caller's own
	 */
	public CompletableFuture<Void> closed() {
		return CompletableFuture
			.allOf(this.regions.values().stream().map(LocalRegion::closed).toArray(CompletableFuture<?>[]::new));
	}

	/**
	 * Who passes regions on to peers. Called on the thread that opens or closes the
	 * region; for each region {@code opened} has returned before {@code withdraw} is
	 * called.
	 */
	public interface Listener {

		/**
		 * A region is open. To refuse it, throw: it is then closed again, and who
		 * registered it gets the exception.
		 * @param region the region
		 */
		void opened(LocalRegion region);

		/**
		 * A region closes: tell all peers to let go of it. Called for regions too of
		 * which this listener knows nothing.
		 * @param region the region
		 * @return completes when it is proved of every grantee that it will not touch the
		 * memory any more; exceptionally if that can never be proved
		 */
		CompletionStage<Void> withdraw(LocalRegion region);

		/**
		 * Names the grantees of a closing region whose proof is missing.
		 * @param region the region
		 * @return their engine ids, for people to read; empty if this cannot be told
		 */
		default List<String> unproved(LocalRegion region) {
			return List.of();
		}

	}

	/** Runs what a closed executor rejects. */
	private record Fallback(Executor executor) implements Executor {

		@Override
		public void execute(Runnable task) {
			try {
				this.executor.execute(task);
			}
			catch (RejectedExecutionException ex) {
				task.run();
			}
		}

	}

}
