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

import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import org.jspecify.annotations.Nullable;

/**
 * What sockets are made of.
 *
 * @param name epoll or nio
 * @param ioHandler drives the event loops
 * @param server the class of listening sockets
 * @param client the class of connections
 * @param fallbackCause why epoll cannot be used, {@code null} if it is in use or was not
 * asked for
 */
record Transports(String name, IoHandlerFactory ioHandler, Class<? extends ServerChannel> server,
		Class<? extends SocketChannel> client, @Nullable Throwable fallbackCause) {

	/** The best transport of this machine. */
	static Transports best() {
		Throwable cause = Epoll.unavailabilityCause();
		return (cause == null) ? epoll() : nio(cause);
	}

	/** Whether a call to wake up is taken back only by a round that would wait. */
	boolean selects() {
		return this.name.equals("nio");
	}

	static Transports epoll() {
		return new Transports("epoll", EpollIoHandler.newFactory(), EpollServerSocketChannel.class,
				EpollSocketChannel.class, null);
	}

	static Transports nio(@Nullable Throwable cause) {
		return new Transports("nio", NioIoHandler.newFactory(), NioServerSocketChannel.class, NioSocketChannel.class,
				cause);
	}

}
