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

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

import io.nixl4j.memory.CopyListener;
import io.nixl4j.memory.DeviceMemory;
import io.nixl4j.memory.NixlError;
import io.nixl4j.memory.NixlException;
import org.jspecify.annotations.Nullable;

/**
 * The copies between staging memory and a device that one lane has begun. The lane is
 * still when it is closed and none of them runs any more. Used by the lane's event loop,
 * where the ends of copies are told too.
 */
final class LaneCopies {

	private final Executor loop;

	private final CompletableFuture<Void> still = new CompletableFuture<>();

	private int running;

	private boolean closed;

	/**
	 * Creates what a lane needs for copies.
	 * @param loop runs tasks on the lane's event loop
	 */
	LaneCopies(Executor loop) {
		this.loop = loop;
	}

	/** Copies the ranges of the slot out of the device. */
	void copyOut(DeviceMemory device, StagingSlot slot, End end) {
		begin(end, (listener) -> device.copyOut(slot.runs(), slot.memory(), slot.offset(), listener));
	}

	/** Copies what is in the slot to its ranges of the device. */
	void copyIn(DeviceMemory device, StagingSlot slot, End end) {
		begin(end, (listener) -> device.copyIn(slot.memory(), slot.offset(), slot.runs(), listener));
	}

	private void begin(End end, Start start) {
		this.running++;
		Listener listener = new Listener(end);
		try {
			start.with(listener);
		}
		catch (NixlException ex) {
			listener.finished(ex);
		}
		catch (RuntimeException ex) {
			// nobody knows what has begun: without a proof the memory stays as it is
			listener.failed(
					NixlError.BACKEND.exception("A copy of a device could not be begun in good order", null, null, ex));
		}
	}

	private void ended() {
		this.running--;
		checkStill();
	}

	/** The lane is closed: nothing of it comes from or goes to the socket any more. */
	void close() {
		this.closed = true;
		checkStill();
	}

	private void checkStill() {
		if (this.closed && this.running == 0) {
			this.still.complete(null);
		}
	}

	/** Completes when the lane is closed and no copy runs any more. */
	CompletableFuture<Void> still() {
		return this.still;
	}

	/** Begins a copy. */
	private interface Start {

		void with(CopyListener listener);

	}

	/** Told of a copy on the lane's event loop. */
	interface End {

		/**
		 * The copy fails, but still runs.
		 * @param cause why
		 */
		default void failing(NixlException cause) {
		}

		/**
		 * The copy touches nothing any more.
		 * @param cause why it failed, or {@code null} if it did not
		 */
		void ended(@Nullable NixlException cause);

	}

	/** Brings the provider's word to the event loop. */
	private final class Listener implements CopyListener {

		private final End end;

		Listener(End end) {
			this.end = end;
		}

		@Override
		public void failed(NixlException cause) {
			LaneCopies.this.loop.execute(() -> this.end.failing(cause));
		}

		@Override
		public void finished(@Nullable NixlException cause) {
			LaneCopies.this.loop.execute(() -> {
				try {
					this.end.ended(cause);
				}
				finally {
					LaneCopies.this.ended();
				}
			});
		}

	}

}
