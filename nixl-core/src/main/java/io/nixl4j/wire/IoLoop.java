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

package io.nixl4j.wire;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelPromise;
import io.netty.channel.DefaultChannelPromise;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoEventLoopGroup;
import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoRegistration;
import io.netty.util.concurrent.AbstractScheduledEventExecutor;
import io.netty.util.concurrent.DefaultPromise;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.GlobalEventExecutor;
import io.netty.util.concurrent.Promise;
import io.netty.util.internal.PlatformDependent;
import io.netty.util.internal.ThreadExecutorMap;

/**
 * An event loop without a thread: rounds of I/O and tasks, made by whoever drives it.
 * Netty's own loop of this kind belongs to one thread for life; here a subclass says who
 * drives. Rounds follow each other, whatever threads make them.
 */
abstract class IoLoop extends AbstractScheduledEventExecutor implements IoEventLoop {

	/** What was handed over before the end leads to further tasks for so long. */
	private static final long LAST_TASKS_NANOS = 1_000_000_000;

	private final IoEventLoopGroup parent;

	/**
	 * Netty's, as its own loops use it: takes tasks without making an object for each.
	 */
	private final Queue<Runnable> tasks = PlatformDependent.newMpscQueue();

	private final IoHandler handler;

	private final IoHandlerContext waiting = new Waiting();

	private final IoHandlerContext passing;

	private final Promise<Void> terminated = new DefaultPromise<>(GlobalEventExecutor.INSTANCE);

	private volatile boolean shuttingDown;

	private volatile boolean shutDown;

	/** Tasks that were added too late and not rejected yet; guarded by itself. */
	private final List<Runnable> late = new ArrayList<>();

	/**
	 * Guarded by {@link #late}: nobody drives any more, and no task that is added runs.
	 */
	private boolean drained;

	IoLoop(IoEventLoopGroup parent, Transports transports) {
		super(parent);
		this.parent = parent;
		this.passing = new Passing(transports.selects());
		this.handler = transports.ioHandler().newHandler(this);
	}

	/** A task was added by a thread that does not drive. */
	abstract void taskAdded();

	/** Whether a round may sleep if there is nothing to do. Asked by the driver. */
	abstract boolean maySleep();

	/**
	 * After how many nanoseconds a round leaves the rest of its tasks for the next one:
	 * tasks may add others without end. Asked by the driver.
	 * @param now the time
	 */
	abstract long taskNanos(long now);

	/** Before the first round; called by the first driver. */
	final void initialize() {
		this.handler.initialize();
	}

	/** Any thread: ends the sleep of a round in the transport. */
	final void wakeTransport() {
		this.handler.wakeup();
	}

	final boolean hasTasks() {
		return !this.tasks.isEmpty();
	}

	/**
	 * The driver's: does what there is to do.
	 * @param wait whether to sleep in the transport if that is nothing
	 * @return how much was done
	 */
	final int round(boolean wait) {
		EventExecutor before = ThreadExecutorMap.setCurrentExecutor(this);
		try {
			if (this.shuttingDown) {
				return end();
			}
			return this.handler.run(wait ? this.waiting : this.passing) + runTasks();
		}
		finally {
			ThreadExecutorMap.setCurrentExecutor(before);
		}
	}

	/** The driver's: runs what was handed over, without looking at the sockets. */
	final void tasksOnly() {
		if (this.shutDown) {
			// a caller came after the end; who added what is left rejects it
			return;
		}
		EventExecutor before = ThreadExecutorMap.setCurrentExecutor(this);
		try {
			runTasks();
		}
		finally {
			ThreadExecutorMap.setCurrentExecutor(before);
		}
	}

	private int runTasks() {
		fetchFromScheduledTaskQueue(this.tasks);
		Runnable task = this.tasks.poll();
		if (task == null) {
			return 0;
		}
		long begin = System.nanoTime();
		long limit = taskNanos(begin);
		int count = 0;
		while (task != null) {
			safeExecute(task);
			count++;
			task = (System.nanoTime() - begin < limit) ? this.tasks.poll() : null;
		}
		return count;
	}

	private int end() {
		if (this.shutDown) {
			return 0;
		}
		int count = 0;
		this.handler.prepareToDestroy();
		cancelScheduledTasks();
		// not for ever, if threads hand over more than a loop can do
		long begin = System.nanoTime();
		while (hasTasks() && System.nanoTime() - begin < LAST_TASKS_NANOS) {
			count += runTasks();
		}
		this.shutDown = true;
		try {
			do {
				count += runTasks();
			}
			while (!drain());
			cancelScheduledTasks();
			this.handler.destroy();
		}
		finally {
			this.terminated.setSuccess(null);
		}
		return count;
	}

