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

import java.util.concurrent.CompletableFuture;

/**
 * A transfer that was posted. It has a result, a release and an end, which are three
 * facts: a time-out or a cancel brings the result, and bytes may still move after it.
 * <table>
 * <caption>What each proves</caption>
 * <tr>
 * <th>fact</th>
 * <th>local memory</th>
 * <th>the peer's memory</th>
 * </tr>
 * <tr>
 * <td>{@link #result()} normally</td>
 * <td>free again; after a READ it holds the bytes</td>
 * <td>free again; after a WRITE it holds the bytes</td>
 * </tr>
 * <tr>
 * <td>{@link #result()} exceptionally</td>
 * <td>nothing</td>
 * <td>nothing</td>
 * </tr>
 * <tr>
 * <td>{@link #released()}</td>
 * <td>not touched any more</td>
 * <td>nothing</td>
 * </tr>
 * <tr>
 * <td>{@link #stopped()}</td>
 * <td>nothing</td>
 * <td>not touched any more</td>
 * </tr>
 * </table>
 * Futures complete on the agent's callback executor.
 */
public interface Transfer {

	/**
	 * Returns the result. At its deadline at the latest it completes exceptionally with a
	 * {@link io.nixl4j.memory.NixlTimeoutException}.
	 * @return the result; fails with a {@link io.nixl4j.memory.NixlException}
	 */
	CompletableFuture<TransferResult> result();

	/**
	 * Returns the release: reuse, free or close local memory after it only.
	 * @return completes normally, whatever the result
	 */
	CompletableFuture<Void> released();

	/**
	 * Returns the proof that nothing of the transfer can touch the peer's memory any
	 * more. If the peer is lost it may never complete.
	 * @return completes normally, whatever the result
	 */
	CompletableFuture<Void> stopped();

	/**
	 * Waits for the result on this thread, which is faster than the future.
	 * @return the result
	 * @throws io.nixl4j.memory.NixlException if the transfer failed
	 * @throws InterruptedException if the thread is interrupted; the transfer goes on
	 */
	TransferResult await() throws InterruptedException;

	/**
	 * Cancels the transfer: its result comes at once, its release as soon as it can.
	 * @return {@code false} if there was a result before
	 */
	boolean cancel();

}
