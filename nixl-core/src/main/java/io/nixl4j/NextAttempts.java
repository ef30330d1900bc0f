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
import java.util.EnumSet;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

import io.nixl4j.memory.NixlError;
import io.nixl4j.memory.NixlException;
import io.nixl4j.route.Route;
import io.nixl4j.wire.Backoff;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the next attempt of a transfer whose attempt failed and is still: after a short
 * back-off, on the first route that is usable or becomes so, until the transfer's
 * deadline. Made when an attempt fails for the first time, so that transfers that succeed
 * pay nothing for it.
 */
final class NextAttempts {

	private static final Logger logger = LoggerFactory.getLogger(NextAttempts.class);

	private static final Duration FIRST_PAUSE = Duration.ofMillis(1);

	private static final Duration LONGEST_PAUSE = Duration.ofMillis(100);

	/** What a connection may do, and the next one need not. */
	private static final Set<NixlError> CURABLE = EnumSet.of(NixlError.PEER_LOST, NixlError.NOT_READY,
			NixlError.CORRUPT);

	/** Checksums that are wrong so often are not the wire's doing. */
	private static final int CORRUPT_ATTEMPTS = 3;

	private final TransferMachine transfer;

	private final TransferPlan plan;

	private final Runnable sessionEnded = this::sessionEnded;

	/** Guarded by this. */
	private final Backoff backoff = new Backoff(FIRST_PAUSE, LONGEST_PAUSE, new SplittableRandom());

	/** Guarded by this: the post that it works for. */
	private int post;

	private volatile @Nullable NixlException lastFailure;

	NextAttempts(TransferMachine transfer, TransferPlan plan) {
		this.transfer = transfer;
		this.plan = plan;
	}

	/**
	 * Returns whether a failed attempt may be followed by another one, when it is still.
	 * @param plan the transfer
	 * @param cause why it failed
	 * @param attempt its number
	 * @return {@code false} if the failure is the transfer's
	 */
	static boolean mayFollow(TransferPlan plan, NixlException cause, int attempt) {
		return CURABLE.contains(cause.error()) && plan.session().isOpen()
				&& (cause.error() != NixlError.CORRUPT || attempt < CORRUPT_ATTEMPTS);
	}

	/**
	 * Returns whether an attempt that could not be posted may be posted later.
	 * @param plan the transfer
	 * @param cause why it was not posted
	 * @param again whether it is not the first of its post; the first one is refused if
	 * the route has no room
	 * @return {@code false} if the transfer fails
	 */
	static boolean mayFollow(TransferPlan plan, RuntimeException cause, boolean again) {
		return cause instanceof NixlException typed && plan.session().isOpen()
				&& (CURABLE.contains(typed.error()) || (again && typed.error() == NixlError.BUSY));
	}

	@Nullable NixlException lastFailure() {
		return this.lastFailure;
	}

	/**
	 * An attempt has failed; told before the transfer may be posted again.
	 * @param failedPost the post that it belongs to
	 * @param cause why
	 */
	void failed(int failedPost, NixlException cause) {
		logger.debug("An attempt of a {} failed, another one may follow: {}", this.plan.operation(),
				cause.getMessage());
		this.lastFailure = cause;
		synchronized (this) {
			if (this.post != failedPost) {
				this.post = failedPost;
				this.backoff.reset();
			}
			this.plan.session().onEnd(this.sessionEnded);
		}
	}

	/**
	 * The failed attempt is proved to be still.
	 * @param duePost the post that it belongs to
	 */
	void follow(int duePost) {
		Duration pause;
		synchronized (this) {
			pause = this.backoff.next();
		}
		try {
			this.plan.agent().timer().schedule(() -> onFirstUsable(duePost), pause.toNanos(), TimeUnit.NANOSECONDS);
		}
		catch (RejectedExecutionException ex) {
			// The agent has stopped, and the session's end brings the result.
		}
		checkSession();
	}

	/** The session may have ended before it was listened to. */
	void checkSession() {
		if (!this.plan.session().isOpen()) {
			sessionEnded();
		}
	}

	/** Each route that becomes usable tries; the transfer lets one through. */
	private void onFirstUsable(int duePost) {
		for (Route route : RouteChoice.reaching(this.plan.session(), this.plan.local(), this.plan.remote())) {
			route.usable().thenRun(() -> this.transfer.postAgain(duePost, route));
		}
	}

	private void sessionEnded() {
		int current;
		synchronized (this) {
			current = this.post;
		}
		NixlException cause = this.lastFailure;
		this.transfer.sessionEnded(current,
				NixlError.PEER_LOST.exception("The session with the peer ended before another attempt; connect again",
						this.plan.peer(), this.plan.operation().tag(), this.plan.session().cause().orElse(cause)));
	}

	/**
	 * A post has its result. The next one may have begun and failed already.
	 * @param endedPost the post
	 */
	synchronized void over(int endedPost) {
		if (this.post == endedPost) {
			this.plan.session().offEnd(this.sessionEnded);
		}
	}

}
