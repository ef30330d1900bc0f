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

import java.util.concurrent.ExecutorService;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinWorkerThread;
import java.util.concurrent.TimeUnit;

/**
 * The threads on which an agent runs its users' code, unless it was given an executor. As
 * many as there is work for, up to a bound: thousands of futures may complete at once. A
 * callback that waits for a future does not count against it.
 */
final class CallbackThreads {

	private static final int THREADS = 64;

	private static final int WITH_WAITING = 512;

	private CallbackThreads() {
	}

	static ExecutorService create(String agentName) {
		return new ForkJoinPool(THREADS, (pool) -> new CallbackThread(pool, agentName), null, true, 0, WITH_WAITING, 1,
				(pool) -> true, 10, TimeUnit.SECONDS);
	}

	private static final class CallbackThread extends ForkJoinWorkerThread {

		CallbackThread(ForkJoinPool pool, String agentName) {
			super(pool);
			setName("nixl-" + agentName + "-callback");
		}

	}

}
