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

import java.io.IOException;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.unix.FileDescriptor;
import io.netty.channel.unix.UnixChannel;
import org.jspecify.annotations.Nullable;

/**
 * Writes to the socket of a native channel past Netty's outbound queue, which makes
 * objects where callers drive the event loop. To be used on the event loop only, and only
 * while that queue is empty.
 */
final class DirectSocket {

	private final Channel channel;

	private final FileDescriptor descriptor;

	private DirectSocket(Channel channel, FileDescriptor descriptor) {
		this.channel = channel;
		this.descriptor = descriptor;
	}

	/**
	 * Returns the way to a channel's socket.
	 * @param channel the channel
	 * @return the way, or {@code null} if the transport has none
	 */
	static @Nullable DirectSocket of(Channel channel) {
		return (channel instanceof UnixChannel unix) ? new DirectSocket(channel, unix.fd()) : null;
	}

	/**
	 * Writes what the socket takes without waiting.
	 * @param buffer its readable bytes; moved behind those that were written
	 * @return whether all were written; if not, the rest is for Netty's queue, which
	 * finds out why
	 */
	boolean write(ByteBuf buffer) {
		if (!this.channel.isActive()) {
			return false;
		}
		int length = buffer.readableBytes();
		try {
			int written = this.descriptor.write(buffer.internalNioBuffer(buffer.readerIndex(), length),
					buffer.readerIndex(), buffer.writerIndex());
			if (written > 0) {
				buffer.skipBytes(written);
			}
			return written == length;
		}
		catch (IOException ex) {
			// told by the queue, as for every other write
			return false;
		}
	}

}
