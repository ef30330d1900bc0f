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
import org.jspecify.annotations.Nullable;

/**
 * The queue and the threads of a listener from one start to the next stop, and on until
 * the method was called with what waited then.
 */
final class ListenerRun {

	private final NotificationFilter filter;

	private final NotificationQueue queue;

	private final List<Thread> threads = new ArrayList<>();

	private final CountDownLatch ended;

	/** What this run's threads wait for; no longer there when they have. */
	private volatile @Nullable ListenerRun before;

	/**
	 * Begins a run.
	 * @param before the run whose end this one's threads wait for first, or {@code null}
	 * @param filter what the listener wants
	 * @param options how many threads, and how many notifications may wait
	 * @param call called by each thread with one notification after the other; throws
	 * nothing
	 */
	ListenerRun(@Nullable ListenerRun before, NotificationFilter filter, NixlListenerOptions options,
			Consumer<Notification> call) {
		this.before = before;
		this.filter = filter;
		this.queue = new NotificationQueue(options.queueCapacity());
		this.ended = new CountDownLatch(options.concurrency());
		for (int i = 0; i < options.concurrency(); i++) {
			this.threads.add(options.threads().newThread(() -> run(call)));
		}
		this.threads.forEach(Thread::start);
	}

	private void run(Consumer<Notification> call) {
		try {
			awaitTheOneBefore();
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

	private void awaitTheOneBefore() {
		ListenerRun first = this.before;
		if (first == null) {
			return;
		}
		try {
			first.ended.await();
			this.before = null;
		}
		catch (InterruptedException ex) {
			// Only an end in vain interrupts, and then nothing is left to be taken.
			Thread.currentThread().interrupt();
		}
	}

	/**
	 * Takes a notification if the listener wants it, as soon as there is room.
	 * @param notification the notification
	 * @return {@code false} if it is not wanted, or the run has been told to end
	 */
	boolean offer(Notification notification) {
		return this.filter.accepts(notification) && this.queue.put(notification);
	}

	int waiting() {
		return this.queue.size();
	}

	boolean hasEnded() {
		return this.ended.getCount() == 0;
	}

	/**
	 * Lets nothing more in and waits for the rest, which is dropped at last. Called by
	 * the method itself it waits for nothing, since that would be itself: the rest
	 * follows when the method has returned, and whoever calls this next waits for it.
	 * @param patience how long to wait
	 * @return how many notifications were dropped
	 */
	int end(Duration patience) {
		this.queue.close();
		if (isWorkOf(Thread.currentThread())) {
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
		return giveUp();
	}

	/** Whether a thread is one of this run's, or of those that it waits for. */
	boolean isWorkOf(Thread thread) {
		ListenerRun first = this.before;
		return this.threads.contains(thread) || (first != null && first.isWorkOf(thread));
	}

	private int giveUp() {
		ListenerRun first = this.before;
		int dropped = this.queue.clear() + ((first != null) ? first.giveUp() : 0);
		this.threads.forEach(Thread::interrupt);
		return dropped;
	}

}
