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

package io.nixl4j.sample.engine;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

import org.jspecify.annotations.Nullable;

/**
 * Computes the answers of several callers together: each step goes once through the
 * weights for all that have a token to compute. Callers come and go between steps
 * ({@link #join()}, {@link Seat#close()}), and each gets the numbers that it would get
 * alone.
 *
 * <p>
 * Each caller has a thread of its own, which brings a token, waits, and chooses the next
 * one. A step begins when all that took part in the last one and all that joined since
 * have brought theirs, or after a quarter of the last step's time: who is busy with
 * something else holds the others up once, and is not waited for until it comes back. The
 * step is computed by the thread that came last.
 */
public final class DecodeBatcher {

	private final Engine engine;

	private final long leastPatience;

	private final ReentrantLock lock = new ReentrantLock();

	private final Condition changed = this.lock.newCondition();

	private List<Pending> waiting = new ArrayList<>();

	/** Those who are waited for and have not brought a token. */
	private final Set<Seat> awaited = new HashSet<>();

	private boolean computing;

	/** How long to wait for the others, in nanoseconds. */
	private long patience;

	/** When the first of those who wait began to. */
	private long waitingSince;

	private long steps;

	private long tokens;

	/**
	 * Create a batcher.
	 * @param engine computes
	 */
	public DecodeBatcher(Engine engine) {
		this(engine, 0);
	}

	/** For tests: waits at least so many nanoseconds. */
	DecodeBatcher(Engine engine, long leastPatience) {
		this.engine = engine;
		this.leastPatience = leastPatience;
		this.patience = leastPatience;
	}

	/**
	 * The engine.
	 * @return the engine
	 */
	public Engine engine() {
		return this.engine;
	}

	/**
	 * Take part.
	 * @return a seat, for one sequence at a time and one thread; to be closed soon after
	 * its last token, since the others wait for it
	 */
	public Seat join() {
		return new Seat();
	}

	/**
	 * Steps that were computed.
	 * @return their number
	 */
	public long steps() {
		this.lock.lock();
		try {
			return this.steps;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Tokens that were computed in these steps: divided by their number it says how many
	 * answers were computed together.
	 * @return their number
	 */
	public long tokens() {
		this.lock.lock();
		try {
			return this.tokens;
		}
		finally {
			this.lock.unlock();
		}
	}

	private float[] decode(Seat seat, Step step) {
		// What cannot be computed fails here, alone.
		this.engine.check(step);
		Pending own = new Pending(seat, step);
		boolean interrupted = false;
		this.lock.lock();
		try {
			if (this.waiting.isEmpty()) {
				this.waitingSince = System.nanoTime();
			}
			this.waiting.add(own);
			this.awaited.remove(seat);
			while (!own.isDone()) {
				long patience = this.patience - (System.nanoTime() - this.waitingSince);
				if (!this.computing && (this.awaited.isEmpty() || patience <= 0)) {
					compute();
				}
				else {
					interrupted |= await(this.computing ? Long.MAX_VALUE : patience);
				}
			}
			return own.result();
		}
		finally {
			this.lock.unlock();
			if (interrupted) {
				Thread.currentThread().interrupt();
			}
		}
	}

	/** Waits for a change, also when interrupted: steps are short. */
	private boolean await(long nanoseconds) {
		try {
			this.changed.await(nanoseconds, TimeUnit.NANOSECONDS);
			return false;
		}
		catch (InterruptedException ex) {
			return true;
		}
	}

	private void compute() {
		List<Pending> batch = this.waiting;
		this.waiting = new ArrayList<>();
		// Those who are missing are not waited for any more.
		this.awaited.clear();
		this.computing = true;
		this.lock.unlock();
		long begin = System.nanoTime();
		List<float[]> logits = List.of();
		Throwable failure = null;
		try {
			logits = this.engine.decode(batch.stream().map(Pending::step).toList());
		}
		catch (RuntimeException | Error ex) {
			failure = ex;
		}
		finally {
			this.lock.lock();
			this.computing = false;
			this.patience = Math.max(this.leastPatience, (System.nanoTime() - begin) / 4);
			this.waitingSince = System.nanoTime();
			this.steps++;
			this.tokens += batch.size();
			for (int i = 0; i < batch.size(); i++) {
				batch.get(i).done((failure != null) ? null : logits.get(i), failure);
				this.awaited.add(batch.get(i).seat());
			}
			this.changed.signalAll();
		}
	}

	/** A token on its way. */
	private static final class Pending {

		private final Seat seat;

		private final Step step;

		private boolean done;

		private float @Nullable [] logits;

		private @Nullable Throwable failure;

		Pending(Seat seat, Step step) {
			this.seat = seat;
			this.step = step;
		}

		Seat seat() {
			return this.seat;
		}

		Step step() {
			return this.step;
		}

		void done(float @Nullable [] logits, @Nullable Throwable failure) {
			this.done = true;
			this.logits = logits;
			this.failure = failure;
		}

		boolean isDone() {
			return this.done;
		}

		float[] result() {
			if (this.logits == null) {
				throw new IllegalStateException("the step failed: " + this.failure, this.failure);
			}
			return this.logits;
		}

	}

	/** The place of one caller. */
	public final class Seat implements AutoCloseable {

		private Seat() {
			DecodeBatcher.this.lock.lock();
			try {
				DecodeBatcher.this.awaited.add(this);
			}
			finally {
				DecodeBatcher.this.lock.unlock();
			}
		}

		/**
		 * Compute the one token that follows those of a sequence, together with the
		 * tokens of the others.
		 * @param sequence the sequence; has this token too when this returns
		 * @param token the token
		 * @return the logits after it
		 * @throws IllegalArgumentException as {@link Engine#decode}
		 * @throws IllegalStateException if the engine is closed
		 */
		public float[] decode(Sequence sequence, int token) {
			return DecodeBatcher.this.decode(this, new Step(sequence, token));
		}

		/** Leaves. */
		@Override
		public void close() {
			DecodeBatcher.this.lock.lock();
			try {
				DecodeBatcher.this.awaited.remove(this);
				DecodeBatcher.this.changed.signalAll();
			}
			finally {
				DecodeBatcher.this.lock.unlock();
			}
		}

	}

}
