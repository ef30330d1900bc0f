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

import io.nixl4j.memory.NixlException;
import io.nixl4j.memory.RunCursor;
import org.jspecify.annotations.Nullable;

/**
 * A part whose bytes, some or all, lie here in memory that sockets cannot reach. It waits
 * for one slot at a time.
 */
abstract class StagedPart extends TransferPart implements StagingWaiter {

	final @Nullable StagingPeer staging;

	private final StagingUse use;

	private boolean waiting;

	StagedPart(TcpRequest request, Lane lane, RunCursor local, @Nullable StagingPeer staging, StagingUse use) {
		super(request, lane, local);
		this.staging = staging;
		this.use = use;
	}

	final StagingPeer peer() {
		return Objects.requireNonNull(this.staging);
	}

	final boolean isWaiting() {
		return this.waiting;
	}

	/** Waits for a slot from now on. */
	final void acquire() {
		this.waiting = true;
		peer().acquire(this.use, this);
	}

	/** Waits for a slot no more, unless one is on its way. */
	final void cancelWait() {
		if (this.waiting && peer().cancel(this.use, this)) {
			this.waiting = false;
		}
	}

	final void release(@Nullable StagingSlot slot) {
		if (slot != null) {
			peer().release(slot);
		}
	}

	@Override
	public final void staged(StagingSlot slot) {
		this.lane.execute(() -> {
			this.waiting = false;
			given(slot);
		});
	}

	@Override
	public final void notStaged(NixlException cause) {
		this.lane.execute(() -> {
			this.waiting = false;
			failed(cause);
		});
	}

	/** A slot is there, on the lane's event loop. */
	abstract void given(StagingSlot slot);

}
