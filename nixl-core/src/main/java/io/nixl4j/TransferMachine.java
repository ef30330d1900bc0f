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

import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

import io.nixl4j.memory.NixlError;
import io.nixl4j.memory.NixlException;
import io.nixl4j.route.AttemptEvents;
import io.nixl4j.route.Operation;
import io.nixl4j.route.Route;
import io.nixl4j.route.RouteRequest;
import io.nixl4j.session.Delivery;
import org.jspecify.annotations.Nullable;

/**
 * The life of one post: from the hold on its memory to its result, its release and its
 * stop, which are bits of a {@link PostWord}.
 * <p>
 * A post has one attempt after another while its deadline lasts: one that failed by a
 * connection, and is proved to be still at both ends, is followed by the next. What an
 * attempt proves becomes the post's own release and stop only when the result is decided,
 * since memory is not free while another attempt may follow.
 * <p>
 * Events come from threads of the route, of the session and of the deadline watch; the
 * bits decide races.
 */
abstract class TransferMachine {

	/** Links of {@link DeadlineWatch}, guarded by it. */
	@Nullable TransferMachine nextInFlight;

	@Nullable TransferMachine previousInFlight;

	boolean watched;

	/** Written by the poster before the transfer is watched. */
	long deadlineNanos;

	private final TransferPlan plan;

	private final Fates fates = new Fates();

	private final PostWord word = new PostWord();

	private final BooleanSupplier resultThere = this::isResult;

	private volatile @Nullable RouteRequest request;

	/** Made when an attempt fails for the first time. */
	private volatile @Nullable NextAttempts next;

	private volatile Route route;

	/** Written before the first post. */
	private boolean detached;

	private long requestId;

	/** Written by whoever posts an attempt, of whom there is one at a time. */
	private volatile int attempt;

	private long postedNanos;

	private volatile long resultNanos;

	private volatile @Nullable NixlException failure;

	private volatile @Nullable Thread waiter;

	TransferMachine(TransferPlan plan) {
		this.plan = plan;
		this.route = plan.route();
	}

	/**
	 * Compiles the lists on the route that the plan chose. Called once, before a post.
	 */
	final void compile() {
		this.request = compiledOn(this.route);
	}

	private RouteRequest compiledOn(Route carrier) {
		return carrier.prepare(this.plan.operation(), this.plan.local(), this.plan.remote(), this.fates);
	}

