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

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

import io.nixl4j.NixlAgent;
import io.nixl4j.NixlPeer;
import io.nixl4j.Transfer;
import io.nixl4j.memory.Incarnation;
import io.nixl4j.memory.MemoryRegion;
import io.nixl4j.memory.NixlError;
import io.nixl4j.memory.NixlException;
import io.nixl4j.memory.RegionOptions;

/**
 * Finds a worker by its engine id, reads from it and writes to it, again and again,
 * whatever becomes of the worker. Each request works or fails typed within its time-outs;
 * what was read is of the one start of the worker that the session is with, and what was
 * written is there.
 */
final class WorkerLoad implements AutoCloseable {

	private static final int LENGTH = EtcdWorker.LENGTH;

	/** Between requests to a worker that is not there. */
	private static final Duration PAUSE = Duration.ofMillis(10);

	private final NixlAgent agent;

	private final String engineId;

	/** Of one request: what connecting and three transfers may take together. */
	private final Duration limit;

	private final MemoryRegion local;

	private final Map<Incarnation, Long> numbers = new ConcurrentHashMap<>();

	private final Map<NixlError, Long> failures = new EnumMap<>(NixlError.class);

	private final AtomicLong done = new AtomicLong();

	private final CountDownLatch ended = new CountDownLatch(1);

	private final CompletableFuture<Void> work;

	/**
	 * Begins.
	 * @param agent who asks
	 * @param engineId the worker
	 * @param limit how long one request may take at most
	 */
	WorkerLoad(NixlAgent agent, String engineId, Duration limit) {
		this.agent = agent;
		this.engineId = engineId;
		this.limit = limit;
		this.local = agent.allocate(2L * LENGTH, RegionOptions.of("load"));
		// Not on the common pool, which may have one thread for several of these.
		this.work = CompletableFuture.runAsync(this::work, (task) -> new Thread(task, "load").start());
	}

	private void work() {
		try {
			boolean works = true;
			while (!this.ended.await(works ? 0 : PAUSE.toMillis(), TimeUnit.MILLISECONDS)) {
				long begin = System.nanoTime();
				works = request(this.done.get());
				if (System.nanoTime() - begin > this.limit.toNanos()) {
					throw new AssertionError("A request took longer than " + this.limit);
				}
			}
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex);
		}
	}

	private boolean request(long round) throws Exception {
		try {
			NixlPeer peer = this.agent.connect(this.engineId);
			this.local.buffer(LENGTH, LENGTH).putLong(0, SoakStamps.POISON);
			finish(peer.read(this.local.range(LENGTH, LENGTH), peer.region(EtcdWorker.NUMBERED).all()).submit());
			check(EtcdWorker.number(this.local.buffer(LENGTH, LENGTH)), peer);
			new Pattern(round).fill(this.local.buffer(0, LENGTH), 0);
			finish(peer.write(this.local.range(0, LENGTH), peer.region(EtcdWorker.INBOX).all()).submit());
			finish(peer.read(this.local.range(LENGTH, LENGTH), peer.region(EtcdWorker.INBOX).all()).submit());
			if (!this.local.buffer(LENGTH, LENGTH).equals(this.local.buffer(0, LENGTH))) {
				throw new AssertionError("What was read is not what was written");
			}
			this.done.incrementAndGet();
			return true;
		}
		catch (NixlException ex) {
			synchronized (this.failures) {
				this.failures.merge(ex.error(), 1L, Long::sum);
			}
			return false;
		}
	}

	/** Waits for the release too, since the memory is used again at once. */
	private void finish(Transfer transfer) throws Exception {
		try {
			transfer.await();
		}
		finally {
			transfer.released().get(this.limit.toMillis(), TimeUnit.MILLISECONDS);
		}
	}

	private void check(long number, NixlPeer peer) {
		Long earlier = this.numbers.putIfAbsent(peer.incarnation(), number);
		if (number < 0 || (earlier != null && earlier != number)) {
			throw new AssertionError("Bytes of worker " + number + " came instead of those of " + earlier);
		}
	}

	/**
	 * Returns whether a request to a start of the worker has worked.
	 * @param number which start
	 * @return whether its bytes were read; fails if anything was wrong so far
	 */
	boolean hasReached(long number) {
		if (this.work.isCompletedExceptionally()) {
			this.work.join();
		}
		return this.numbers.containsValue(number);
	}

	/**
	 * Returns how many requests have worked.
	 * @return the number of them
	 */
	long done() {
		return this.done.get();
	}

	/**
	 * Returns what requests have failed with.
	 * @return how many of each
	 */
	Map<NixlError, Long> failures() {
		synchronized (this.failures) {
			return new EnumMap<>(this.failures);
		}
	}

	/** Ends, and fails if anything was wrong. */
	@Override
	public void close() {
		this.ended.countDown();
		this.work.join();
	}

}
