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

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

import io.nixl4j.memory.Incarnation;
import io.nixl4j.memory.NixlError;
import io.nixl4j.memory.NixlException;
import org.jspecify.annotations.Nullable;

/**
 * The states of a pool's blocks and the steps from one to another. Each step is done for
 * all of its blocks or, if one of them is refused, for none. Not safe for use by many
 * threads: {@link KvBlockPool} has the lock.
 */
final class BlockTable {

	private static final Set<KvBlockState> TOUCHED = EnumSet.of(KvBlockState.FILLING, KvBlockState.LEASED);

	private static final Set<KvBlockState> GIVEN_OUT = EnumSet.complementOf(EnumSet.of(KvBlockState.FREE));

	private final long pool;

	private final int quarantineCap;

	private final KvBlockState[] states;

	private final long[] generations;

	/** By whom a block is, or was last, held. */
	private final @Nullable Hold[] holds;

	/** The blocks of which somebody waits for a proof in order to free them. */
	private final BitSet ending;

	private final int[] counts = new int[KvBlockState.values().length];

	private final FreeBlocks free;

	/** The holds that have blocks filling or leased. */
	private final TreeSet<Hold> deadlines = new TreeSet<>();

	private long nextSequence;

	/**
	 * Creates a table of free blocks.
	 * @param pool the number of the pool
	 * @param blocks how many blocks
	 * @param quarantineCap how many quarantined blocks are too many
	 */
	BlockTable(long pool, int blocks, int quarantineCap) {
		this.pool = pool;
		this.quarantineCap = quarantineCap;
		this.states = new KvBlockState[blocks];
		Arrays.fill(this.states, KvBlockState.FREE);
		this.generations = new long[blocks];
		this.holds = new @Nullable Hold[blocks];
		this.ending = new BitSet(blocks);
		this.counts[KvBlockState.FREE.ordinal()] = blocks;
		this.free = new FreeBlocks(blocks);
	}

	/**
	 * Free to filling.
	 * @param count how many blocks; so many must be free
	 * @param holder who will write
	 * @param deadline when the blocks go to the quarantine
	 * @return the blocks
	 */
	List<KvBlock> fill(int count, KvHolder holder, long deadline) {
		List<KvBlock> blocks = new ArrayList<>(count);
		for (int index : this.free.take(count)) {
			blocks.add(new KvBlock(this.pool, index, ++this.generations[index]));
		}
		List<KvBlock> given = List.copyOf(blocks);
		hold(given, holder, deadline, KvBlockState.FILLING);
		return given;
	}

	/**
	 * Ready to leased.
	 * @param blocks the blocks
	 * @param holder who will read
	 * @param deadline when the blocks go to the quarantine
	 */
	void lease(List<KvBlock> blocks, KvHolder holder, long deadline) {
		check(blocks, "lease", EnumSet.of(KvBlockState.READY), false);
		if (!blocks.isEmpty()) {
			hold(blocks, holder, deadline, KvBlockState.LEASED);
		}
	}

	private void hold(List<KvBlock> blocks, KvHolder holder, long deadline, KvBlockState state) {
		Hold hold = new Hold(holder, deadline, this.nextSequence++, blocks);
		for (KvBlock block : blocks) {
			move(block.index(), state);
			this.holds[block.index()] = hold;
		}
		this.deadlines.add(hold);
	}

	/**
	 * Filling or leased to ready.
	 * @param blocks the blocks
	 * @param holder who must hold them
	 */
	void ready(List<KvBlock> blocks, KvHolder holder) {
		check(blocks, "ready", TOUCHED, false);
		for (KvBlock block : blocks) {
			Hold hold = this.holds[block.index()];
			if (hold == null || !hold.holder().equals(holder)) {
				throw NixlError.STALE.exception(
						"Block " + block.index() + " is not held by attempt " + holder.attempt() + " of request '"
								+ holder.request() + "': ignore what that attempt says",
						holder.engineId(), "ready", null);
			}
		}
		move(blocks, KvBlockState.READY);
	}

	/**
	 * Ready to free.
	 * @param blocks the blocks
	 */
	void free(List<KvBlock> blocks) {
		check(blocks, "free", EnumSet.of(KvBlockState.READY), false);
		move(blocks, KvBlockState.FREE);
	}

	/**
	 * From now on the blocks only wait for a proof.
	 * @param blocks the blocks, in any state but free
	 */
	void end(List<KvBlock> blocks) {
		check(blocks, "release", GIVEN_OUT, true);
		blocks.forEach((block) -> this.ending.set(block.index()));
	}

	/**
	 * The proof came: what is still the same giving out is free.
	 * @param blocks the blocks
	 */
	void proved(List<KvBlock> blocks) {
		moveCurrent(blocks, KvBlockState.FREE);
	}

	/**
	 * The proof will not come: what is still the same giving out is quarantined.
	 * @param blocks the blocks
	 */
	void unproved(List<KvBlock> blocks) {
		moveCurrent(blocks, KvBlockState.QUARANTINED);
	}

