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

import java.io.IOException;

/**
 * One way of moving bytes that is measured, in the initiator's process.
 */
interface Contender extends AutoCloseable {

	/**
	 * Transfers as often as the time allows, once at least.
	 * @param op the direction
	 * @param shape what a transfer looks like
	 * @param nanos for how long
	 * @return what a transfer took
	 * @throws Exception if a transfer failed
	 */
	Sample run(Op op, Shape shape, long nanos) throws Exception;

	@Override
	void close() throws IOException;

	/**
	 * Repeats one transfer and takes the time.
	 * @param transfer the transfer
	 * @param bytes how many bytes it moves
	 * @param nanos for how long
	 * @return what a transfer took
	 * @throws Exception if a transfer failed
	 */
	static Sample repeat(Transfer transfer, long bytes, long nanos) throws Exception {
		if (bytes <= (16 << 20)) {
			// Whoever ran before has left other bytes in the caches
			transfer.run();
		}
		long start = System.nanoTime();
		long count = 0;
		long taken;
		do {
			transfer.run();
			count++;
			taken = System.nanoTime() - start;
		}
		while (taken < nanos);
		return new Sample((double) taken / count, count);
	}

	/**
	 * One transfer from its begin to its result.
	 */
	@FunctionalInterface
	interface Transfer {

		/**
		 * Runs it.
		 * @throws Exception if it failed
		 */
		void run() throws Exception;

	}

}
