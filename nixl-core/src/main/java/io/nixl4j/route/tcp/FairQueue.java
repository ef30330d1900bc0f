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

import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * Sources with frames to send, one frame each in turn. Short ones have their turns first,
 * but only so many in a row that large ones go on too. Adding and removing take the same
 * time however many there are, and make no object. Used by one event loop.
 */
final class FairQueue {

	/** About as many bytes as one frame of a large source. */
	private static final int SHORT_FRAMES_IN_A_ROW = 16;

	private final Line shorts = new Line();

	private final Line larges = new Line();

	private int shortsInARow;

	/** Queues a source, which must not be queued already. */
	void add(FrameSource source) {
		if (source.queue != null) {
			throw new IllegalStateException("a source is in one queue at a time");
		}
		source.queue = this;
		lineOf(source).append(source);
	}

	boolean isEmpty() {
		return this.shorts.first == null && this.larges.first == null;
	}

	/** Lets the source whose turn it is write a frame. */
	void writeOne() {
		boolean small = this.larges.first == null
				|| (this.shorts.first != null && this.shortsInARow < SHORT_FRAMES_IN_A_ROW);
		this.shortsInARow = small ? this.shortsInARow + 1 : 0;
		FrameSource source = Objects.requireNonNull(small ? this.shorts.first : this.larges.first);
		remove(source);
		if (source.writeFrame()) {
			add(source);
		}
	}

	/** Takes out the source that is next, or returns {@code null} if there is none. */
	@Nullable FrameSource poll() {
		FrameSource first = (this.shorts.first != null) ? this.shorts.first : this.larges.first;
		if (first != null) {
			remove(first);
		}
		return first;
	}

	/** Takes a source out, wherever it is, if it is in this queue. */
	void remove(FrameSource source) {
		if (source.queue == this) {
			source.queue = null;
			lineOf(source).unlink(source);
		}
	}

	private Line lineOf(FrameSource source) {
		return source.isShort() ? this.shorts : this.larges;
	}

	/** Sources one behind the other. */
	private static final class Line {

		private @Nullable FrameSource first;

		private @Nullable FrameSource last;

		private void append(FrameSource source) {
			FrameSource end = this.last;
			source.before = end;
			source.after = null;
			if (end == null) {
				this.first = source;
			}
			else {
				end.after = source;
			}
			this.last = source;
		}

		private void unlink(FrameSource source) {
			FrameSource front = source.before;
			FrameSource back = source.after;
			if (front == null) {
				this.first = back;
			}
			else {
				front.after = back;
			}
			if (back == null) {
				this.last = front;
			}
			else {
				back.before = front;
			}
			source.before = null;
			source.after = null;
		}

	}

}
