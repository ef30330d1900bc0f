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

import java.util.Objects;

import io.nixl4j.memory.NixlError;
import io.nixl4j.memory.NixlOutOfRangeException;

/**
 * What a worker may take upon itself.
 *
 * @param maxRequests how many requests it has at once, waiting ones included; more are
 * refused as {@link NixlError#BUSY}
 * @param threads how many of them the engine computes at once
 * @param transferMode how a decode worker gets what prefill workers have computed; it
 * decides for both
 * @param transferListener hears of each layer that moves
 */
public record WorkerOptions(int maxRequests, int threads, KvTransferMode transferMode,
		KvTransferListener transferListener) {

	/**
	 * Checks the options.
	 * @throws NixlOutOfRangeException if a number is less than 1
	 */
	public WorkerOptions {
		Objects.requireNonNull(transferMode, "transferMode");
		Objects.requireNonNull(transferListener, "transferListener");
		if (maxRequests < 1 || threads < 1) {
			throw NixlError.OUT_OF_RANGE.exception("A worker has at least 1 request and 1 thread");
		}
	}

	/**
	 * Returns what holds if nothing is said: 256 requests, one at a time, and layers
	 * written by prefill workers.
	 * @return the options
	 */
	public static WorkerOptions defaults() {
		return new WorkerOptions(256, 1, KvTransferMode.PUSH, KvTransferListener.NONE);
	}

	/**
	 * Returns these options with another bound.
	 * @param requests how many requests the worker has at once
	 * @return new options
	 */
	public WorkerOptions withMaxRequests(int requests) {
		return new WorkerOptions(requests, this.threads, this.transferMode, this.transferListener);
	}

	/**
	 * Returns these options with more or fewer threads.
	 * @param number how many requests the engine computes at once
	 * @return new options
	 */
	public WorkerOptions withThreads(int number) {
		return new WorkerOptions(this.maxRequests, number, this.transferMode, this.transferListener);
	}

	/**
	 * Returns these options with another way of keys and values.
	 * @param mode how a decode worker gets what prefill workers have computed
	 * @return new options
	 */
	public WorkerOptions withTransferMode(KvTransferMode mode) {
		return new WorkerOptions(this.maxRequests, this.threads, mode, this.transferListener);
	}

	/**
	 * Returns these options with somebody who hears of each layer that moves.
	 * @param listener the listener
	 * @return new options
	 */
	public WorkerOptions withTransferListener(KvTransferListener listener) {
		return new WorkerOptions(this.maxRequests, this.threads, this.transferMode, listener);
	}

}
