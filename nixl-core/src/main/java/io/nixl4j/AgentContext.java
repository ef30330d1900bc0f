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

import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicLong;

import io.nixl4j.memory.RegionTable;

/**
 * What transfers need of one incarnation of their agent.
 *
 * @param regions the agent's memory
 * @param deadlines watches transfers in flight
 * @param callbacks completes futures
 * @param timer begins what is to happen later
 * @param transferTimeout the time-out of transfers that name none
 * @param requestIds numbers requests
 */
record AgentContext(RegionTable regions, DeadlineWatch deadlines, Executor callbacks, ScheduledExecutorService timer,
		Duration transferTimeout, AtomicLong requestIds) {

	/**
	 * Completes a future where users' stages may run: never on the threads of routes and
	 * sessions, unless the agent is closed and nobody else is left.
	 * @param completion completes the future
	 */
	void complete(Runnable completion) {
		try {
			this.callbacks.execute(completion);
		}
		catch (RejectedExecutionException ex) {
			completion.run();
		}
	}

	long nextRequestId() {
		return this.requestIds.incrementAndGet();
	}

}
