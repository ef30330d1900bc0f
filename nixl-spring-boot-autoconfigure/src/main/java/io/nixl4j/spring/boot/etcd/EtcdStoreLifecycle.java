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

package io.nixl4j.spring.boot.etcd;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

import io.nixl4j.metadata.NixlMetadataStoreException;
import io.nixl4j.metadata.NixlMetadataStoreException.Problem;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.context.SmartLifecycle;

/**
 * Asks etcd, before any agent starts, whether it can be used. A stop leaves the store
 * connected, since its agents are withdrawn by then and may be started again; when the
 * context closes the store ends after all agents, and its lease with it.
 */
final class EtcdStoreLifecycle implements SmartLifecycle {

	/** Before agents start, and after they have stopped. */
	static final int PHASE = DEFAULT_PHASE - 5120;

	private static final Logger logger = LoggerFactory.getLogger(EtcdStoreLifecycle.class);

	private static final Duration PAUSE = Duration.ofMillis(500);

	private final Runnable check;

	private final EtcdReport report;

	private final boolean failFast;

	private final Duration limit;

	private volatile boolean running;

	/**
	 * Makes the life of a store.
	 * @param check asks etcd once, and fails by {@link NixlMetadataStoreException}
	 * @param report what is said of a failure
	 * @param failFast whether an etcd that is away fails the start
	 * @param limit how long to try before it does
	 */
	EtcdStoreLifecycle(Runnable check, EtcdReport report, boolean failFast, Duration limit) {
		this.check = check;
		this.report = report;
		this.failFast = failFast;
		this.limit = limit;
	}

	@Override
	public void start() {
		long begin = System.nanoTime();
		while (!isUsable(begin)) {
			LockSupport.parkNanos(PAUSE.toNanos());
		}
		this.running = true;
	}

	private boolean isUsable(long begin) {
		try {
			this.check.run();
			return true;
		}
		catch (NixlMetadataStoreException ex) {
			// What is wrong rather than away does not become right by waiting.
			if (ex.problem() != Problem.UNREACHABLE && ex.problem() != Problem.NO_LEADER) {
				throw this.report.of(ex);
			}
			if (!this.failFast) {
				logger.warn("{}; agents are published as soon as it can be reached, since {}.fail-fast is false",
						this.report.description(ex), EtcdProperties.PREFIX);
				return true;
			}
			if (System.nanoTime() - begin >= this.limit.toNanos() || Thread.currentThread().isInterrupted()) {
				throw this.report.of(ex);
			}
			return false;
		}
	}

	@Override
	public void stop() {
		this.running = false;
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

	@Override
	public int getPhase() {
		return PHASE;
	}

}
