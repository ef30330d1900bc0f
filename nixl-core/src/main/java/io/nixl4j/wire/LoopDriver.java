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

import java.util.function.BooleanSupplier;

/**
 * An event loop as callers see it who wait for its work: in the polling and adaptive
 * modes they may do it themselves, so that no thread is woken. Who drives the loop is its
 * event loop thread for that time.
 * <p>
 * Methods may be called from any thread and allocate nothing. Virtual threads, threads of
 * event loops, and every caller in event mode leave the work to the loop's own thread.
 */
public interface LoopDriver {

	/**
	 * Returns whether the calling thread may do the loop's work.
	 * @return {@code false} if it leaves that to the loop's own thread
	 */
	boolean canDrive();

	/**
	 * Takes the loop if nobody drives it. Never waits.
	 * @return {@code true} if the calling thread drives the loop now; it calls
	 * {@link #leave()} in the end
	 */
	boolean enter();

	/**
	 * Runs what was handed to the loop meanwhile, and gives the loop away.
	 */
	void leave();

	/**
	 * Does the loop's work once, without waiting, if nobody else does.
	 */
	void poll();

	/**
	 * Waits until something is so, doing the loop's work meanwhile if nobody else does.
	 * Returns early if the thread is interrupted, leaving it interrupted.
	 * @param done what is waited for; whoever makes it so unparks the waiting thread
	 */
	void await(BooleanSupplier done);

	/**
	 * Counts work which nobody waits for by {@link #await(BooleanSupplier)}: as long as
	 * there is some, the loop's own thread takes over at once when callers leave.
	 * @param change one more or one less
	 */
	void attend(int change);

	/**
	 * The peer asks for something. Called by the thread that drives the loop: the loop's
	 * own thread takes over at once when it leaves, since more may come.
	 */
	void inbound();

	/**
	 * A short request is on its way. Called by the thread that drives the loop: for a
	 * while connections with much to do take shorter turns, so that others wait less.
	 */
	void hurry();

	/**
	 * Returns how many bytes a connection sends or receives before it is another one's
	 * turn. Called by the thread that drives the loop.
	 * @return a number of bytes
	 */
	int turnBytes();

}
