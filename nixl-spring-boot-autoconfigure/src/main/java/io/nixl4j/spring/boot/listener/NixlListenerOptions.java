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

package io.nixl4j.spring.boot.listener;

import java.time.Duration;
import java.util.concurrent.ThreadFactory;

/**
 * How a listener is run.
 *
 * @param concurrency how many notifications the method is called with at once
 * @param queueCapacity how many notifications may wait for it
 * @param autoStartup whether it starts with the application
 * @param stopTimeout how long a stop waits for the notifications that wait
 * @param errorHandler gets what the method throws
 * @param threads makes the listener's threads
 */
public record NixlListenerOptions(int concurrency, int queueCapacity, boolean autoStartup, Duration stopTimeout,
		NixlNotificationErrorHandler errorHandler, ThreadFactory threads) {

	/**
	 * Checks the options.
	 * @throws IllegalArgumentException if a number is less than 1 or the time negative
	 */
	public NixlListenerOptions {
		if (concurrency < 1) {
			throw new IllegalArgumentException("concurrency must be at least 1, not " + concurrency);
		}
		if (queueCapacity < 1) {
			throw new IllegalArgumentException("queue-capacity must be at least 1, not " + queueCapacity);
		}
		if (stopTimeout.isNegative()) {
			throw new IllegalArgumentException("stop-timeout must not be negative");
		}
	}

	/**
	 * Returns these options with another concurrency.
	 * @param number how many notifications the method is called with at once
	 * @return new options
	 */
	public NixlListenerOptions withConcurrency(int number) {
		return new NixlListenerOptions(number, this.queueCapacity, this.autoStartup, this.stopTimeout,
				this.errorHandler, this.threads);
	}

	/**
	 * Returns these options with another bound.
	 * @param number how many notifications may wait
	 * @return new options
	 */
	public NixlListenerOptions withQueueCapacity(int number) {
		return new NixlListenerOptions(this.concurrency, number, this.autoStartup, this.stopTimeout, this.errorHandler,
				this.threads);
	}

	/**
	 * Returns these options with another beginning.
	 * @param auto whether the listener starts with the application
	 * @return new options
	 */
	public NixlListenerOptions withAutoStartup(boolean auto) {
		return new NixlListenerOptions(this.concurrency, this.queueCapacity, auto, this.stopTimeout, this.errorHandler,
				this.threads);
	}

	/**
	 * Returns these options with another patience.
	 * @param timeout how long a stop waits for the notifications that wait
	 * @return new options
	 */
	public NixlListenerOptions withStopTimeout(Duration timeout) {
		return new NixlListenerOptions(this.concurrency, this.queueCapacity, this.autoStartup, timeout,
				this.errorHandler, this.threads);
	}

	/**
	 * Returns these options with another error handler.
	 * @param handler gets what the method throws
	 * @return new options
	 */
	public NixlListenerOptions withErrorHandler(NixlNotificationErrorHandler handler) {
		return new NixlListenerOptions(this.concurrency, this.queueCapacity, this.autoStartup, this.stopTimeout,
				handler, this.threads);
	}

	/**
	 * Returns these options with other threads.
	 * @param factory makes the listener's threads, as many as its concurrency
	 * @return new options
	 */
	public NixlListenerOptions withThreads(ThreadFactory factory) {
		return new NixlListenerOptions(this.concurrency, this.queueCapacity, this.autoStartup, this.stopTimeout,
				this.errorHandler, factory);
	}

}
