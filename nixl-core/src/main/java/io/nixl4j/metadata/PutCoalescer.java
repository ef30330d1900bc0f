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

package io.nixl4j.metadata;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

import io.nixl4j.memory.Incarnation;
import io.nixl4j.memory.NixlError;
import org.jspecify.annotations.Nullable;

/**
 * Puts the cards of one start of an engine into a store, at most one in an interval and
 * one at a time: while an application registers regions one by one, the store hears of
 * the last card only. Thread-safe; no method blocks. The store is called on the
 * scheduler's threads, or by {@link #close()} and by the thread that completes the
 * store's last answer.
 */
public final class PutCoalescer implements AutoCloseable {

	private final NixlMetadataStore store;

	private final String engineId;

	private final Incarnation incarnation;

	private final Predecessors predecessors;

	private final long intervalNanos;

	private final ScheduledExecutorService scheduler;

	private final LongSupplier nanoTime;

	private final Object lock = new Object();

	private final CompletableFuture<Void> closed = new CompletableFuture<>();

	private @Nullable Waiting waiting;

	private @Nullable CompletableFuture<Boolean> withdrawal;

	/** Whether the store works on something of ours. */
	private boolean busy;

	/** Whether a run is due on the scheduler. */
	private boolean scheduled;

	private boolean closing;

	private boolean everPut;

	private long lastPut;

	/**
	 * Makes a coalescer for one start of an engine.
	 * @param store where the cards go; not closed with this object
	 * @param engineId the engine
	 * @param incarnation which start of it writes the cards
	 * @param predecessors asked by the store about an incarnation that has the engine id
	 * @param interval least time between the starts of two puts
	 * @param scheduler runs what is due; not shut down with this object
	 * @param nanoTime a clock that never goes back, in nanoseconds, such as
	 * {@code System::nanoTime}
	 */
	public PutCoalescer(NixlMetadataStore store, String engineId, Incarnation incarnation, Predecessors predecessors,
			Duration interval, ScheduledExecutorService scheduler, LongSupplier nanoTime) {
		this.store = store;
		this.engineId = engineId;
		this.incarnation = incarnation;
		this.predecessors = predecessors;
		this.intervalNanos = interval.toNanos();
		this.scheduler = scheduler;
		this.nanoTime = nanoTime;
	}

	/**
	 * Puts a card as soon as the interval allows, in place of one that still waits.
	 * @param metadata the card, of this engine and incarnation
	 * @return completes as that of {@link #put(Supplier)} does
	 */
	public CompletableFuture<Void> put(NixlMetadata metadata) {
		return put(() -> metadata);
	}

	/**
	 * Puts a card as soon as the interval allows, in place of one that still waits. The
	 * card is asked for only then: threads that change the same state and each call this
	 * afterwards leave the last state in the store, in whichever order they call.
	 * @param metadata gives the card, of this engine and incarnation; called without
	 * locks, on the thread that calls the store
	 * @return completes when this card, or a later one that took its place, is in the
	 * store; fails as the store's put does, as cancelled if {@link #withdraw} came
	 * before, as closed after {@link #close()}. A put that failed is not tried again
	 */
	public CompletableFuture<Void> put(Supplier<NixlMetadata> metadata) {
		Waiting put;
		synchronized (this.lock) {
			if (this.closing) {
				return CompletableFuture.failedFuture(NixlError.CLOSED
					.exception("The agent is closed and publishes nothing more", null, "put metadata", null));
			}
			put = (this.waiting != null) ? this.waiting.with(metadata)
					: new Waiting(metadata, new CompletableFuture<>());
			this.waiting = put;
		}
		settle();
		// A copy, so that a caller who completes or cancels it touches nobody else.
		return put.result().copy();
	}

