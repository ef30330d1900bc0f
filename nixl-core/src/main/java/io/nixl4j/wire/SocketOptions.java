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

import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.WriteBufferWaterMark;
import io.nixl4j.memory.NixlError;

/**
 * What sockets of openers and acceptors have in common.
 */
final class SocketOptions {

	/** Enough for the socket to stay busy while the next frame is made. */
	private static final WriteBufferWaterMark WATER_MARK = new WriteBufferWaterMark(1 << 20, 2 << 20);

	private SocketOptions() {
	}

	static void apply(Channel channel, WireSettings settings) {
		channel.config().setOption(ChannelOption.TCP_NODELAY, true);
		channel.config().setOption(ChannelOption.SO_KEEPALIVE, true);
		channel.config().setWriteBufferWaterMark(WATER_MARK);
		if (settings.sendBuffer() > 0) {
			channel.config().setOption(ChannelOption.SO_SNDBUF, settings.sendBuffer());
		}
		if (settings.receiveBuffer() > 0) {
			channel.config().setOption(ChannelOption.SO_RCVBUF, settings.receiveBuffer());
		}
	}

	static WireException handshakeTimedOut(WireLimits limits) {
		return new WireException(NixlError.TIMED_OUT,
				"the handshake took longer than " + limits.handshakeTimeout().toMillis() + " ms", true, null);
	}

}