	private void moveCurrent(List<KvBlock> blocks, KvBlockState state) {
		for (KvBlock block : blocks) {
			int index = block.index();
			if (this.generations[index] == block.generation() && this.states[index] != KvBlockState.FREE) {
				move(index, state);
			}
		}
	}

	/**
	 * Filling or leased to quarantined, for all whose time is over.
	 * @param now the time
	 */
	void expire(long now) {
		while (!this.deadlines.isEmpty() && this.deadlines.first().deadline() <= now) {
			Hold hold = this.deadlines.first();
			for (KvBlock block : hold.blocks()) {
				if (this.holds[block.index()] == hold && TOUCHED.contains(this.states[block.index()])) {
					move(block.index(), KvBlockState.QUARANTINED);
				}
			}
		}
	}

	/**
	 * Finds what one life of an agent may be touching.
	 * @param incarnation the life
	 * @return the blocks that are filling, leased or quarantined for it
	 */
	List<KvBlock> heldBy(Incarnation incarnation) {
		List<KvBlock> blocks = new ArrayList<>();
		for (int index = 0; index < this.states.length; index++) {
			Hold hold = this.holds[index];
			boolean touched = TOUCHED.contains(this.states[index]) || this.states[index] == KvBlockState.QUARANTINED;
			if (touched && hold != null && hold.holder().incarnation().equals(incarnation)) {
				blocks.add(new KvBlock(this.pool, index, this.generations[index]));
			}
		}
		return blocks;
	}

	/**
	 * Returns the state of a block.
	 * @param block the block
	 * @return its state, never free
	 */
	KvBlockState state(KvBlock block) {
		checkCurrent(block, "state");
		return this.states[block.index()];
	}

	KvOccupancy occupancy() {
		return new KvOccupancy(this.states.length, count(KvBlockState.FREE), count(KvBlockState.FILLING),
				count(KvBlockState.READY), count(KvBlockState.LEASED), count(KvBlockState.QUARANTINED),
				this.quarantineCap);
	}

	SortedMap<String, Integer> quarantinedByEngine() {
		SortedMap<String, Integer> engines = new TreeMap<>();
		if (count(KvBlockState.QUARANTINED) > 0) {
			for (int index = 0; index < this.states.length; index++) {
				if (this.states[index] == KvBlockState.QUARANTINED) {
					Hold hold = Objects.requireNonNull(this.holds[index]);
					engines.merge(hold.holder().engineId(), 1, Integer::sum);
				}
			}
		}
		return engines;
	}

	private int count(KvBlockState state) {
		return this.counts[state.ordinal()];
	}

	private void move(List<KvBlock> blocks, KvBlockState state) {
		for (KvBlock block : blocks) {
			move(block.index(), state);
		}
	}

	private void move(int index, KvBlockState to) {
		KvBlockState from = this.states[index];
		Hold hold = this.holds[index];
		if (from == to) {
			return;
		}
		if (hold != null && TOUCHED.contains(from) && hold.letGo()) {
			this.deadlines.remove(hold);
		}
		this.states[index] = to;
		this.counts[from.ordinal()]--;
		this.counts[to.ordinal()]++;
		if (to == KvBlockState.FREE) {
			this.holds[index] = null;
			this.ending.clear(index);
			this.free.add(index);
		}
	}

	private void check(List<KvBlock> blocks, String operation, Set<KvBlockState> allowed, boolean endingAllowed) {
		BitSet seen = new BitSet();
		for (KvBlock block : blocks) {
			checkCurrent(block, operation);
			int index = block.index();
			if (seen.get(index)) {
				throw NixlError.REFUSED.exception("Block " + index + " was named twice", null, operation, null);
			}
			seen.set(index);
			if (!allowed.contains(this.states[index]) || (this.ending.get(index) && !endingAllowed)) {
				throw refusal(index, operation);
			}
		}
	}

	private void checkCurrent(KvBlock block, String operation) {
		if (block.pool() != this.pool) {
			throw NixlError.STALE.exception(
					"Block " + block.index() + " is of another pool, or of an earlier life of this one", null,
					operation, null);
		}
		if (block.index() >= this.states.length) {
			throw NixlError.OUT_OF_RANGE.exception(
					"Block " + block.index() + " does not exist: the pool has " + this.states.length, null, operation,
					null);
		}
		if (this.generations[block.index()] != block.generation() || this.states[block.index()] == KvBlockState.FREE) {
			throw NixlError.STALE.exception(
					"Block " + block.index() + " of generation " + block.generation() + " was freed; drop the handle",
					null, operation, null);
		}
	}

	private NixlException refusal(int index, String operation) {
		Hold hold = this.holds[index];
		String why = this.ending.get(index) ? " is being released and waits for its proof"
				: " is " + this.states[index] + "; what others may touch is freed by release(blocks, proof) only";
		return NixlError.REFUSED.exception("Block " + index + why, (hold != null) ? hold.holder().engineId() : null,
				operation, null);
	}

}
