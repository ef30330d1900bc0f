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

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

import io.nixl4j.memory.NixlError;
import io.nixl4j.memory.NixlException;
import io.nixl4j.route.AttemptEvents;
import io.nixl4j.route.Operation;
import io.nixl4j.route.RouteRequest;
import io.nixl4j.session.Delivery;
import org.jspecify.annotations.Nullable;

/**
 * The life of one post: from the hold on its memory to its result, its release and its
 * stop. These are bits of one word, each set once a post, so that every order of them
 * works; a post begins only when all of the one before are set.
 * <p>
 * Events come from threads of the route, of the session and of the deadline watch; the
 * bits decide races.
 */
abstract class TransferMachine {

	private static final int RESULT = 1;

	private static final int RELEASED = 2;

	private static final int STOPPED = 4;

	/** Set by whoever brings the result, before anything of the result is written. */
	private static final int CLAIMED = 8;

	private static final int STILL = RELEASED | STOPPED;

	private static final int ALL = RESULT | RELEASED | STOPPED | CLAIMED;

	private static final int NEXT_POST = 16;

	/** Links of {@link DeadlineWatch}, guarded by it. */
	@Nullable TransferMachine nextInFlight;

	@Nullable TransferMachine previousInFlight;

	boolean watched;

	/** Written by the poster before the transfer is watched. */
	long deadlineNanos;

	private final TransferPlan plan;

	private final Fates fates = new Fates();

	/** The bits of the current post, and above them the post's number. */
	private final AtomicInteger word = new AtomicInteger(ALL);

	private final BooleanSupplier resultThere = this::isResult;

	private @Nullable RouteRequest request;

	private long postedNanos;

	private volatile long resultNanos;

	private volatile @Nullable NixlException failure;

	private volatile @Nullable Thread waiter;

	TransferMachine(TransferPlan plan) {
		this.plan = plan;
	}

	/**
	 * Compiles the lists on the route that the plan chose. Called once, before a post.
	 */
	final void compile() {
		this.request = this.plan.route()
			.prepare(this.plan.operation(), this.plan.local(), this.plan.remote(), this.fates);
	}

	final void startPost() {
		int before = this.word.get();
		int post = (before & ~ALL) + NEXT_POST;
		if ((before & ALL) != ALL || !this.word.compareAndSet(before, post)) {
			throw NixlError.BUSY.exception(
					"The post before is not released and ended yet; wait for it, or prepare a second transfer",
					this.plan.peer(), this.plan.operation().tag(), null);
		}
		this.failure = null;
		this.resultNanos = 0;
		this.postedNanos = System.nanoTime();
		this.deadlineNanos = this.postedNanos + this.plan.timeoutNanos();
		try {
			this.plan.hold();
			try {
				this.plan.deadlines().add(this);
				compiled().post(this.plan.nextRequestId(), 1);
			}
			catch (RuntimeException ex) {
				this.plan.deadlines().remove(this);
				this.plan.unholdLocal();
				this.plan.unholdRemote();
				throw ex;
			}
		}
		catch (RuntimeException ex) {
			notPosted(post, ex);
			throw ex;
		}
		int now = this.word.get();
		if ((now & CLAIMED) != 0 && (now & STILL) != STILL) {
			// Its deadline may have come before it was posted.
			compiled().stop();
		}
	}

	private void notPosted(int post, RuntimeException cause) {
		set(STILL);
		// Otherwise the watch was first, and brings the result.
		if (claim(post)) {
			this.failure = (cause instanceof NixlException typed) ? typed : NixlError.BACKEND
				.exception("Posting failed", this.plan.peer(), this.plan.operation().tag(), cause);
			set(RESULT);
		}
		ended();
	}

	private RouteRequest compiled() {
		RouteRequest compiled = this.request;
		if (compiled == null) {
			throw new IllegalStateException("A transfer is compiled before it is posted");
		}
		return compiled;
	}

	final boolean cancelPost() {
		if (!set(CLAIMED)) {
			return false;
		}
		compiled().stop();
		finish(NixlError.CANCELLED.exception("The transfer was cancelled", this.plan.peer(),
				this.plan.operation().tag(), null));
		return true;
	}

	/**
	 * Returns the number of the current post. Called by the watch, under its lock, for a
	 * transfer that it watches.
	 * @return the post
	 */
	final int postNumber() {
		return this.word.get() & ~ALL;
	}

	/**
	 * The deadline of a post has come. Called by the watch.
	 * @param post the post
	 */
	final void expired(int post) {
		if (!claim(post)) {
			return;
		}
		// Before the result, so that it cannot hit the next post.
		compiled().stop();
		finish(NixlError.TIMED_OUT.exception(
				"No result within " + this.plan.timeoutNanos() / 1_000_000.0
						+ " ms; bytes may move until the transfer is released and stopped, so reuse nothing before",
				this.plan.peer(), this.plan.operation().tag(), null));
	}

