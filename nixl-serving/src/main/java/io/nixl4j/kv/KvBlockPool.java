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

package io.nixl4j.kv;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

import io.nixl4j.kv.WaitingList.Waiter;
import io.nixl4j.memory.Incarnation;
import io.nixl4j.memory.NixlBusyException;
import io.nixl4j.memory.NixlError;
import io.nixl4j.memory.NixlException;
import io.nixl4j.memory.NixlOutOfRangeException;
import io.nixl4j.memory.NixlRefusedException;
import io.nixl4j.memory.NixlStaleException;
import io.nixl4j.memory.NixlTimeoutException;

/**
 * Says which block of a KV cache is whose. A block is given out to be filled, is ready
 * once its writer has finished, may be leased to a reader, and is free again when the
 * owner of the pool says so. "Failed" does not mean "stopped": a block that somebody else
 * may be touching becomes free by proof only. When its time is over it is quarantined,
 * not free, and waits for the proof there; when too many blocks wait, one in ten, the
 * pool gives out none until some come back.
 * <table>
 * <caption>The steps of a block</caption>
 * <tr>
 * <th>from</th>
 * <th>to</th>
 * <th>by</th>
 * </tr>
 * <tr>
 * <td>free</td>
 * <td>filling</td>
 * <td>{@link #reserve} or {@link #reserveWhenFree}, which raise the generation</td>
 * </tr>
 * <tr>
 * <td>filling, leased</td>
 * <td>ready</td>
 * <td>{@link #ready}</td>
 * </tr>
 * <tr>
 * <td>ready</td>
 * <td>leased</td>
 * <td>{@link #lease}</td>
 * </tr>
 * <tr>
 * <td>ready</td>
 * <td>free</td>
 * <td>{@link #free}</td>
 * </tr>
 * <tr>
 * <td>filling, leased</td>
 * <td>quarantined</td>
 * <td>time, or a proof that failed</td>
 * </tr>
 * <tr>
 * <td>all but free</td>
 * <td>free</td>
 * <td>{@link #release} and the proof</td>
 * </tr>
 * </table>
 * A call is done for all of its blocks or for none. The pool belongs to the process that
 * owns the memory: peers have handles, which free nothing. Whoever finds too few free
 * blocks may wait in line for them, a bounded number at a time; nobody overtakes, so that
 * large requests get their blocks too. The pool has no thread and no memory of its own:
 * deadlines are looked at in each call, those of who waits also by the JDK's timer, and
 * it lives as long as whoever uses it. Safe for use by many threads; no call blocks, and
 * proofs are listened to without a lock.
 */
public final class KvBlockPool {

	/** How many may wait for blocks by default. */
	public static final int DEFAULT_MAX_WAITING = 1_024;

	private static final int QUARANTINE_SHARE = 10;

	private final ReentrantLock lock = new ReentrantLock();

	private final BlockTable table;

	private final WaitingList waiting;

	private final int blocks;

	private final LongSupplier nanoTime;

	private final long start;

	/**
	 * Creates a pool of free blocks, for which {@value #DEFAULT_MAX_WAITING} may wait.
	 * @param blocks how many blocks, at least 1
	 * @param nanoTime a clock that never goes back, in nanoseconds, such as
	 * {@code System::nanoTime}
	 * @throws NixlOutOfRangeException if there is no block
	 */
	public KvBlockPool(int blocks, LongSupplier nanoTime) {
		this(blocks, DEFAULT_MAX_WAITING, nanoTime);
	}

	/**
	 * Creates a pool of free blocks.
	 * @param blocks how many blocks, at least 1
	 * @param maxWaiting how many may wait for blocks, 0 or more
	 * @param nanoTime a clock that never goes back, in nanoseconds, such as
	 * {@code System::nanoTime}
	 * @throws NixlOutOfRangeException if there is no block, or the bound is negative
	 */
	public KvBlockPool(int blocks, int maxWaiting, LongSupplier nanoTime) {
		if (blocks < 1) {
			throw NixlError.OUT_OF_RANGE.exception("A pool has at least 1 block, not " + blocks);
		}
		if (maxWaiting < 0) {
			throw NixlError.OUT_OF_RANGE.exception("There cannot be " + maxWaiting + " who wait for blocks");
		}
		this.waiting = new WaitingList(maxWaiting);
		this.blocks = blocks;
		this.nanoTime = Objects.requireNonNull(nanoTime, "nanoTime");
		this.start = nanoTime.getAsLong();
		this.table = new BlockTable(new SecureRandom().nextLong(), blocks, Math.max(1, blocks / QUARANTINE_SHARE));
	}

