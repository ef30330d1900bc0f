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
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/**
 * The floor: plain blocking sockets. A request is an operation and a length; a write is
 * answered by eight bytes, a read by the bytes.
 */
final class SocketPeer implements Contender {

	private static final int WRITE = 1;

	private static final int READ = 2;

	private static final int REQUEST_BYTES = 16;

	private final ByteBuffer memory;

	private final ByteBuffer request = ByteBuffer.allocateDirect(REQUEST_BYTES);

	private final ByteBuffer answer = ByteBuffer.allocateDirect(8);

	private final SocketChannel channel;

	SocketPeer(int port, ByteBuffer memory) throws IOException {
		this.memory = memory;
		this.channel = SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
		this.channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
	}

	@Override
	public String name() {
		return "sockets";
	}

	@Override
	public void write(int bytes) throws IOException {
		request(WRITE, bytes);
		this.memory.clear().limit(bytes);
		ByteBuffer[] parts = { this.request, this.memory };
		while (this.memory.hasRemaining()) {
			this.channel.write(parts);
		}
		this.answer.clear();
		readFully(this.channel, this.answer);
	}

	@Override
	public void read(int bytes) throws IOException {
		request(READ, bytes);
		while (this.request.hasRemaining()) {
			this.channel.write(this.request);
		}
		this.memory.clear().limit(bytes);
		readFully(this.channel, this.memory);
	}

	private void request(int operation, int bytes) {
		this.request.clear();
		this.request.putInt(0, operation).putInt(4, bytes);
	}

	@Override
	public void close() throws IOException {
		this.channel.close();
	}

	/**
	 * Serves connections one after the other, each on the calling thread, until the
	 * channel is closed.
	 * @param server accepts
	 * @param memory where bytes go and come from
	 */
	static void serve(ServerSocketChannel server, ByteBuffer memory) {
		try {
			while (true) {
				try (SocketChannel channel = server.accept()) {
					channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
					serve(channel, memory);
				}
				catch (EOFException ex) {
					// This client has left; the next may come.
				}
			}
		}
		catch (IOException ex) {
			// The server was closed.
		}
	}

	private static void serve(SocketChannel channel, ByteBuffer memory) throws IOException {
		ByteBuffer request = ByteBuffer.allocateDirect(REQUEST_BYTES);
		ByteBuffer answer = ByteBuffer.allocateDirect(8);
		while (true) {
			request.clear();
			readFully(channel, request);
			memory.clear().limit(request.getInt(4));
			if (request.getInt(0) == WRITE) {
				readFully(channel, memory);
				answer.clear();
				channel.write(answer);
			}
			else {
				while (memory.hasRemaining()) {
					channel.write(memory);
				}
			}
		}
	}

	private static void readFully(SocketChannel channel, ByteBuffer buffer) throws IOException {
		while (buffer.hasRemaining()) {
			if (channel.read(buffer) < 0) {
				throw new EOFException();
			}
		}
	}

}