	private boolean drain() {
		synchronized (this.late) {
			this.drained = !hasTasks();
			return this.drained;
		}
	}

	@Override
	public void execute(Runnable task) {
		if (this.shutDown) {
			throw rejection();
		}
		this.tasks.add(task);
		// what was added before this was false is seen by the last look of the loop's end
		if (this.shutDown && isLate(task)) {
			throw rejection();
		}
		if (!inEventLoop()) {
			taskAdded();
		}
	}

	/**
	 * Whether a task will not run, and has not. The queue has no removal, so that who
	 * comes first takes out the tasks of all who were late; each of them looks here.
	 */
	private boolean isLate(Runnable task) {
		synchronized (this.late) {
			if (!this.drained) {
				return false;
			}
			for (Runnable left = this.tasks.poll(); left != null; left = this.tasks.poll()) {
				this.late.add(left);
			}
			for (int i = 0; i < this.late.size(); i++) {
				if (this.late.get(i) == task) {
					this.late.remove(i);
					return true;
				}
			}
			return false;
		}
	}

	private static RejectedExecutionException rejection() {
		return new RejectedExecutionException("the event loop has ended");
	}

	/** Ends soon: what is closed in good order was closed before. */
	@Override
	public Future<?> shutdownGracefully(long quietPeriod, long timeout, TimeUnit unit) {
		this.shuttingDown = true;
		taskAdded();
		return this.terminated;
	}

	@Override
	@Deprecated
	public void shutdown() {
		shutdownGracefully(0, 0, TimeUnit.SECONDS);
	}

	@Override
	public Future<?> terminationFuture() {
		return this.terminated;
	}

	@Override
	public boolean isShuttingDown() {
		return this.shuttingDown;
	}

	@Override
	public boolean isShutdown() {
		return this.shutDown;
	}

	@Override
	public boolean isTerminated() {
		return this.terminated.isDone();
	}

	@Override
	public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
		return this.terminated.await(timeout, unit);
	}

	@Override
	public IoEventLoop next() {
		return this;
	}

	@Override
	public IoEventLoopGroup parent() {
		return this.parent;
	}

	@Override
	public Future<IoRegistration> register(IoHandle handle) {
		Promise<IoRegistration> registered = newPromise();
		if (inEventLoop()) {
			register(handle, registered);
		}
		else {
			execute(() -> register(handle, registered));
		}
		return registered;
	}

	private void register(IoHandle handle, Promise<IoRegistration> registered) {
		try {
			registered.setSuccess(this.handler.register(handle));
		}
		catch (Exception ex) {
			registered.setFailure(ex);
		}
	}

	@Override
	@Deprecated
	public ChannelFuture register(Channel channel) {
		return register(channel, new DefaultChannelPromise(channel, this));
	}

	@Override
	@Deprecated
	public ChannelFuture register(ChannelPromise promise) {
		return register(promise.channel(), promise);
	}

	@Override
	@Deprecated
	public ChannelFuture register(Channel channel, ChannelPromise promise) {
		channel.unsafe().register(this, promise);
		return promise;
	}

	@Override
	public boolean isCompatible(Class<? extends IoHandle> handleType) {
		return this.handler.isCompatible(handleType);
	}

	@Override
	public boolean isIoType(Class<? extends IoHandler> handlerType) {
		return this.handler.getClass() == handlerType;
	}

	/** A round that sleeps until there is something to do. */
	private final class Waiting implements IoHandlerContext {

		@Override
		public boolean canBlock() {
			return !hasTasks() && !hasScheduledTasks() && !IoLoop.this.shuttingDown && maySleep();
		}

		@Override
		public long delayNanos(long currentTimeNanos) {
			return IoLoop.this.delayNanos(currentTimeNanos, Long.MAX_VALUE);
		}

		@Override
		public long deadlineNanos() {
			return nextScheduledTaskDeadlineNanos();
		}

	}

	/**
	 * A round that never sleeps. NIO takes a call to wake up back only where it sleeps
	 * for no time, and repeats it by two system calls in each round until then.
	 */
	private final class Passing implements IoHandlerContext {

		private final boolean selects;

		Passing(boolean selects) {
			this.selects = selects;
		}

		@Override
		public boolean canBlock() {
			return this.selects && !hasTasks();
		}

		@Override
		public long delayNanos(long currentTimeNanos) {
			return 0;
		}

		@Override
		public long deadlineNanos() {
			return -1;
		}

	}

}
