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

package io.nixl4j.spring.boot;

import java.util.concurrent.CountDownLatch;

import org.jspecify.annotations.Nullable;

/**
 * A thread that waits, so that the JVM lives on without a web server: the agents' own
 * threads are daemons.
 */
final class KeepAlive {

	private @Nullable CountDownLatch end;

	/**
	 * Keeps the JVM alive from now on. Does nothing if it does so already.
	 */
	synchronized void begin() {
		if (this.end == null) {
			CountDownLatch latch = new CountDownLatch(1);
			this.end = latch;
			Thread thread = new Thread(() -> await(latch), "nixl-keep-alive");
			thread.setDaemon(false);
			thread.start();
		}
	}

	/**
	 * Lets the JVM go.
	 */
	synchronized void end() {
		CountDownLatch latch = this.end;
		if (latch != null) {
			latch.countDown();
			this.end = null;
		}
	}

	private static void await(CountDownLatch latch) {
		try {
			latch.await();
		}
		catch (InterruptedException ex) {
			// Whoever interrupts this thread wants it to end.
			Thread.currentThread().interrupt();
		}
	}

}
