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

package io.nixl4j.benchmarks;

import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What one transfer looks like.
 *
 * @param kind how its bytes lie
 * @param count how many descriptors, or requests of a burst
 * @param size the bytes of a descriptor
 * @param pool among how many blocks the descriptors lie
 */
record Shape(Kind kind, int count, int size, int pool) {

	/** Layers of a model of the middle size, as one worker of several holds them. */
	static final int LAYERS = 16;

	/** KV blocks of a request: 256 tokens. */
	static final int REQUEST_BLOCKS = 16;

	/** A KV block of one layer. */
	static final int KV_BLOCK = 16 << 10;

	/** Blocks a layer of the cache, more than the largest burst needs. */
	static final int POOL_BLOCKS = 1_280;

	static final int MAX_BURST = 64;

	private static final int MAX_COUNT = 1 << 20;

	private static final Pattern LIST = Pattern.compile("(\\d{1,7})x(\\d+[A-Za-z]*)");

	private static final Pattern AMONG = Pattern.compile("(\\d{1,7})of(\\d{1,7})x(\\d+[A-Za-z]*)");

	private static final Pattern BURST = Pattern.compile("burst(\\d{1,2})");

	/**
	 * How the bytes of a transfer lie.
	 */
	enum Kind {

		/** One descriptor. */
		BULK,

		/** Blocks in random order, none beside another, different at both ends. */
		SCATTERED,

		/** A few such blocks among many that are registered. */
		AMONG,

		/** Requests at once, each a list by layer over a random block table. */
		BURST

	}

	/**
	 * Reads {@code 1MiB}, {@code 8192x16KiB}, {@code 8of1000x4KiB} or {@code burst16}.
	 * @param label the text
	 * @return the shape
	 */
	static Shape parse(String label) {
		Matcher list = LIST.matcher(label);
		if (list.matches()) {
			int count = Integer.parseInt(list.group(1));
			return new Shape(Kind.SCATTERED, count, Sizes.parse(list.group(2)), 2 * count).checked(label);
		}
		Matcher among = AMONG.matcher(label);
		if (among.matches()) {
			return new Shape(Kind.AMONG, Integer.parseInt(among.group(1)), Sizes.parse(among.group(3)),
					Integer.parseInt(among.group(2)))
				.checked(label);
		}
		Matcher burst = BURST.matcher(label);
		if (burst.matches()) {
			return new Shape(Kind.BURST, Integer.parseInt(burst.group(1)), KV_BLOCK, POOL_BLOCKS).checked(label);
		}
		return bulk(Sizes.parse(label));
	}

	static Shape bulk(long bytes) {
		return new Shape(Kind.BULK, 1, (int) bytes, 1).checked(Sizes.format(bytes));
	}

	private Shape checked(String label) {
		boolean counts = this.count >= 1 && this.count <= MAX_COUNT && this.pool >= this.count;
		if (!counts || memory() > Sizes.MAX || (this.kind == Kind.BURST && this.count > MAX_BURST)) {
			throw new IllegalArgumentException("'" + label + "' is too much: lists lie within 1 GiB, bursts have 1 to "
					+ MAX_BURST + " requests, and blocks are chosen once");
		}
		return this;
	}

	/**
	 * Returns how many bytes a transfer moves.
	 * @return the bytes
	 */
	long bytes() {
		return (long) this.count * this.size * ((this.kind == Kind.BURST) ? LAYERS * REQUEST_BLOCKS : 1);
	}

	/**
	 * Returns how much memory each end needs.
	 * @return the bytes
	 */
	long memory() {
		return (long) this.pool * this.size * ((this.kind == Kind.BURST) ? LAYERS : 1);
	}

	/**
	 * Returns the same bytes as one descriptor.
	 * @return the shape
	 */
	Shape asBulk() {
		return bulk(bytes());
	}

	/**
	 * Chooses blocks for one end.
	 * @param seed one for each end
	 * @return indices of blocks of {@link #size}, in the order of the list
	 */
	int[] blocks(long seed) {
		int step = (this.kind == Kind.SCATTERED) ? 2 : 1;
		int[] slots = new int[this.pool / step];
		Random random = new Random(seed);
		for (int i = 0; i < slots.length; i++) {
			// Every second one, so that no two are adjacent
			slots[i] = i * step;
		}
		for (int i = 0; i < this.count; i++) {
			int other = i + random.nextInt(slots.length - i);
			int slot = slots[other];
			slots[other] = slots[i];
			slots[i] = slot;
		}
		int[] chosen = new int[this.count];
		System.arraycopy(slots, 0, chosen, 0, this.count);
		return chosen;
	}

	/**
	 * Returns the text that {@link #parse} reads.
	 * @return the label
	 */
	String label() {
		return switch (this.kind) {
			case BULK -> Sizes.format(this.size);
			case SCATTERED -> this.count + "x" + Sizes.format(this.size);
			case AMONG -> this.count + "of" + this.pool + "x" + Sizes.format(this.size);
			case BURST -> "burst" + this.count;
		};
	}

}
