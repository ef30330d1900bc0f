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

package io.nixl4j.process;

import java.nio.ByteBuffer;

/**
 * What a soak's transfers carry: every 8 bytes say which thread sent them, in which of
 * its transfers, and at which place of that transfer they belong. Later ones of a thread
 * are greater.
 */
final class SoakStamps {

	/** Fills memory as soon as it is released; no transfer ever carries it. */
	static final long POISON = 0x7f00_dead_beef_0000L;

	/** The longest transfer that these stamps number, in bytes. */
	static final int MAX_BYTES = 64 << 20;

	private static final int INDEX_BITS = 23;

	private static final int THREAD_SHIFT = 56;

	private SoakStamps() {
	}

	/**
	 * Returns 8 bytes of a transfer.
	 * @param thread the thread that sends it
	 * @param sequence the thread's transfers so far
	 * @param index which 8 bytes
	 * @return the bytes
	 */
	static long word(int thread, long sequence, int index) {
		return ((long) thread + 1) << THREAD_SHIFT | sequence << INDEX_BITS | index;
	}

	/**
	 * Returns a mask of the first bytes of a word.
	 * @param bytes how many, 8 or more for all
	 * @return the mask
	 */
	static long mask(int bytes) {
		return (bytes >= 8) ? -1 : -1L << (64 - 8 * bytes);
	}

	/**
	 * Checks the memory of a transfer that has arrived: it holds that transfer or later
	 * ones of the same thread, which may be arriving now.
	 * @param memory the memory; a part of a word at its end is passed over
	 * @param thread the thread
	 * @param sequence the transfer
	 * @return how many words hold something else
	 */
	static int olderThan(ByteBuffer memory, int thread, long sequence) {
		long least = word(thread, sequence, 0);
		long beyond = word(thread + 1, 0, 0);
		int wrong = 0;
		for (int at = 0; at <= memory.capacity() - 8; at += 8) {
			long word = memory.getLong(at);
			wrong += (word >= least && word < beyond) ? 0 : 1;
		}
		return wrong;
	}

}
