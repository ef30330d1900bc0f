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
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;

import io.grpc.Drainable;
import io.grpc.KnownLength;
import io.grpc.MethodDescriptor;

/**
 * Messages of gRPC that are bytes. The first of a request has {@link #REQUEST_BYTES}: the
 * operation and a length; pieces follow, at the end of a write an empty answer.
 */
final class GrpcBytes implements MethodDescriptor.Marshaller<ByteBuffer> {

	static final MethodDescriptor<ByteBuffer, ByteBuffer> METHOD = MethodDescriptor
		.newBuilder(new GrpcBytes(), new GrpcBytes())
		.setType(MethodDescriptor.MethodType.BIDI_STREAMING)
		.setFullMethodName("Bench/Transfer")
		.build();

	static final int REQUEST_BYTES = 9;

	/** Below the 4 MiB that gRPC receives unless it is told otherwise. */
	static final int PIECE = 1 << 20;

	/** Much more than the 64 KiB of HTTP/2, which would bound the speed. */
	static final int WINDOW = 8 << 20;

	@Override
	public InputStream stream(ByteBuffer value) {
		return new BufferStream(value);
	}

	@Override
	public ByteBuffer parse(InputStream stream) {
		try {
			return ByteBuffer.wrap(stream.readAllBytes());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	static ByteBuffer request(Op op, int bytes) {
		ByteBuffer request = ByteBuffer.allocate(REQUEST_BYTES);
		request.put(0, (byte) op.ordinal()).putInt(1, bytes);
		return request;
	}

	private static final class BufferStream extends InputStream implements KnownLength, Drainable {

		private final ByteBuffer buffer;

		BufferStream(ByteBuffer buffer) {
			this.buffer = buffer;
		}

		@Override
		public int available() {
			return this.buffer.remaining();
		}

		@Override
		public int drainTo(OutputStream target) throws IOException {
			int bytes = this.buffer.remaining();
			Channels.newChannel(target).write(this.buffer);
			return bytes;
		}

		@Override
		public int read() {
			return this.buffer.hasRemaining() ? this.buffer.get() & 0xff : -1;
		}

		@Override
		public int read(byte[] bytes, int offset, int length) {
			if (!this.buffer.hasRemaining()) {
				return -1;
			}
			int count = Math.min(length, this.buffer.remaining());
			this.buffer.get(bytes, offset, count);
			return count;
		}

	}

}