	/**
	 * Gives out free blocks, all or none, to be filled. Neighbours are preferred.
	 * @param count how many blocks
	 * @param holder who will write to them
	 * @param timeout how long they may be filling before they are quarantined
	 * @return the blocks, by rising index; immutable
	 * @throws NixlBusyException if not so many are free, others wait for them, or too
	 * many are quarantined, of which the exception names the worst peer
	 * @throws NixlOutOfRangeException if the count or the time-out is less than 1, or the
	 * pool will never have so many blocks
	 */
	public List<KvBlock> reserve(int count, KvHolder holder, Duration timeout) {
		Objects.requireNonNull(holder, "holder");
		long nanos = nanos(timeout);
		PoolErrors.checkCount(count, this.blocks);
		return locked(() -> {
			checkQuarantine();
			if (!this.waiting.isEmpty() || this.table.occupancy().free() < count) {
				throw PoolErrors.tooFew(count, this.waiting.size(), this.table.occupancy());
			}
			return this.table.fill(count, holder, deadline(nanos));
		});
	}

	/**
	 * Gives out free blocks as {@link #reserve} does, now or as soon as all of them are
	 * free and everybody who asked before was served. Cancelling the future ends the
	 * wait; blocks that were given out in that moment go back. What depends on the future
	 * runs in the thread whose call made the blocks free, unless it is told to run
	 * elsewhere.
	 * @param count how many blocks
	 * @param holder who will write to them
	 * @param timeout how long they may be filling, from then on, before they are
	 * quarantined
	 * @param patience how long to wait at most
	 * @return the blocks, by rising index; fails with a {@link NixlTimeoutException} when
	 * the patience is over
	 * @throws NixlBusyException if as many wait as may, or too many blocks are
	 * quarantined, of which the exception names the worst peer
	 * @throws NixlOutOfRangeException if the count, the time-out or the patience is less
	 * than 1, or the pool will never have so many blocks
	 */
	public CompletableFuture<List<KvBlock>> reserveWhenFree(int count, KvHolder holder, Duration timeout,
			Duration patience) {
		Objects.requireNonNull(holder, "holder");
		long holdNanos = nanos(timeout);
		long patienceNanos = nanos(patience);
		PoolErrors.checkCount(count, this.blocks);
		CompletableFuture<List<KvBlock>> blocks = new CompletableFuture<>();
		Waiter waiter = locked(() -> {
			checkQuarantine();
			boolean free = this.waiting.isEmpty() && this.table.occupancy().free() >= count;
			if (!free && this.waiting.isFull()) {
				throw PoolErrors.lineIsFull(count, this.waiting.bound(), this.table.occupancy());
			}
			Waiter added = new Waiter(count, holder, holdNanos, deadline(patienceNanos), blocks);
			this.waiting.add(added);
			return added;
		});
		if (!blocks.isDone()) {
			CompletableFuture<Void> alarm = new CompletableFuture<Void>().completeOnTimeout(null, patienceNanos,
					TimeUnit.NANOSECONDS);
			alarm.thenRunAsync(this::occupancy);
			blocks.whenComplete((given, failure) -> {
				alarm.cancel(false);
				change(() -> this.waiting.remove(waiter));
			});
		}
		return blocks;
	}

	/**
	 * Returns how many wait for blocks.
	 * @return the number of them at one moment
	 */
	public int waiting() {
		return locked(this.waiting::size);
	}

	private void checkQuarantine() {
		KvOccupancy occupancy = this.table.occupancy();
		if (occupancy.isAtQuarantineCap()) {
			throw PoolErrors.quarantineFull(occupancy, this.table.quarantinedByEngine());
		}
	}

	/**
	 * Takes note that blocks hold their bytes and their holder has finished: all its
	 * writes are done, or all its reads released. To be called with the attempt that said
	 * so.
	 * @param holder who held the blocks
	 * @param blocks the blocks, filling or leased
	 * @throws NixlStaleException if a handle is stale, or another holder has the block:
	 * what came is of an attempt that is over, and to be ignored
	 * @throws NixlRefusedException if a block is neither filling nor leased, is named
	 * twice, or is being released
	 */
	public void ready(KvHolder holder, Collection<KvBlock> blocks) {
		Objects.requireNonNull(holder, "holder");
		List<KvBlock> copy = List.copyOf(blocks);
		change(() -> this.table.ready(copy, holder));
	}

	/**
	 * Lends ready blocks to one reader.
	 * @param holder who will read them
	 * @param blocks the blocks
	 * @param timeout how long they may be leased before they are quarantined
	 * @throws NixlStaleException if a handle is stale
	 * @throws NixlRefusedException if a block is not ready, is named twice, or is being
	 * released
	 * @throws NixlOutOfRangeException if the time-out is not positive
	 */
	public void lease(KvHolder holder, Collection<KvBlock> blocks, Duration timeout) {
		Objects.requireNonNull(holder, "holder");
		List<KvBlock> copy = List.copyOf(blocks);
		long nanos = nanos(timeout);
		change(() -> this.table.lease(copy, holder, deadline(nanos)));
	}

