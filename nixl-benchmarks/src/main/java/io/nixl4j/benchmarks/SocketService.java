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

package io.nixl4j.benchmarks;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/**
 * The target's end of {@link SocketPeer}: one connection, one blocking thread.
 */
final class SocketService implements AutoCloseable {

	static final int WRITE = 1;

	static final int READ = 2;

	static final int REQUEST_BYTES = 16;

	static final int ANSWER_BYTES = 8;

	private final ServerSocketChannel server;

	private final SocketOptions options;

	private final ByteBuffer memory;

	SocketService(String host, SocketOptions options, ByteBuffer memory) throws IOException {
		this.memory = memory.duplicate();
		this.options = options;
		this.server = ServerSocketChannel.open();
		if (options.buffer() > 0) {
			this.server.setOption(StandardSocketOptions.SO_RCVBUF, options.buffer());
		}
		this.server.bind(new InetSocketAddress(host, 0));
		Thread thread = new Thread(this::serve, "sockets");
		thread.setDaemon(true);
		thread.start();
	}

	int port() throws IOException {
		return ((InetSocketAddress) this.server.getLocalAddress()).getPort();
	}

	@Override
	public void close() throws IOException {
		this.server.close();
	}

	private void serve() {
		try (ServerSocketChannel listening = this.server; SocketChannel channel = listening.accept()) {
			this.options.apply(channel);
			serve(channel);
		}
		catch (IOException ex) {
			// The initiator has left.
		}
	}

	private void serve(SocketChannel channel) throws IOException {
		ByteBuffer request = ByteBuffer.allocateDirect(REQUEST_BYTES);
		ByteBuffer answer = ByteBuffer.allocateDirect(ANSWER_BYTES);
		while (true) {
			request.clear();
			readFully(channel, request, SocketOptions.PLAIN);
			int bytes = request.getInt(4);
			this.memory.clear().limit(bytes);
			if (request.getInt(0) == WRITE) {
				readFully(channel, this.memory, this.options);
				answer.clear();
				channel.write(answer);
			}
			else {
				while (this.memory.position() < bytes) {
					this.memory.limit(this.memory.position() + this.options.chunk(bytes - this.memory.position()));
					channel.write(this.memory);
				}
			}
		}
	}

	/**
	 * Reads up to the buffer's limit.
	 * @param channel the channel, in blocking mode
	 * @param buffer the buffer
	 * @param options how many bytes a call
	 * @throws IOException if the other end has closed, or reading fails
	 */
	static void readFully(SocketChannel channel, ByteBuffer buffer, SocketOptions options) throws IOException {
		int end = buffer.limit();
		while (buffer.position() < end) {
			buffer.limit(buffer.position() + options.chunk(end - buffer.position()));
			if (channel.read(buffer) < 0) {
				throw new EOFException();
			}
		}
	}

}
