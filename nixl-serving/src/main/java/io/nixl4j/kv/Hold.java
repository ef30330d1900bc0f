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

import java.util.List;

/**
 * Blocks that were reserved or leased by one call: who holds them, and until when that is
 * waited for. Ordered by deadline.
 */
final class Hold implements Comparable<Hold> {

	private final KvHolder holder;

	private final long deadline;

	private final long sequence;

	private final List<KvBlock> blocks;

	/** How many of the blocks are still filling or leased by this hold. */
	private int live;

	/**
	 * Creates a hold.
	 * @param holder who holds the blocks
	 * @param deadline when they go to the quarantine
	 * @param sequence a number that no other hold of the pool has
	 * @param blocks the blocks; kept
	 */
	Hold(KvHolder holder, long deadline, long sequence, List<KvBlock> blocks) {
		this.holder = holder;
		this.deadline = deadline;
		this.sequence = sequence;
		this.blocks = blocks;
		this.live = blocks.size();
	}

	KvHolder holder() {
		return this.holder;
	}

	long deadline() {
		return this.deadline;
	}

	List<KvBlock> blocks() {
		return this.blocks;
	}

	/**
	 * Takes note that a block is not filling or leased any more.
	 * @return whether it was the last one
	 */
	boolean letGo() {
		this.live--;
		return this.live == 0;
	}

	@Override
	public int compareTo(Hold other) {
		int byDeadline = Long.compare(this.deadline, other.deadline);
		return (byDeadline != 0) ? byDeadline : Long.compare(this.sequence, other.sequence);
	}

	@Override
	public boolean equals(Object other) {
		return this == other;
	}

	@Override
	public int hashCode() {
		return Long.hashCode(this.sequence);
	}

}
