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

import io.nixl4j.route.Operation;

/**
 * A transfer that is compiled once and posted many times, one post after the other. Once
 * warm, {@link #post()}, {@link #poll()} and {@link #await()} allocate nothing; only a
 * caller that does the work of sockets itself (see {@link CompletionMode#POLLING}) makes
 * an object of 64 bytes for each buffer of a body over 1 KiB that it hands to one, and
 * without the native transport for each buffer. It belongs to one incarnation of its
 * peer: when that is gone every post fails at once.
 * <p>
 * Not for use by several threads at a time, but for {@link #cancel()}, which any thread
 * may call at any time.
 */
public interface PreparedTransfer extends AutoCloseable {

	/**
	 * Returns what a post does.
	 * @return the operation
	 */
	Operation operation();

	/**
	 * Returns how many bytes a post moves.
	 * @return the bytes
	 */
	long bytes();

	/**
	 * Posts the transfer and returns.
	 * @throws io.nixl4j.memory.NixlBusyException if the post before is not released and
	 * ended, or the route's queue is full
	 * @throws io.nixl4j.memory.NixlException if it could not be posted
	 */
	void post();

	/**
	 * Returns whether the last post is done.
	 * @return {@code false} while it has no result
	 * @throws io.nixl4j.memory.NixlException if it failed
	 */
	boolean poll();

	/**
	 * Waits until the last post is done.
	 * @throws io.nixl4j.memory.NixlException if it failed
	 * @throws InterruptedException if the thread is interrupted; the transfer goes on
	 */
	void await() throws InterruptedException;

	/**
	 * Cancels the last post: its result comes at once, its release as soon as it can.
	 * @return {@code false} if there was a result before
	 */
	boolean cancel();

	/**
	 * Returns whether local memory is free: nothing of the last post touches it any more.
	 * @return {@code true} also before the first post
	 */
	boolean isReleased();

	/**
	 * Returns whether nothing of the last post can touch the peer's memory any more.
	 * @return {@code true} also before the first post
	 */
	boolean isStopped();

	/**
	 * Returns how long the last post took to its result.
	 * @return nanoseconds, or zero while there is none
	 */
	long durationNanos();

	/**
	 * Drops the compiled form as soon as the last post is released; cancels a post that
	 * is in flight.
	 */
	@Override
	void close();

}
