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
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

import io.nixl4j.PreparedTransfer;
import io.nixl4j.Transfer;

/**
 * A transfer that was posted, in either of the two styles.
 */
interface SoakPost {

	/** Far longer than any release takes when nothing is wrong. */
	Duration LIMIT = Duration.ofSeconds(60);

	/**
	 * Waits for the result.
	 * @throws Exception as the transfer failed
	 */
	void await() throws Exception;

	/**
	 * Cancels it.
	 */
	void cancel();

	/**
	 * Waits until local memory is free.
	 * @throws Exception if that takes too long
	 */
	void awaitReleased() throws Exception;

	/**
	 * Waits until the peer's memory is free.
	 * @throws Exception if that takes too long
	 */
	void awaitStopped() throws Exception;

	/**
	 * Ends the use.
	 */
	void close();

	/**
	 * A transfer with futures.
	 *
	 * @param transfer the transfer
	 */
	record Submitted(Transfer transfer) implements SoakPost {

		@Override
		public void await() throws Exception {
			if (ThreadLocalRandom.current().nextBoolean()) {
				this.transfer.await();
				return;
			}
			try {
				this.transfer.result().get(LIMIT.toSeconds(), TimeUnit.SECONDS);
			}
			catch (java.util.concurrent.ExecutionException ex) {
				throw (Exception) ex.getCause();
			}
		}

		@Override
		public void cancel() {
			this.transfer.cancel();
		}

		@Override
		public void awaitReleased() throws Exception {
			this.transfer.released().get(LIMIT.toSeconds(), TimeUnit.SECONDS);
		}

		@Override
		public void awaitStopped() throws Exception {
			this.transfer.stopped().get(LIMIT.toSeconds(), TimeUnit.SECONDS);
		}

		@Override
		public void close() {
			// nothing was prepared
		}

	}

	/**
	 * A post of a prepared transfer.
	 *
	 * @param transfer the prepared transfer
	 */
	record Posted(PreparedTransfer transfer) implements SoakPost {

		@Override
		public void await() throws Exception {
			if (ThreadLocalRandom.current().nextBoolean()) {
				this.transfer.await();
				return;
			}
			until(this.transfer::poll);
		}

		@Override
		public void cancel() {
			this.transfer.cancel();
		}

		@Override
		public void awaitReleased() {
			until(this.transfer::isReleased);
		}

		@Override
		public void awaitStopped() {
			until(this.transfer::isStopped);
		}

		@Override
		public void close() {
			this.transfer.close();
		}

		private static void until(BooleanSupplier condition) {
			long deadline = System.nanoTime() + LIMIT.toNanos();
			while (!condition.getAsBoolean()) {
				if (System.nanoTime() > deadline) {
					throw new IllegalStateException("Nothing came of it within " + LIMIT);
				}
				Thread.yield();
			}
		}

	}

}
