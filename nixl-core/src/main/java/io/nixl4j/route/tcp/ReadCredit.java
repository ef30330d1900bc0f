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

import org.jspecify.annotations.Nullable;

/**
 * Bounds the chunks that the READs of one lane have asked for and not got. Used by the
 * lane's event loop.
 */
final class ReadCredit {

	/** Chunks that may be under way, of at most one body each. */
	static final int CHUNKS = 8;

	private final FairQueue queue;

	private final FairQueue waiting = new FairQueue();

	private int free;

	/**
	 * Creates a full credit for chunks.
	 * @param queue where sources go on when there is credit again
	 */
	ReadCredit(FairQueue queue) {
		this(queue, CHUNKS);
	}

	/**
	 * Creates a full credit.
	 * @param queue where sources go on when there is credit again
	 * @param credit how much may be under way
	 */
	ReadCredit(FairQueue queue, int credit) {
		this.queue = queue;
		this.free = credit;
	}

	/** Takes credit for one chunk; without any left, the source waits for it here. */
	boolean take(FrameSource source) {
		if (this.free == 0) {
			this.waiting.add(source);
			return false;
		}
		this.free--;
		return true;
	}

	void giveBack() {
		this.free++;
		wakeNext();
	}

	/** Lets the next source try, if it can: the one woken before had no use for it. */
	void wakeNext() {
		FrameSource first = (this.free > 0) ? this.waiting.poll() : null;
		if (first != null) {
			this.queue.add(first);
		}
	}

	/** A source that waits no more. */
	void forget(FrameSource source) {
		this.waiting.remove(source);
	}

	int free() {
		return this.free;
	}

}
