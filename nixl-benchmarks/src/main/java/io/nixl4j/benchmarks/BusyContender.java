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

package io.nixl4j.benchmarks;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import io.nixl4j.PreparedTransfer;

/**
 * How long the slowest of a hundred small transfers takes while large ones are always on
 * their way to the same peer, beside the same without them.
 */
final class BusyContender implements Contender {

	private static final int LEAST_SAMPLES = 200;

	private static final int MOST_SAMPLES = 1 << 20;

	private final NixlContender contender;

	private final PreparedTransfer large;

	private final ExecutorService executor = Executors.newSingleThreadExecutor();

	private final long[] nanos = new long[MOST_SAMPLES];

	private volatile boolean busy;

	BusyContender(Setting setting, String bind, Endpoints targets, ByteBuffer memory) {
		this.contender = new NixlContender("busy-initiator", setting, bind, targets, memory);
		this.large = this.contender.prepare(0, Op.WRITE, Shape.bulk(memory.capacity()));
	}

	@Override
	public Sample run(Op op, Shape shape, long nanos) throws Exception {
		try (PreparedTransfer small = this.contender.prepare(0, op, shape)) {
			double idle = p99(small, nanos / 2, 0);
			this.busy = true;
			Future<?> background = this.executor.submit(this::keepBusy);
			try {
				double busyNanos = p99(small, nanos / 2, 2);
				return new Sample(busyNanos, 1, idle);
			}
			finally {
				this.busy = false;
				background.get();
			}
		}
	}

	private Object keepBusy() throws InterruptedException {
		while (this.busy) {
			this.large.post();
			this.large.await();
		}
		return this;
	}

	private double p99(PreparedTransfer small, long nanos, int skipped) throws InterruptedException {
		long end = System.nanoTime() + nanos;
		int count = -skipped;
		while (count < LEAST_SAMPLES || (System.nanoTime() < end && count < MOST_SAMPLES)) {
			long start = System.nanoTime();
			small.post();
			small.await();
			if (count >= 0) {
				this.nanos[count] = System.nanoTime() - start;
			}
			count++;
		}
		Arrays.sort(this.nanos, 0, count);
		return this.nanos[(int) (count * 0.99)];
	}

	@Override
	public void close() {
		this.executor.shutdown();
		this.contender.close();
	}

}
