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

package io.nixl4j.serving;

import java.time.Duration;

import io.nixl4j.memory.NixlError;
import io.nixl4j.memory.NixlOutOfRangeException;

/**
 * How a router deals with requests.
 *
 * @param maxRequests how many requests are under way at once; more are refused as
 * {@link NixlError#BUSY}
 * @param localPrefillTokens up to how many tokens a decode worker computes itself, of a
 * prompt or of what it does not hold of one; 0 for never
 * @param remoteTimeout how long to wait for the first token of a prompt that a prefill
 * worker computes, before the decode worker does it
 * @param maxAttempts how many attempts a request has at most
 * @param continueAnswers whether an answer whose decode worker fails is gone on with by
 * another one, from {@link ServingRequest#answered()} on, or fails
 */
public record RouterOptions(int maxRequests, int localPrefillTokens, Duration remoteTimeout, int maxAttempts,
		boolean continueAnswers) {

	/**
	 * Checks the options.
	 * @throws NixlOutOfRangeException if a number is too small
	 */
	public RouterOptions {
		if (maxRequests < 1 || localPrefillTokens < 0 || maxAttempts < 1 || remoteTimeout.isNegative()
				|| remoteTimeout.isZero()) {
			throw NixlError.OUT_OF_RANGE
				.exception("A router has at least 1 request, 1 attempt and a time-out of more than 0");
		}
	}

	/**
	 * Returns what holds if nothing is said: 1,024 requests, three attempts each, 10
	 * seconds for the first token, no prompt computed by decode workers unless prefill
	 * fails, answers gone on with.
	 * @return the options
	 */
	public static RouterOptions defaults() {
		return new RouterOptions(1_024, 0, Duration.ofSeconds(10), 3, true);
	}

	/**
	 * Returns these options with another bound.
	 * @param requests how many requests are under way at once
	 * @return new options
	 */
	public RouterOptions withMaxRequests(int requests) {
		return new RouterOptions(requests, this.localPrefillTokens, this.remoteTimeout, this.maxAttempts,
				this.continueAnswers);
	}

	/**
	 * Returns these options with another threshold for short prompts.
	 * @param tokens up to how many tokens a decode worker computes a prompt itself
	 * @return new options
	 */
	public RouterOptions withLocalPrefillTokens(int tokens) {
		return new RouterOptions(this.maxRequests, tokens, this.remoteTimeout, this.maxAttempts, this.continueAnswers);
	}

	/**
	 * Returns these options with another patience for prefill workers.
	 * @param timeout how long to wait for the first token
	 * @return new options
	 */
	public RouterOptions withRemoteTimeout(Duration timeout) {
		return new RouterOptions(this.maxRequests, this.localPrefillTokens, timeout, this.maxAttempts,
				this.continueAnswers);
	}

	/**
	 * Returns these options with more or fewer attempts.
	 * @param attempts how many attempts a request has at most
	 * @return new options
	 */
	public RouterOptions withMaxAttempts(int attempts) {
		return new RouterOptions(this.maxRequests, this.localPrefillTokens, this.remoteTimeout, attempts,
				this.continueAnswers);
	}

	/**
	 * Returns these options with answers gone on with or not.
	 * @param answers whether an answer whose decode worker fails is gone on with by
	 * another one
	 * @return new options
	 */
	public RouterOptions withContinueAnswers(boolean answers) {
		return new RouterOptions(this.maxRequests, this.localPrefillTokens, this.remoteTimeout, this.maxAttempts,
				answers);
	}

}
