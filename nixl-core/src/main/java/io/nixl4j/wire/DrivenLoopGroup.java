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

import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;

import io.netty.channel.IoEventLoop;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;

/**
 * Loops that callers may drive, each with a thread of its own.
 */
final class DrivenLoopGroup extends MultiThreadIoEventLoopGroup {

	/**
	 * Creates a group.
	 * @param loops how many loops
	 * @param threads makes their threads
	 * @param transports what does the I/O
	 * @param spinNanos how long loops look for work before sleeping
	 * @param crowdedNanos how long a thread must be away for others to need its processor
	 */
	DrivenLoopGroup(int loops, ThreadFactory threads, Transports transports, long spinNanos, long crowdedNanos) {
		super(loops, threads, transports.ioHandler(), new Settings(threads, transports, spinNanos, crowdedNanos));
	}

	/** Called by the constructor above, so its fields cannot be used. */
	@Override
	protected IoEventLoop newChild(Executor executor, IoHandlerFactory transport, Object... args) {
		Settings settings = (Settings) args[0];
		DrivenLoop loop = new DrivenLoop(this, settings.transports(), settings.spinNanos(), settings.crowdedNanos(),
				settings.threads());
		loop.begin();
		return loop;
	}

	private record Settings(ThreadFactory threads, Transports transports, long spinNanos, long crowdedNanos) {
	}

}
