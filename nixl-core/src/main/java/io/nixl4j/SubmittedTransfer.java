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

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;

import io.nixl4j.memory.NixlException;
import org.jspecify.annotations.Nullable;

/**
 * A transfer that is posted once and tells its fate by futures.
 */
final class SubmittedTransfer extends TransferMachine implements Transfer {

	private final CompletableFuture<TransferResult> result = new CompletableFuture<>();

	private final CompletableFuture<Void> released = new CompletableFuture<>();

	private final CompletableFuture<Void> stopped = new CompletableFuture<>();

	/** Whether a thread waits by itself; the machine knows one only. */
	private final AtomicBoolean awaited = new AtomicBoolean();

	SubmittedTransfer(TransferPlan plan) {
		super(plan);
	}

	@Override
	public CompletableFuture<TransferResult> result() {
		return this.result.copy();
	}

	@Override
	public CompletableFuture<Void> released() {
		return this.released.copy();
	}

	@Override
	public CompletableFuture<Void> stopped() {
		return this.stopped.copy();
	}

	@Override
	public TransferResult await() throws InterruptedException {
		if (!this.awaited.compareAndSet(false, true)) {
			return awaitBesideAnother();
		}
		try {
			awaitResult();
		}
		finally {
			this.awaited.set(false);
		}
		return outcome();
	}

	private TransferResult awaitBesideAnother() throws InterruptedException {
		try {
			return this.result.get();
		}
		catch (ExecutionException ex) {
			check();
			throw new IllegalStateException("A transfer failed without a cause of its own", ex);
		}
	}

	@Override
	public boolean cancel() {
		return cancelPost();
	}

	private TransferResult outcome() {
		return new TransferResult(plan().operation(), plan().local().bytes(), route().name(),
				Duration.ofNanos(resultNanos()));
	}

	@Override
	void onResult(@Nullable NixlException cause) {
		plan().agent().complete((cause != null) ? () -> this.result.completeExceptionally(cause) : this::completeDone);
	}

	// A result says that all is still, so nobody finds the other futures behind it.
	private void completeDone() {
		this.released.complete(null);
		this.stopped.complete(null);
		this.result.complete(outcome());
	}

	@Override
	void onReleased() {
		plan().agent().complete(() -> this.released.complete(null));
	}

	@Override
	void onStopped() {
		plan().agent().complete(() -> this.stopped.complete(null));
	}

	@Override
	void onEnded() {
		dropCompiled();
	}

	@Override
	public String toString() {
		return "Transfer[" + plan().operation() + " " + plan().local().bytes() + " bytes, peer " + plan().peer()
				+ ", route " + route().name() + "]";
	}

}
