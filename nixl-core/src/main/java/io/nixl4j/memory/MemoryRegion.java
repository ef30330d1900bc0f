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

package io.nixl4j.memory;

import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;

/**
 * Registered memory of this agent. It was either allocated by the agent, which frees it,
 * or is owned by the caller, who may free it only after {@link #closed()} has completed.
 * Safe for use by many threads; the bytes themselves are guarded by nothing.
 */
public interface MemoryRegion extends Region, AutoCloseable {

	/**
	 * Returns a view of a part of the memory: position 0, limit and capacity
	 * {@code length}, big-endian as every new {@link ByteBuffer}. The view cannot crash
	 * the JVM. After the region has closed it throws {@link IllegalStateException} at
	 * each access from Java 22 on; before that, it keeps the memory allocated as long as
	 * it is reachable. Where the caller owns the memory and gave its address, this holds
	 * only as long as the caller does not free it before {@link #closed()}, and before
	 * Java 22 not while a view is in use.
	 * @param offset the first byte, from the region's start
	 * @param length the length in bytes, 1 to 1 GiB
	 * @return a new buffer over the memory
	 * @throws NixlOutOfRangeException if the length is 0 or more than 1 GiB or the range
	 * is not within the region
	 * @throws NixlRegionClosedException if closing has begun
	 * @throws NixlBackendException {@link NixlError#UNSUPPORTED} if the memory is not
	 * DRAM
	 */
	ByteBuffer buffer(long offset, int length);

	/**
	 * Returns whether transfers may use the region.
	 * @return {@code false} once closing has begun
	 */
	boolean isOpen();

	/**
	 * Begins to close the region and returns: no transfer begins on it from now on, and
	 * peers are told to let go of it. A second call does nothing.
	 */
	@Override
	void close();

	/**
	 * Returns a future that completes when nothing will touch the memory any more, at
	 * either end: what the agent allocated is then free, what the caller owns may then be
	 * freed by the caller. It completes neither exceptionally nor by time-out: memory of
	 * which nobody can prove that it is left alone is quarantined instead, and the future
	 * waits for the proof.
	 * @return a future of the caller's own; completing it has no effect on the region
	 */
	CompletableFuture<Void> closed();

}
