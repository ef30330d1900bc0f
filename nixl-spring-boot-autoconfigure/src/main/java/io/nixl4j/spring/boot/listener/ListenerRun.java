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
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import io.nixl4j.Notification;

/**
 * The queue and the threads of a listener from one start to the next stop.
 */
final class ListenerRun {

	private final NotificationQueue queue;

	private final List<Thread> threads = new ArrayList<>();

	private final CountDownLatch ended;

	/**
	 * Begins a run.
	 * @param options how many threads, and how many notifications may wait
	 * @param call called by each thread with one notification after the other; throws
	 * nothing
	 */
	ListenerRun(NixlListenerOptions options, Consumer<Notification> call) {
		this.queue = new NotificationQueue(options.queueCapacity());
		this.ended = new CountDownLatch(options.concurrency());
		for (int i = 0; i < options.concurrency(); i++) {
			this.threads.add(options.threads().newThread(() -> run(call)));
		}
		this.threads.forEach(Thread::start);
	}

	private void run(Consumer<Notification> call) {
		try {
			Notification next = this.queue.take();
			while (next != null) {
				call.accept(next);
				next = this.queue.take();
			}
		}
		finally {
			this.ended.countDown();
		}
	}

	NotificationQueue queue() {
		return this.queue;
	}

	/**
	 * Lets nothing more in and waits for the rest, which is dropped at last.
	 * @param patience how long to wait
	 * @return how many notifications were dropped
	 */
	int end(Duration patience) {
		this.queue.close();
		if (this.threads.contains(Thread.currentThread())) {
			// The method itself stops its listener; this thread goes on with the rest.
			return 0;
		}
		try {
			if (this.ended.await(patience.toNanos(), TimeUnit.NANOSECONDS)) {
				return 0;
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		int dropped = this.queue.clear();
		this.threads.forEach(Thread::interrupt);
		return dropped;
	}

}
