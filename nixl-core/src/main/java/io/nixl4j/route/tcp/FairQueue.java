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

import java.util.ArrayDeque;

/**
 * Sources with frames to send, one frame each in turn, so that a small transfer waits for
 * one frame of each larger one at most. Used by one event loop.
 */
final class FairQueue {

	private final ArrayDeque<FrameSource> sources = new ArrayDeque<>();

	/** Queues a source, which must not be queued already. */
	void add(FrameSource source) {
		this.sources.addLast(source);
	}

	boolean isEmpty() {
		return this.sources.isEmpty();
	}

	/** Lets the source whose turn it is write a frame. */
	void writeOne() {
		FrameSource source = this.sources.removeFirst();
		if (source.writeFrame()) {
			this.sources.addLast(source);
		}
	}

	/** Takes a source out, wherever it is. */
	void remove(FrameSource source) {
		this.sources.remove(source);
	}

}
