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

package io.nixl4j;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * How far a post has come: bits, each set once a post, so that every order of them works,
 * and above them the post's number. A post begins only when result, release and stop of
 * the one before are there. Any thread may use it; the word decides races.
 */
final class PostWord {

	static final int RESULT = 1;

	static final int RELEASED = 2;

	static final int STOPPED = 4;

	/** Set by whoever brings the result, before anything of the result is written. */
	static final int CLAIMED = 8;

	/** The attempt, though not the post, is released. */
	static final int ATTEMPT_RELEASED = 16;

	/** The attempt, though not the post, is stopped. */
	static final int ATTEMPT_STOPPED = 32;

	/** The attempt has failed, and another one is to follow when it is still. */
	static final int AGAIN = 64;

	/** A place among the notifications under way is kept for the post. */
	static final int PLACE = 128;

	static final int STILL = RELEASED | STOPPED;

	static final int ATTEMPT_STILL = ATTEMPT_RELEASED | ATTEMPT_STOPPED;

	static final int ALL = RESULT | STILL | CLAIMED;

	private static final int DUE = AGAIN | ATTEMPT_STILL;

	/** From what an attempt has proved to what its post has. */
	private static final int ATTEMPT_SHIFT = 3;

	private static final int BITS = 255;

	private static final int NEXT_POST = BITS + 1;

	private final AtomicInteger word = new AtomicInteger(ALL);

	/**
	 * Begins a post.
	 * @return {@code false} if the one before has not ended
	 */
	boolean begin() {
		int before = this.word.get();
		return (before & ALL) == ALL && this.word.compareAndSet(before, post(before) + NEXT_POST);
	}

	/** The number of the current post. */
	int post() {
		return post(this.word.get());
	}

	static int post(int value) {
		return value & ~BITS;
	}

	boolean has(int bits) {
		return (this.word.get() & bits) == bits;
	}

	/** Whether another attempt is to follow, and nothing of the one before moves. */
	static boolean isDue(int value) {
		return (value & DUE) == DUE;
	}

	/** What the proofs of an attempt are for its post. */
	static int proved(int value) {
		return (value & ATTEMPT_STILL) >> ATTEMPT_SHIFT;
	}

	/** Adds bits, and returns the word before. */
	int add(int bits) {
		while (true) {
			int current = this.word.get();
			if (this.word.compareAndSet(current, current | bits)) {
				return current;
			}
		}
	}

	/**
	 * Adds bits, others if the result is decided.
	 * @return the word before
	 */
	int addUnlessClaimed(int bits, int claimedBits) {
		while (true) {
			int current = this.word.get();
			int after = current | (((current & CLAIMED) != 0) ? claimedBits : bits);
			if (this.word.compareAndSet(current, after)) {
				return current;
			}
		}
	}

	/**
	 * Takes the right to bring the result of a post. What its attempt has proved is the
	 * post's own from then on.
	 * @param post the post
	 * @return the word before, with {@code CLAIMED} if somebody has the right, or that
	 * post has ended
	 */
	int claim(int post) {
		while (true) {
			int current = this.word.get();
			if (post(current) != post || (current & CLAIMED) != 0) {
				return current | CLAIMED;
			}
			int claimed = (current & ~(DUE | PLACE)) | proved(current) | CLAIMED;
			if (this.word.compareAndSet(current, claimed)) {
				return current;
			}
		}
	}

	/** Takes the place that was kept; {@code false} if somebody else has. */
	boolean takePlace(int post) {
		return take(post, PLACE);
	}

	/** Takes the right to post the next attempt; {@code false} if there is none. */
	boolean takeAgain(int post) {
		return take(post, DUE);
	}

	private boolean take(int post, int bits) {
		while (true) {
			int current = this.word.get();
			if (post(current) != post || (current & bits) != bits) {
				return false;
			}
			if (this.word.compareAndSet(current, current & ~bits)) {
				return true;
			}
		}
	}

}