	private void bytesAreThere() {
		byte[] notification = this.plan.notification();
		int before = add((notification == null) ? STILL | CLAIMED : STILL);
		still(STILL & ~before);
		if ((before & CLAIMED) != 0) {
			// Given up meanwhile: a notification now would tell of a transfer that
			// failed.
			ended();
			return;
		}
		if (notification == null) {
			finish(null);
			return;
		}
		Told told = new Told(before & ~ALL);
		try {
			this.plan.session().notify(notification, told);
		}
		catch (NixlException ex) {
			told.undelivered(ex);
		}
	}

	private void still(int bits) {
		if ((bits & RELEASED) != 0) {
			this.plan.unholdLocal();
			onReleased();
		}
		if ((bits & STOPPED) != 0) {
			this.plan.unholdRemote();
			onStopped();
		}
	}

	/**
	 * Takes the right to bring the result of a post.
	 * @param post the post
	 * @return {@code false} if somebody has it, or that post has ended
	 */
	private boolean claim(int post) {
		while (true) {
			int current = this.word.get();
			if ((current & ~ALL) != post || (current & CLAIMED) != 0) {
				return false;
			}
			if (this.word.compareAndSet(current, current | CLAIMED)) {
				return true;
			}
		}
	}

	private void finish(@Nullable NixlException cause) {
		this.failure = cause;
		this.resultNanos = Math.max(1, System.nanoTime() - this.postedNanos);
		this.plan.deadlines().remove(this);
		set(RESULT);
		onResult(cause);
		Thread thread = this.waiter;
		if (thread != null && thread != Thread.currentThread()) {
			LockSupport.unpark(thread);
		}
		ended();
	}

	private boolean set(int bits) {
		return (add(bits) & bits) != bits;
	}

	private int add(int bits) {
		while (true) {
			int current = this.word.get();
			if (this.word.compareAndSet(current, current | bits)) {
				return current;
			}
		}
	}

	private void ended() {
		if ((this.word.get() & ALL) == ALL) {
			onEnded();
		}
	}

	final void awaitResult() throws InterruptedException {
		this.waiter = Thread.currentThread();
		try {
			while (!isResult()) {
				if (Thread.interrupted()) {
					throw new InterruptedException();
				}
				compiled().await(this.resultThere);
			}
		}
		finally {
			this.waiter = null;
		}
		check();
	}

	/** Does the route's work if the calling thread may, and there is no result yet. */
	final void pollRoute() {
		if (!isResult()) {
			compiled().poll();
		}
	}

	/** The posts of this transfer are not only waited for. */
	final void detachCompiled() {
		compiled().detach();
	}

	final void check() {
		NixlException cause = this.failure;
		if (cause != null) {
			throw cause;
		}
	}

	final boolean isResult() {
		return (this.word.get() & RESULT) != 0;
	}

	final boolean isReleasedBit() {
		return (this.word.get() & RELEASED) != 0;
	}

	final boolean isStoppedBit() {
		return (this.word.get() & STOPPED) != 0;
	}

	final boolean isEnded() {
		return (this.word.get() & ALL) == ALL;
	}

	final long resultNanos() {
		return this.resultNanos;
	}

	final TransferPlan plan() {
		return this.plan;
	}

	final void dropCompiled() {
		compiled().close();
	}

	abstract void onResult(@Nullable NixlException cause);

	abstract void onReleased();

	abstract void onStopped();

	/**
	 * All three bits are set; may be told more than once.
	 */
	abstract void onEnded();

	/**
	 * Hears the fates of an attempt.
	 */
	private final class Fates implements AttemptEvents {

		@Override
		public void done() {
			bytesAreThere();
		}

		@Override
		public void failed(NixlException cause) {
			if (set(CLAIMED)) {
				finish(cause);
			}
		}

		@Override
		public void released() {
			if (set(RELEASED)) {
				still(RELEASED);
				ended();
			}
		}

		@Override
		public void stopped() {
			if (set(STOPPED)) {
				still(STOPPED);
				ended();
			}
		}

	}

	/**
	 * Hears the fate of the notification behind one post. It may come when that post was
	 * given up long ago and the next one is under way.
	 */
	private final class Told implements Delivery {

		private final int post;

		Told(int post) {
			this.post = post;
		}

		@Override
		public void delivered() {
			if (claim(this.post)) {
				finish(null);
			}
		}

		@Override
		public void undelivered(NixlException cause) {
			if (claim(this.post)) {
				finish(cause);
			}
		}

	}

}
