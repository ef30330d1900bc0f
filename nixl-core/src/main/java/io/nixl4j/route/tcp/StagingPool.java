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

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Executor;

import io.nixl4j.memory.DeviceMemory;
import io.nixl4j.memory.NixlError;
import io.nixl4j.memory.NixlException;
import io.nixl4j.memory.StagingMemory;
import org.jspecify.annotations.Nullable;

/**
 * The staging memory of an agent's {@code tcp} route: bounded, allocated when it is first
 * asked for, by a thread of its own since that takes long. Any thread may use it.
 */
final class StagingPool {

	/**
	 * A longer body is not staged: shorter ones let copy and socket work side by side.
	 */
	static final int MAX_SLOT = 256 << 10;

	private final DeviceMemory device;

	private final Executor allocator;

	private final int slotSize;

	private final int slots;

	private final Map<StagingUse, StagingShare> shares = new EnumMap<>(StagingUse.class);

	private @Nullable StagingMemory memory;

	private boolean allocating;

	private boolean closed;

	/**
	 * Creates a pool without memory.
	 * @param device copies to and from it
	 * @param agentName the agent, for the name of a thread
	 * @param bytes how much memory to use
	 * @param maxBody the longest body that this agent takes
	 */
	StagingPool(DeviceMemory device, String agentName, long bytes, int maxBody) {
		this(device, (task) -> {
			Thread thread = new Thread(task, "nixl-" + agentName + "-staging");
			thread.setDaemon(true);
			thread.start();
		}, bytes, maxBody);
	}

	StagingPool(DeviceMemory device, Executor allocator, long bytes, int maxBody) {
		this.device = device;
		this.allocator = allocator;
		this.slotSize = Math.min(MAX_SLOT, maxBody);
		this.slots = (int) Math.max(4, Math.min(bytes, Integer.MAX_VALUE) / this.slotSize);
		for (StagingUse use : StagingUse.values()) {
			this.shares.put(use, new StagingShare(use.shareOf(this.slots)));
		}
	}

	DeviceMemory device() {
		return this.device;
	}

	/** A peer's part of the pool. */
	StagingPeer peer() {
		return new StagingPeer(this);
	}

	/** How many slots are given out. */
	synchronized int used() {
		return (this.memory != null) ? this.shares.values().stream().mapToInt(StagingShare::used).sum() : 0;
	}

	void acquire(StagingUse use, StagingShare.Line line, StagingWaiter waiter) {
		NixlException refusal = null;
		boolean allocate = false;
		synchronized (this) {
			if (this.closed) {
				refusal = closedException();
			}
			else {
				share(use).await(line, waiter);
				allocate = this.memory == null && !this.allocating;
				this.allocating |= allocate;
			}
		}
		if (refusal != null) {
			waiter.notStaged(refusal);
		}
		else if (allocate) {
			beginToAllocate();
		}
		else {
			serve(use);
		}
	}

	private void beginToAllocate() {
		try {
			this.allocator.execute(this::allocate);
		}
		catch (RuntimeException | Error ex) {
			// the next one to ask tries again: it may have been one thread too many
			settle(null, NixlError.BACKEND.exception("No thread could be started to allocate staging memory", null,
					null, ex));
		}
	}

	private void allocate() {
		StagingMemory allocated = null;
		NixlException refusal = null;
		try {
			allocated = this.device.allocateStaging(this.slots * this.slotSize);
		}
		catch (NixlException ex) {
			refusal = ex;
		}
		catch (RuntimeException | Error ex) {
			refusal = NixlError.BACKEND.exception("Staging memory could not be allocated", null, null, ex);
		}
		settle(allocated, refusal);
	}

	/** Uses what was allocated, or refuses all that wait. */
	private void settle(@Nullable StagingMemory fresh, @Nullable NixlException refusal) {
		StagingMemory allocated = fresh;
		List<StagingWaiter> refused = new ArrayList<>();
		synchronized (this) {
			this.allocating = false;
			if (allocated != null && !this.closed) {
				this.memory = allocated;
				cut(allocated);
				allocated = null;
			}
			else {
				this.shares.values().forEach((share) -> refused.addAll(share.clear()));
			}
		}
		if (allocated != null) {
			allocated.free();
		}
		NixlException cause = (refusal != null) ? refusal : closedException();
		refused.forEach((waiter) -> waiter.notStaged(cause));
		for (StagingUse use : StagingUse.values()) {
			serve(use);
		}
	}

	private void cut(StagingMemory allocated) {
		int slot = 0;
		for (StagingUse use : StagingUse.values()) {
			for (int i = 0; i < use.shareOf(this.slots); i++) {
				share(use).add(new StagingSlot(use, allocated, slot++ * this.slotSize, this.slotSize));
			}
		}
	}

	private void serve(StagingUse use) {
		while (true) {
			StagingShare.Grant grant;
			synchronized (this) {
				grant = this.closed ? null : share(use).next();
			}
			if (grant == null) {
				return;
			}
			grant.waiter().staged(grant.slot());
		}
	}

	boolean cancel(StagingUse use, StagingShare.Line line, StagingWaiter waiter) {
		synchronized (this) {
			return share(use).cancel(line, waiter);
		}
	}

	void release(StagingShare.Line line, StagingSlot slot) {
		synchronized (this) {
			share(slot.use()).giveBack(line, slot);
		}
		serve(slot.use());
		freeIfOver();
	}

	/** Gives out nothing more, and frees the memory when all of it has come back. */
	void close() {
		List<StagingWaiter> refused = new ArrayList<>();
		synchronized (this) {
			this.closed = true;
			this.shares.values().forEach((share) -> refused.addAll(share.clear()));
		}
		refused.forEach((waiter) -> waiter.notStaged(closedException()));
		freeIfOver();
	}

	private void freeIfOver() {
		StagingMemory last = null;
		synchronized (this) {
			if (this.closed && used() == 0) {
				last = this.memory;
				this.memory = null;
			}
		}
		if (last != null) {
			last.free();
		}
	}

	private StagingShare share(StagingUse use) {
		return Objects.requireNonNull(this.shares.get(use));
	}

	private static NixlException closedException() {
		return NixlError.CLOSED.exception("The agent's staging memory is closed");
	}

}
