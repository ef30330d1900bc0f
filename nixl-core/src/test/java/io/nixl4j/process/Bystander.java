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
package io.nixl4j.process;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;

import io.nixl4j.NixlPeer;
import io.nixl4j.memory.MemoryRegion;
import io.nixl4j.memory.RemoteRegion;

/**
 * Writes to a peer that nothing happens to, and reads back, all the time: whatever
 * befalls other peers, each of its bytes is right.
 */
final class Bystander implements AutoCloseable {

	private final NixlPeer peer;

	private final MemoryRegion local;

	private final RemoteRegion remote;

	private final int length;

	private final AtomicLong rounds = new AtomicLong();

	private final CompletableFuture<Void> work;

	private volatile boolean ended;

	/**
	 * Begins.
	 * @param peer the peer
	 * @param local memory for two transfers
	 * @param remote memory for one
	 */
	Bystander(NixlPeer peer, MemoryRegion local, RemoteRegion remote) {
		this.peer = peer;
		this.local = local;
		this.remote = remote;
		this.length = Math.toIntExact(local.length() / 2);
		// Not on the common pool, which may have one thread for several of these.
		this.work = CompletableFuture.runAsync(this::work, (task) -> new Thread(task, "bystander").start());
	}

	private void work() {
		try {
			while (!this.ended) {
				round(new Pattern(this.rounds.get()));
				this.rounds.incrementAndGet();
			}
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private void round(Pattern pattern) throws InterruptedException {
		pattern.fill(this.local.buffer(0, this.length), 0);
		this.peer.write(this.local.range(0, this.length), this.remote.range(0, this.length)).submit().await();
		this.peer.read(this.local.range(this.length, this.length), this.remote.range(0, this.length)).submit().await();
		if (!this.local.buffer(this.length, this.length).equals(this.local.buffer(0, this.length))) {
			throw new AssertionError("What was read is not what was written");
		}
	}

	/**
	 * Returns how often it has written and read back.
	 * @return the rounds so far
	 */
	long rounds() {
		if (this.work.isCompletedExceptionally()) {
			this.work.join();
		}
		return this.rounds.get();
	}

	/** Ends, and fails if anything was wrong. */
	@Override
	public void close() {
		this.ended = true;
		this.work.join();
	}

}
