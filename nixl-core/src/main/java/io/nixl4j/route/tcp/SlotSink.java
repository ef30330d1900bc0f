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

import io.netty.buffer.ByteBuf;
import io.nixl4j.wire.BodySink;

/**
 * Receives a body into a slot.
 */
final class SlotSink implements BodySink {

	private final StagingSlot slot;

	private final int length;

	private final Ending ending;

	private int received;

	SlotSink(StagingSlot slot, int length, Ending ending) {
		this.slot = slot;
		this.length = length;
		this.ending = ending;
	}

	@Override
	public ByteBuf next() {
		return this.slot.room(this.received, this.length - this.received);
	}

	@Override
	public void placed(int bytes) {
		this.received += bytes;
	}

	@Override
	public void complete(boolean checksumOk) {
		this.ending.ended(true, checksumOk);
	}

	@Override
	public void aborted() {
		this.ending.ended(false, false);
	}

	/** Told once when the body has ended. */
	@FunctionalInterface
	interface Ending {

		void ended(boolean complete, boolean checksumOk);

	}

}
