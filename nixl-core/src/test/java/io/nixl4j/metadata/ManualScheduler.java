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

package io.nixl4j.metadata;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * A scheduler whose time a test moves: tasks run on the thread that moves it, in the
 * order in which they are due.
 */
final class ManualScheduler extends ScheduledThreadPoolExecutor {

	private final List<Task> tasks = new ArrayList<>();

	private long now = Long.MAX_VALUE - 10;

	ManualScheduler() {
		super(0);
	}

	/**
	 * The clock: it starts where the 64-bit number soon overflows, as System.nanoTime
	 * may.
	 */
	long nanoTime() {
		return this.now;
	}

	int waiting() {
		return this.tasks.size();
	}

	void advance(Duration duration) {
		long end = this.now + duration.toNanos();
		for (Optional<Task> next = due(end); next.isPresent(); next = due(end)) {
			Task task = next.get();
			this.tasks.remove(task);
			this.now = (task.time() - this.now > 0) ? task.time() : this.now;
			task.command().run();
		}
		this.now = end;
	}

	@Override
	public ScheduledFuture<?> schedule(Runnable command, long delay, TimeUnit unit) {
		this.tasks.add(new Task(this.now + unit.toNanos(delay), command));
		// The real one stands in for the handle, which nobody asks anything.
		return super.schedule((Callable<Boolean>) () -> true, 1, TimeUnit.DAYS);
	}

	private Optional<Task> due(long end) {
		return this.tasks.stream()
			.filter((task) -> task.time() - end <= 0)
			.min(Comparator.comparingLong((task) -> task.time() - this.now));
	}

	/**
	 * Something to run.
	 *
	 * @param time when
	 * @param command what
	 */
	private record Task(long time, Runnable command) {

	}

}
