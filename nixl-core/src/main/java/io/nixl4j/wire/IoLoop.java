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

	/** A round leaves the rest of its tasks for the next one after so long. */
	private static final long TASK_NANOS = 1_000_000;

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
		int count = 0;
		while (task != null) {
			safeExecute(task);
			count++;
			task = (System.nanoTime() - begin < TASK_NANOS) ? this.tasks.poll() : null;
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
		while (hasTasks()) {
			count += runTasks();
		}
		this.shutDown = true;
		count += runTasks();
		this.handler.destroy();
		this.terminated.setSuccess(null);
		return count;
	}

	@Override
	public void execute(Runnable task) {
		if (this.shutDown) {
			throw new RejectedExecutionException("the event loop has ended");
		}
		this.tasks.add(task);
		if (!inEventLoop()) {
			taskAdded();
		}
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
