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

import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;

import io.nixl4j.memory.DeviceMemory;

/**
 * What one peer's route has of the staging memory. Any thread may use it.
 */
final class StagingPeer {

	private final StagingPool pool;

	private final Map<StagingUse, StagingShare.Line> lines = new EnumMap<>(StagingUse.class);

	StagingPeer(StagingPool pool) {
		this.pool = pool;
		for (StagingUse use : StagingUse.values()) {
			this.lines.put(use, new StagingShare.Line());
		}
	}

	DeviceMemory device() {
		return this.pool.device();
	}

	/**
	 * Asks for a slot.
	 * @param use what for
	 * @param waiter gets it, perhaps before this returns
	 */
	void acquire(StagingUse use, StagingWaiter waiter) {
		this.pool.acquire(use, line(use), waiter);
	}

	/**
	 * Takes a wish back.
	 * @param use what for
	 * @param waiter who waited
	 * @return {@code false} if it does not wait any more: a slot may be on its way
	 */
	boolean cancel(StagingUse use, StagingWaiter waiter) {
		return this.pool.cancel(use, line(use), waiter);
	}

	/**
	 * Gives a slot back that neither a copy nor a socket touches any more.
	 * @param slot the slot
	 */
	void release(StagingSlot slot) {
		this.pool.release(line(slot.use()), slot);
	}

	private StagingShare.Line line(StagingUse use) {
		return Objects.requireNonNull(this.lines.get(use));
	}

}