	/**
	 * Removes the card: drops the one that waits, lets the store finish what it works on,
	 * then deletes at once, unless another incarnation has replaced the card. Cards may
	 * be put again afterwards.
	 * @return completes as the store's delete does
	 */
	public CompletableFuture<Boolean> withdraw() {
		Waiting dropped;
		CompletableFuture<Boolean> due;
		synchronized (this.lock) {
			dropped = this.waiting;
			this.waiting = null;
			due = (this.withdrawal != null) ? this.withdrawal : new CompletableFuture<>();
			this.withdrawal = due;
		}
		if (dropped != null) {
			dropped.result()
				.completeExceptionally(NixlError.CANCELLED.exception("The card was withdrawn before it was published",
						null, "put metadata", null));
		}
		step();
		return due.copy();
	}

	/**
	 * Refuses further cards and puts the one that waits without regard to the interval.
	 */
	@Override
	public void close() {
		synchronized (this.lock) {
			this.closing = true;
		}
		step();
	}

	/**
	 * Tells when a close is through.
	 * @return completes after {@link #close()} when nothing of ours is on its way to the
	 * store any more, whether it succeeded or not
	 */
	public CompletableFuture<Void> closed() {
		return this.closed.copy();
	}

	/**
	 * Hands the store whatever is due now, or sees to it that somebody does when it is.
	 */
	private void step() {
		CompletableFuture<Boolean> delete = null;
		Waiting put = null;
		synchronized (this.lock) {
			if (this.busy) {
				return;
			}
			delete = this.withdrawal;
			if (delete != null) {
				this.withdrawal = null;
				this.busy = true;
			}
			else if (this.waiting != null && (this.closing || delay() <= 0)) {
				put = this.waiting;
				this.waiting = null;
				this.busy = true;
				this.everPut = true;
				this.lastPut = this.nanoTime.getAsLong();
			}
		}
		if (delete != null) {
			call(() -> this.store.delete(this.engineId, this.incarnation), delete);
		}
		else if (put != null) {
			Supplier<NixlMetadata> card = put.metadata();
			call(() -> this.store.put(card.get(), this.predecessors), put.result());
		}
		else {
			settle();
		}
	}

	private <T> void call(Supplier<CompletableFuture<T>> call, CompletableFuture<T> result) {
		CompletableFuture<T> answer;
		try {
			answer = call.get();
		}
		catch (RuntimeException ex) {
			answer = CompletableFuture.failedFuture(ex);
		}
		answer.whenComplete((value, failure) -> {
			synchronized (this.lock) {
				this.busy = false;
			}
			if (failure != null) {
				result.completeExceptionally(failure);
			}
			else {
				result.complete(value);
			}
			step();
		});
	}

	/**
	 * Sees to it that what waits is handed over when the interval allows, or says that
	 * nothing is left.
	 */
	private void settle() {
		boolean idle;
		long delay;
		synchronized (this.lock) {
			idle = this.closing && !this.busy && this.waiting == null && this.withdrawal == null;
			if (!idle && (this.busy || this.scheduled || this.waiting == null)) {
				return;
			}
			this.scheduled = !idle;
			delay = Math.max(0, delay());
		}
		if (idle) {
			this.closed.complete(null);
			return;
		}
		try {
			this.scheduler.schedule(this::run, delay, TimeUnit.NANOSECONDS);
		}
		catch (RejectedExecutionException ex) {
			reject(ex);
		}
	}

	private void run() {
		synchronized (this.lock) {
			this.scheduled = false;
		}
		step();
	}

	private void reject(RejectedExecutionException ex) {
		Waiting dropped;
		synchronized (this.lock) {
			this.scheduled = false;
			dropped = this.waiting;
			this.waiting = null;
		}
		if (dropped != null) {
			dropped.result()
				.completeExceptionally(NixlError.CLOSED
					.exception("The card is not published: the scheduler was shut down", null, "put metadata", ex));
		}
	}

	private long delay() {
		return this.everPut ? this.lastPut + this.intervalNanos - this.nanoTime.getAsLong() : 0;
	}

	/**
	 * The card that goes next, and everybody who waits for it or for one that it
	 * replaced.
	 *
	 * @param metadata gives the card
	 * @param result completed when the card is in the store
	 */
	private record Waiting(Supplier<NixlMetadata> metadata, CompletableFuture<Void> result) {

		Waiting with(Supplier<NixlMetadata> later) {
			return new Waiting(later, this.result);
		}

	}

}
