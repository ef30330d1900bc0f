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
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * What befalls the two ends of a soak: their connections are cut, one or all at a time,
 * and one of their processes is frozen now and then.
 */
final class SoakFaults implements AutoCloseable {

	private static final int MAX_FREEZE_MILLIS = 3_000;

	private static final int MAX_PAUSE_MILLIS = 1_500;

	private final CuttingRelay relay;

	private final List<Child> ends;

	private final SplittableRandom random;

	private final CountDownLatch closed = new CountDownLatch(1);

	private final CompletableFuture<Void> work;

	private volatile int cuts;

	private volatile int freezes;

	/**
	 * Begins.
	 * @param relay what the connections go through
	 * @param ends the processes
	 * @param seed decides what befalls them
	 */
	SoakFaults(CuttingRelay relay, List<Child> ends, long seed) {
		this.relay = relay;
		this.ends = ends;
		this.random = new SplittableRandom(seed);
		this.work = CompletableFuture.runAsync(this::work);
	}

	private void work() {
		try {
			while (!pause(MAX_PAUSE_MILLIS)) {
				switch (this.random.nextInt(8)) {
					case 0 -> freeze(this.ends.get(this.random.nextInt(this.ends.size())));
					case 1 -> {
						this.relay.cut();
						this.cuts++;
					}
					default -> {
						this.relay.cutOne(this.random);
						this.cuts++;
					}
				}
			}
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex);
		}
	}

	private void freeze(Child child) throws Exception {
		child.signal("STOP");
		try {
			this.freezes++;
			pause(MAX_FREEZE_MILLIS);
		}
		finally {
			child.signal("CONT");
		}
	}

	/** Returns whether it is to end. */
	private boolean pause(int most) throws InterruptedException {
		Duration pause = Duration.ofMillis(this.random.nextInt(most));
		return this.closed.await(pause.toMillis(), TimeUnit.MILLISECONDS);
	}

	/** Ends, with nothing frozen. */
	@Override
	public void close() {
		this.closed.countDown();
		this.work.join();
	}

	@Override
	public String toString() {
		return this.cuts + " cuts, " + this.freezes + " freezes";
	}

}
