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

import java.util.concurrent.atomic.AtomicBoolean;

import io.nixl4j.memory.NixlException;
import io.nixl4j.route.Operation;
import org.jspecify.annotations.Nullable;

/**
 * A transfer that is posted many times.
 */
final class ReusableTransfer extends TransferMachine implements PreparedTransfer {

	private volatile boolean closing;

	private final AtomicBoolean dropped = new AtomicBoolean();

	ReusableTransfer(TransferPlan plan) {
		super(plan);
	}

	@Override
	public Operation operation() {
		return plan().operation();
	}

	@Override
	public long bytes() {
		return plan().local().bytes();
	}

	@Override
	public void post() {
		if (this.closing) {
			throw new IllegalStateException("The prepared transfer is closed");
		}
		startPost();
	}

	@Override
	public boolean poll() {
		pollRoute();
		if (!isResult()) {
			return false;
		}
		check();
		return true;
	}

	@Override
	public void await() throws InterruptedException {
		awaitResult();
	}

	@Override
	public boolean cancel() {
		return cancelPost();
	}

	@Override
	public boolean isReleased() {
		return isReleasedBit();
	}

	@Override
	public boolean isStopped() {
		return isStoppedBit();
	}

	@Override
	public long durationNanos() {
		return resultNanos();
	}

	@Override
	public void close() {
		if (!this.closing) {
			this.closing = true;
			if (isEnded()) {
				onEnded();
			}
			else {
				cancelPost();
			}
		}
	}

	@Override
	void onResult(@Nullable NixlException cause) {
		// The waiter is woken by the machine.
	}

	@Override
	void onReleased() {
		// Asked for by isReleased().
	}

	@Override
	void onStopped() {
		// Asked for by isStopped().
	}

	@Override
	void onEnded() {
		if (this.closing && this.dropped.compareAndSet(false, true)) {
			dropCompiled();
		}
	}

	@Override
	public String toString() {
		return "PreparedTransfer[" + operation() + " " + bytes() + " bytes, peer " + plan().peer() + ", route "
				+ route().name() + "]";
	}

}
