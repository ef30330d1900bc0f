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

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/**
 * The floor: plain blocking sockets. A request is an operation and a length; a write is
 * answered by eight bytes, a read by the bytes. A list of any shape is moved as one
 * piece, so this is what the wire gives for as many bytes.
 */
final class SocketPeer implements Contender {

	private final ByteBuffer memory;

	private final ByteBuffer request = ByteBuffer.allocateDirect(SocketService.REQUEST_BYTES);

	private final ByteBuffer answer = ByteBuffer.allocateDirect(SocketService.ANSWER_BYTES);

	private final ByteBuffer[] parts;

	private final SocketOptions options;

	private final SocketChannel channel;

	SocketPeer(String host, int port, SocketOptions options, ByteBuffer memory) throws IOException {
		this.memory = memory.duplicate();
		this.parts = new ByteBuffer[] { this.request, this.memory };
		this.options = options;
		this.channel = SocketChannel.open();
		// Before connecting: the window's scale is agreed on then
		options.apply(this.channel);
		this.channel.connect(new InetSocketAddress(host, port));
	}

	@Override
	public Sample run(Op op, Shape shape, long nanos) throws Exception {
		int bytes = (int) shape.bytes();
		return Contender.repeat((op == Op.WRITE) ? () -> write(bytes) : () -> read(bytes), bytes, nanos);
	}

	private void write(int bytes) throws IOException {
		request(SocketService.WRITE, bytes);
		this.memory.clear();
		while (this.memory.position() < bytes) {
			this.memory.limit(this.memory.position() + this.options.chunk(bytes - this.memory.position()));
			this.channel.write(this.parts);
		}
		this.answer.clear();
		SocketService.readFully(this.channel, this.answer, SocketOptions.PLAIN);
	}

	private void read(int bytes) throws IOException {
		request(SocketService.READ, bytes);
		while (this.request.hasRemaining()) {
			this.channel.write(this.request);
		}
		this.memory.clear().limit(bytes);
		SocketService.readFully(this.channel, this.memory, this.options);
	}

	private void request(int operation, int bytes) {
		this.request.clear();
		this.request.putInt(0, operation).putInt(4, bytes);
	}

	@Override
	public void close() throws IOException {
		this.channel.close();
	}

}
