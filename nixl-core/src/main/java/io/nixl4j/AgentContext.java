package io.nixl4j;

import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What transfers need of one incarnation of their agent.
 *
 * @param deadlines watches transfers in flight
 * @param callbacks completes futures
 * @param transferTimeout the time-out of transfers that name none
 * @param requestIds numbers requests
 */
record AgentContext(DeadlineWatch deadlines, Executor callbacks, Duration transferTimeout, AtomicLong requestIds) {

	long nextRequestId() {
		return this.requestIds.incrementAndGet();
	}

}
