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

package io.nixl4j.route;

import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * The compiled form of one pair of descriptor lists on one route. At most one attempt of
 * a request is under way: the caller posts again only after the attempt before has ended,
 * as {@link AttemptEvents} says.
 */
public interface RouteRequest {

	/**
	 * Starts an attempt. Returns at once and allocates nothing once warm.
	 * @param requestId the initiator's number of the transfer, unique in its incarnation
	 * @param attempt the attempt's number, from one; the target admits the newest only
	 * @throws io.nixl4j.memory.NixlException if nothing was started: the queue is full
	 * ({@code BUSY}), or the route is gone; no event follows then
	 */
	void post(long requestId, int attempt);

	/**
	 * Says that attempts of this request are not waited for by
	 * {@link #await(BooleanSupplier)}, or not by it alone: the route's own threads are to
	 * carry them, without delay. Called before the first post.
	 */
	default void detach() {
	}

	/**
	 * Does what work of the route there is on the calling thread, if it may, without
	 * waiting.
	 */
	default void poll() {
	}

	/**
	 * Waits until something is so, as a rule the result of the attempt under way; the
	 * calling thread may do the route's work meanwhile. Returns early if it is
	 * interrupted, leaving it interrupted.
	 * @param done what is waited for; whoever makes it so unparks the waiting thread
	 */
	default void await(BooleanSupplier done) {
		while (!done.getAsBoolean() && !Thread.currentThread().isInterrupted()) {
			LockSupport.park(this);
		}
	}

	/**
	 * Asks for the end of the attempt under way: what has not left is not sent any more.
	 * The proof comes by {@link AttemptEvents#released()} and
	 * {@link AttemptEvents#stopped()}, never by this method's return. Without an attempt
	 * under way this does nothing.
	 */
	void stop();

	/**
	 * Drops the compiled form. Called only while no attempt is under way; closing again
	 * does nothing.
	 */
	void close();

}