	/**
	 * Frees ready blocks, which nobody but the owner touches.
	 * @param blocks the blocks
	 * @throws NixlStaleException if a handle is stale
	 * @throws NixlRefusedException if a block is not ready: somebody may be touching it,
	 * and {@link #release} is the way; or if it is named twice or being released
	 */
	public void free(Collection<KvBlock> blocks) {
		List<KvBlock> copy = List.copyOf(blocks);
		change(() -> this.table.free(copy));
	}

	/**
	 * Gives blocks up, whatever is done with them: they are free as soon as the proof
	 * completes normally, however late, and can be used for nothing else until then. If
	 * the proof fails they are quarantined at once. May be called again with another
	 * proof: the first one that completes normally counts.
	 * @param blocks the blocks, in any state
	 * @param proof completes normally when nobody can touch the blocks any more, such as
	 * the release of a transfer or the end of the holder's session; a completed stage if
	 * nobody was ever told about the blocks
	 * @throws NixlStaleException if a handle is stale
	 * @throws NixlRefusedException if a block is named twice
	 */
	public void release(Collection<KvBlock> blocks, CompletionStage<?> proof) {
		Objects.requireNonNull(proof, "proof");
		List<KvBlock> copy = List.copyOf(blocks);
		change(() -> this.table.end(copy));
		listen(copy, proof);
	}

	/**
	 * Gives up all blocks that one life of an agent may be touching: those which are
	 * filling, leased or quarantined for it now. Otherwise as {@link #release}.
	 * @param incarnation the life that is over, or that is given up
	 * @param proof completes normally when it can touch nothing any more
	 * @return how many blocks wait for the proof
	 */
	public int releaseAllOf(Incarnation incarnation, CompletionStage<?> proof) {
		Objects.requireNonNull(incarnation, "incarnation");
		Objects.requireNonNull(proof, "proof");
		List<KvBlock> held = locked(() -> {
			List<KvBlock> found = this.table.heldBy(incarnation);
			this.table.end(found);
			return found;
		});
		listen(held, proof);
		return held.size();
	}

	private void listen(List<KvBlock> given, CompletionStage<?> proof) {
		proof.whenComplete((result, failure) -> change(() -> {
			if (failure == null) {
				this.table.proved(given);
			}
			else {
				this.table.unproved(given);
			}
		}));
	}

	/**
	 * Returns what a block is used for.
	 * @param block the block
	 * @return its state, never free
	 * @throws NixlStaleException if the handle is stale: the block was freed
	 */
	public KvBlockState state(KvBlock block) {
		Objects.requireNonNull(block, "block");
		return locked(() -> this.table.state(block));
	}

	/**
	 * Returns how many blocks are in which state.
	 * @return figures of one moment
	 */
	public KvOccupancy occupancy() {
		return locked(this.table::occupancy);
	}

	/**
	 * Returns whose blocks are quarantined.
	 * @return how many blocks, by the engine id of their last holder; the caller's own
	 */
	public SortedMap<String, Integer> quarantinedByEngine() {
		return locked(this.table::quarantinedByEngine);
	}

	private static long nanos(Duration timeout) {
		if (timeout.isNegative() || timeout.isZero()) {
			throw NixlError.OUT_OF_RANGE.exception("A time-out is more than 0, not " + timeout);
		}
		try {
			return timeout.toNanos();
		}
		catch (ArithmeticException ex) {
			return Long.MAX_VALUE;
		}
	}

	private long now() {
		return this.nanoTime.getAsLong() - this.start;
	}

	private long deadline(long nanos) {
		long now = now();
		return (nanos < Long.MAX_VALUE - now) ? now + nanos : Long.MAX_VALUE;
	}

	private void change(Runnable step) {
		locked(() -> {
			step.run();
			return true;
		});
	}

	private <T> T locked(Supplier<T> step) {
		List<Runnable> tell = List.of();
		this.lock.lock();
		try {
			this.table.expire(now());
			try {
				return step.get();
			}
			finally {
				tell = this.waiting.isEmpty() ? List.of() : serve();
			}
		}
		finally {
			this.lock.unlock();
			tell.forEach(Runnable::run);
		}
	}

	/** What is to be done for those who wait, without the lock. */
	private List<Runnable> serve() {
		List<Runnable> tell = new ArrayList<>();
		for (Waiter expired : this.waiting.takeExpired(now())) {
			NixlException failure = PoolErrors.notInTime(expired.count(), this.table.occupancy());
			tell.add(() -> expired.blocks().completeExceptionally(failure));
		}
		while (!this.table.occupancy().isAtQuarantineCap()
				&& this.waiting.isFirstServed(this.table.occupancy().free())) {
			Waiter first = this.waiting.takeFirst();
			List<KvBlock> given = this.table.fill(first.count(), first.holder(), deadline(first.holdNanos()));
			tell.add(() -> {
				if (!first.blocks().complete(given)) {
					// It was cancelled meanwhile, and nobody has heard of these blocks
					release(given, CompletableFuture.completedFuture(null));
				}
			});
		}
		return tell;
	}

}
