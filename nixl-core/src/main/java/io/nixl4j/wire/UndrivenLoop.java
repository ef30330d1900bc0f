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

package io.nixl4j.wire;

import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * A loop that nobody but its own thread drives.
 */
final class UndrivenLoop implements LoopDriver {

	static final LoopDriver INSTANCE = new UndrivenLoop();

	private UndrivenLoop() {
	}

	@Override
	public boolean canDrive() {
		return false;
	}

	@Override
	public boolean enter() {
		return false;
	}

	@Override
	public void leave() {
		throw new IllegalStateException("nobody has entered");
	}

	@Override
	public void poll() {
		// its own thread does
	}

	@Override
	public void await(BooleanSupplier done) {
		while (!done.getAsBoolean() && !Thread.currentThread().isInterrupted()) {
			LockSupport.park(this);
		}
	}

	@Override
	public void attend(int change) {
		// its own thread is always there
	}

	@Override
	public void inbound() {
		// its own thread is always there
	}

	@Override
	public void hurry() {
		// all turns are equal
	}

	@Override
	public int turnBytes() {
		return LoopTurns.BYTES;
	}

}
