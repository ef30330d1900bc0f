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

import java.util.concurrent.CompletableFuture;

/**
 * The event loops of one agent, shared by its server, its client and all connections.
 */
public final class WireLoops {

	private WireLoops() {
	}

	/**
	 * Starts loops on the best transport of this machine: epoll where its native library
	 * is on the class path, else NIO.
	 * @param threadPrefix how the threads' names begin
	 * @param threads how many
	 * @return the loops
	 */
	public static WireLoops create(String threadPrefix, int threads) {
		throw new UnsupportedOperationException();
	}

	/**
	 * Returns the transport in use.
	 * @return {@code epoll} or {@code nio}
	 */
	public String transport() {
		throw new UnsupportedOperationException();
	}

	/**
	 * Ends the loops. Connections must have been closed before.
	 * @return completes when all threads have ended
	 */
	public CompletableFuture<Void> close() {
		throw new UnsupportedOperationException();
	}

}
