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

import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.FastThreadLocalThread;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The event loops of one agent, shared by its server, its client and all connections.
 */
public final class WireLoops {

	private static final Logger logger = LoggerFactory.getLogger(WireLoops.class);

	private final Transports transports;

	private final EventLoopGroup group;

	private final CompletableFuture<Void> closed = new CompletableFuture<>();

	WireLoops(Transports transports, String threadPrefix, int threads, Duration spin) {
		this.transports = transports;
		this.group = new DrivenLoopGroup(threads, new LoopThreads(threadPrefix), transports, spin.toNanos(),
				LoopSpin.CROWDED_NANOS);
		this.group.terminationFuture().addListener((future) -> this.closed.complete(null));
	}

	/**
	 * Starts loops on the best transport of this machine: epoll where its native library
	 * is on the class path, else NIO. On Linux NIO is reported once, with what to add.
	 * @param threadPrefix how the threads' names begin
	 * @param threads how many
	 * @param spin how long a loop without work looks for more before it sleeps; with zero
	 * it sleeps at once, and no caller does a loop's work
	 * @return the loops
	 */
	public static WireLoops create(String threadPrefix, int threads, Duration spin) {
		return create(Transports.best(), threadPrefix, threads, spin);
	}

	static WireLoops create(Transports transports, String threadPrefix, int threads, Duration spin) {
		Throwable cause = transports.fallbackCause();
		if (cause != null && System.getProperty("os.name", "").toLowerCase(Locale.ROOT).contains("linux")) {
			logger.info("{} uses NIO for its sockets; for epoll add io.netty:netty-transport-native-epoll"
					+ " with the classifier of this platform ({})", threadPrefix, cause.toString());
		}
		return new WireLoops(transports, threadPrefix, threads, spin);
	}

	/**
	 * Returns the transport in use.
	 * @return {@code epoll} or {@code nio}
	 */
	public String transport() {
		return this.transports.name();
	}

	Transports transports() {
		return this.transports;
	}

	EventLoopGroup group() {
		return this.group;
	}

	/**
	 * Runs something on one of the loops after a while.
	 * @param delay how long to wait
	 * @param task what to run; must not block
	 * @return {@code false} if the loops have ended, and it will not run
	 */
	public boolean schedule(Duration delay, Runnable task) {
		try {
			this.group.schedule(task, delay.toMillis(), TimeUnit.MILLISECONDS);
			return true;
		}
		catch (RejectedExecutionException ex) {
			return false;
		}
	}

	/**
	 * Ends the loops. Connections must have been closed before.
	 * @return completes when all loops have ended; their threads do at once then
	 */
	public CompletableFuture<Void> close() {
		this.group.shutdownGracefully(0, 5, TimeUnit.SECONDS);
		return this.closed.copy();
	}

	/**
	 * Makes the loops' threads. They are not daemons: while an agent is started it keeps
	 * the JVM alive.
	 */
	private static final class LoopThreads implements ThreadFactory {

		private final String prefix;

		private final AtomicInteger count = new AtomicInteger();

		LoopThreads(String prefix) {
			this.prefix = prefix;
		}

		@Override
		public Thread newThread(Runnable task) {
			return new FastThreadLocalThread(task, this.prefix + "-loop-" + this.count.incrementAndGet());
		}

	}

}