	final void startPost() {
		if (!isEnded()) {
			throw notEnded();
		}
		// before the post begins: from then on somebody may cancel it, and write here
		this.failure = null;
		this.resultNanos = 0;
		this.postedNanos = System.nanoTime();
		this.deadlineNanos = this.postedNanos + this.plan.timeoutNanos();
		if (!this.word.begin()) {
			throw notEnded();
		}
		int post = this.word.post();
		try {
			if (this.plan.notification() != null) {
				keepPlace(post);
			}
			this.plan.hold();
			try {
				this.requestId = this.plan.nextRequestId();
				this.attempt = 1;
				watch();
				compiled().post(this.requestId, 1);
			}
			catch (RuntimeException ex) {
				if (NextAttempts.mayFollow(this.plan, ex, false)) {
					notBegun(post, (NixlException) ex);
					return;
				}
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
		stopIfClaimed();
	}

	private NixlException notEnded() {
		return NixlError.BUSY.exception(
				"The post before is not released and ended yet; wait for it, or prepare a second transfer",
				this.plan.peer(), this.plan.operation().tag(), null);
	}

	/** Keeps a place among the notifications, unless the post is given up meanwhile. */
	private void keepPlace(int post) {
		this.plan.session().keepPlace();
		int before = this.word.add(PostWord.PLACE);
		if ((before & PostWord.CLAIMED) != 0 && this.word.takePlace(post)) {
			this.plan.session().givePlaceBack();
		}
	}

	/** Who brings the result takes it from the watch, unless that was too early. */
	private void watch() {
		this.plan.deadlines().add(this);
		if (this.word.has(PostWord.CLAIMED)) {
			this.plan.deadlines().remove(this);
		}
	}

	/** The result may have been decided before the attempt was posted. */
	private void stopIfClaimed() {
		if (this.word.has(PostWord.CLAIMED) && !this.word.has(PostWord.STILL)) {
			compiled().stop();
		}
	}

	private void notPosted(int post, RuntimeException cause) {
		this.word.add(PostWord.STILL);
		// Otherwise the watch was first, and brings the result.
		if (claim(post)) {
			this.failure = typed(cause);
			this.word.add(PostWord.RESULT);
		}
		ended();
	}

	private NixlException typed(RuntimeException cause) {
		return (cause instanceof NixlException typed) ? typed
				: NixlError.BACKEND.exception("Posting failed", this.plan.peer(), this.plan.operation().tag(), cause);
	}

	/** An attempt was refused for now, and nothing of it has begun. */
	private void notBegun(int post, NixlException cause) {
		follower().failed(post, cause);
		int now = addUnlessClaimed(PostWord.ATTEMPT_STILL | PostWord.AGAIN, PostWord.STILL);
		if ((now & PostWord.AGAIN) != 0) {
			follower().follow(post);
		}
		else {
			follower().over(post);
		}
	}

	private NextAttempts follower() {
		NextAttempts current = this.next;
		if (current == null) {
			current = new NextAttempts(this, this.plan);
			this.next = current;
		}
		return current;
	}

	/**
	 * Posts the next attempt, unless the result was decided, or somebody else has.
	 * @param post the post that it belongs to
	 * @param usable the route that it takes
	 */
	final void postAgain(int post, Route usable) {
		if (!this.word.takeAgain(post)) {
			return;
		}
		try {
			if (usable != this.route) {
				RouteRequest before = compiled();
				this.request = compiledOn(usable);
				this.route = usable;
				if (this.detached) {
					compiled().detach();
				}
				before.close();
			}
			this.attempt++;
			compiled().post(this.requestId, this.attempt);
		}
		catch (RuntimeException ex) {
			if (NextAttempts.mayFollow(this.plan, ex, true)) {
				notBegun(post, (NixlException) ex);
				return;
			}
			addUnlessClaimed(PostWord.ATTEMPT_STILL, PostWord.STILL);
			if (claim(post)) {
				finish(typed(ex));
			}
			return;
		}
		stopIfClaimed();
	}

	private RouteRequest compiled() {
		RouteRequest compiled = this.request;
		if (compiled == null) {
			throw new IllegalStateException("A transfer is compiled before it is posted");
		}
		return compiled;
	}

	final boolean cancelPost() {
		int before = claimFrom(this.word.post());
		if ((before & PostWord.CLAIMED) != 0) {
			return false;
		}
		compiled().stop();
		finish(NixlError.CANCELLED.exception("The transfer was cancelled" + known(before), this.plan.peer(),
				this.plan.operation().tag(), null));
		return true;
	}

	/**
	 * Returns the number of the current post. Called by the watch, under its lock, for a
	 * transfer that it watches.
	 * @return the post
	 */
	final int postNumber() {
		return this.word.post();
	}

	/**
	 * The deadline of a post has come. Called by the watch.
	 * @param post the post
	 */
	final void expired(int post) {
		int before = claimFrom(post);
		if ((before & PostWord.CLAIMED) != 0) {
			return;
		}
		// Before the result, so that it cannot hit the next post.
		compiled().stop();
		boolean unproved = (before & PostWord.AGAIN) != 0
				&& (before & PostWord.ATTEMPT_STILL) != PostWord.ATTEMPT_STILL;
		NextAttempts tried = ((before & PostWord.AGAIN) != 0) ? this.next : null;
		finish((unproved ? NixlError.INDETERMINATE : NixlError.TIMED_OUT).exception(
				"No result within " + this.plan.timeoutNanos() / 1_000_000.0 + " ms" + known(before)
						+ ((tried != null) ? "; attempt " + this.attempt + " failed before" : ""),
				this.plan.peer(), this.plan.operation().tag(), (tried != null) ? tried.lastFailure() : null));
	}

	/** What is known of a post whose result was decided before it was done. */
	private static String known(int before) {
		if ((before & PostWord.STILL) == PostWord.STILL) {
			return "; the bytes are there, and the peer may or may not get the notification";
		}
		return "; bytes may move until the transfer is released and stopped, so reuse nothing before";
	}

	/**
	 * The session of a post whose attempt had failed is over.
	 * @param post the post
	 * @param cause why
	 */
	final void sessionEnded(int post, NixlException cause) {
		if (this.word.has(PostWord.AGAIN) && claim(post)) {
			finish(cause);
		}
	}

	private void bytesAreThere() {
		byte[] notification = this.plan.notification();
		int before = this.word.add((notification == null) ? PostWord.STILL | PostWord.CLAIMED : PostWord.STILL);
		still(PostWord.STILL & ~before);
		if ((before & PostWord.CLAIMED) != 0) {
			// Given up meanwhile: a notification now would tell of a transfer that
			// failed.
			ended();
			return;
		}
		if (notification == null) {
			finish(null);
			return;
		}
		// Whoever takes the place has it: this, or who gives the post up just now.
		if (this.word.takePlace(PostWord.post(before))) {
			this.plan.session().notifyInPlace(notification, new Told(PostWord.post(before)));
		}
	}

	private void still(int bits) {
		if ((bits & PostWord.RELEASED) != 0) {
			this.plan.unholdLocal();
			onReleased();
		}
		if ((bits & PostWord.STOPPED) != 0) {
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
		return (claimFrom(post) & PostWord.CLAIMED) == 0;
	}

	/**
	 * Takes the right to bring the result of a post. What its attempt has proved is the
	 * post's own from now on.
	 * @param post the post
	 * @return the bits before, with {@code CLAIMED} if somebody has it, or that post has
	 * ended
	 */
	private int claimFrom(int post) {
		int before = this.word.claim(post);
		if ((before & PostWord.CLAIMED) == 0) {
			if ((before & PostWord.PLACE) != 0) {
				this.plan.session().givePlaceBack();
			}
			still(PostWord.proved(before));
		}
		return before;
	}

	private void finish(@Nullable NixlException cause) {
		this.failure = cause;
		this.resultNanos = Math.max(1, System.nanoTime() - this.postedNanos);
		this.plan.deadlines().remove(this);
		NextAttempts tried = this.next;
		if (tried != null) {
			tried.over(this.word.post());
		}
		this.word.add(PostWord.RESULT);
		onResult(cause);
		Thread thread = this.waiter;
		if (thread != null && thread != Thread.currentThread()) {
			LockSupport.unpark(thread);
		}
		ended();
	}

	/**
	 * Adds bits of an attempt, or if the result is decided those of the post.
	 * @return the bits after it
	 */
	private int addUnlessClaimed(int bits, int claimedBits) {
		int before = this.word.addUnlessClaimed(bits, claimedBits);
		if ((before & PostWord.CLAIMED) == 0) {
			return before | bits;
		}
		still(claimedBits & ~before);
		ended();
		return before | claimedBits;
	}

	/** An attempt has proved something; with all proved, the next one may follow. */
	private void proved(int attemptBit) {
		int now = addUnlessClaimed(attemptBit, PostWord.proved(attemptBit));
		if (PostWord.isDue(now)) {
			follower().follow(PostWord.post(now));
		}
	}

	private void attemptFailed(NixlException cause) {
		int post = this.word.post();
		if (!NextAttempts.mayFollow(this.plan, cause, this.attempt)) {
			if (claim(post)) {
				finish(cause);
			}
			return;
		}
		follower().failed(post, cause);
		int now = addUnlessClaimed(PostWord.AGAIN, 0);
		if ((now & PostWord.CLAIMED) != 0) {
			follower().over(post);
		}
		else if (PostWord.isDue(now)) {
			follower().follow(post);
		}
		else {
			follower().checkSession();
		}
	}

	private void ended() {
		if (this.word.has(PostWord.ALL)) {
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
		this.detached = true;
		compiled().detach();
	}

	final void check() {
		NixlException cause = this.failure;
		if (cause != null) {
			throw cause;
		}
	}

	final boolean isResult() {
		return this.word.has(PostWord.RESULT);
	}

	final boolean isReleasedBit() {
		return this.word.has(PostWord.RELEASED);
	}

	final boolean isStoppedBit() {
		return this.word.has(PostWord.STOPPED);
	}

	final boolean isEnded() {
		return this.word.has(PostWord.ALL);
	}

	final long resultNanos() {
		return this.resultNanos;
	}

	final TransferPlan plan() {
		return this.plan;
	}

	/**
	 * Returns the route of the newest attempt.
	 * @return the route
	 */
	final Route route() {
		return this.route;
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
			attemptFailed(cause);
		}

		@Override
		public void released() {
			proved(PostWord.ATTEMPT_RELEASED);
		}

		@Override
		public void stopped() {
			proved(PostWord.ATTEMPT_STOPPED);
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
