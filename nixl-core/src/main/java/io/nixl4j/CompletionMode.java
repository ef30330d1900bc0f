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

/**
 * How an agent learns that a transfer is done, or that a peer wants something: what it
 * pays for in processor time, and what in latency. The mode is each agent's own; the
 * modes of two peers need not be the same.
 * <p>
 * In every mode an agent with nothing to do sleeps. Virtual threads always sleep while
 * they wait.
 */
public enum CompletionMode {

	/**
	 * A thread that waits for a transfer does the route's work itself, without sleeping,
	 * so that none has to be woken; of several one does it for all. The agent's own
	 * threads look for more work without sleeping too, unless callers do. Who has found
	 * nothing to do for a millisecond sleeps as in {@link #EVENT}. The shortest latency;
	 * costs a processor while transfers are in flight.
	 */
	POLLING(Duration.ofMillis(1)),

	/**
	 * The agent's own threads do all work, and sleep whenever there is none; callers
	 * sleep until they are woken. The least processor time.
	 */
	EVENT(Duration.ZERO),

	/**
	 * As {@link #POLLING}, but who has found nothing to do for 50 microseconds sleeps: as
	 * fast where answers come at once, and cheap where they do not.
	 */
	ADAPTIVE(Duration.ofNanos(50_000));

	private final Duration spin;

	CompletionMode(Duration spin) {
		this.spin = spin;
	}

	/**
	 * Returns how long to look for work before sleeping.
	 * @return zero for not at all
	 */
	Duration spin() {
		return this.spin;
	}

}
