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
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Several initiators that use one target at the same time: what the slowest of them gets,
 * beside what each would get if all got the same.
 */
final class FairShareContender implements Contender {

	private final List<NixlContender> initiators = new ArrayList<>();

	private final ExecutorService executor = Executors.newCachedThreadPool();

	FairShareContender(Setting setting, String bind, Endpoints targets, ByteBuffer memory) {
		for (int i = 0; i < setting.initiators(); i++) {
			this.initiators.add(new NixlContender("initiator-" + i, setting, bind, targets, memory));
		}
	}

	@Override
	public Sample run(Op op, Shape shape, long nanos) throws Exception {
		CyclicBarrier start = new CyclicBarrier(this.initiators.size());
		List<Future<Sample>> shares = new ArrayList<>();
		for (NixlContender initiator : this.initiators) {
			Callable<Sample> task = () -> {
				initiator.run(op, shape, 0);
				start.await();
				return initiator.run(op, shape, nanos);
			};
			shares.add(this.executor.submit(task));
		}
		double slowest = 0;
		double rate = 0;
		long count = 0;
		for (Future<Sample> future : shares) {
			Sample share = future.get();
			slowest = Math.max(slowest, share.nanos());
			rate += 1 / share.nanos();
			count += share.count();
		}
		// As if the whole target were served at the slowest one's pace
		return new Sample(slowest / shares.size(), count, 1 / rate);
	}

	@Override
	public void close() {
		this.executor.shutdownNow();
		for (NixlContender initiator : this.initiators) {
			initiator.close();
		}
	}

}
