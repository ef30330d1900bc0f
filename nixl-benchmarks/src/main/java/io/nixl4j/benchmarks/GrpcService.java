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
import java.util.concurrent.TimeUnit;

import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;

/**
 * The target's end of {@link GrpcPeer}.
 */
final class GrpcService implements AutoCloseable {

	private final ByteBuffer memory;

	private final Server server;

	GrpcService(String host, ByteBuffer memory) throws IOException {
		this.memory = memory;
		this.server = NettyServerBuilder.forAddress(new InetSocketAddress(host, 0))
			.flowControlWindow(GrpcBytes.WINDOW)
			.directExecutor()
			.addService(ServerServiceDefinition.builder("Bench")
				.addMethod(GrpcBytes.METHOD, ServerCalls.asyncBidiStreamingCall(this::stream))
				.build())
			.build()
			.start();
	}

	int port() {
		return this.server.getPort();
	}

	private StreamObserver<ByteBuffer> stream(StreamObserver<ByteBuffer> answers) {
		Stream stream = new Stream((ServerCallStreamObserver<ByteBuffer>) answers, this.memory.duplicate());
		stream.answers.setOnReadyHandler(stream::send);
		return stream;
	}

	@Override
	public void close() throws IOException {
		this.server.shutdownNow();
		try {
			this.server.awaitTermination(5, TimeUnit.SECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	/** Its calls come one after the other. */
	private static final class Stream implements StreamObserver<ByteBuffer> {

		private final ServerCallStreamObserver<ByteBuffer> answers;

		private final ByteBuffer memory;

		private int toReceive;

		private boolean sending;

		Stream(ServerCallStreamObserver<ByteBuffer> answers, ByteBuffer memory) {
			this.answers = answers;
			this.memory = memory;
			this.memory.limit(0);
		}

		@Override
		public void onNext(ByteBuffer message) {
			if (this.toReceive > 0) {
				this.toReceive -= message.remaining();
				this.memory.put(message);
				if (this.toReceive == 0) {
					this.answers.onNext(ByteBuffer.allocate(0));
				}
				return;
			}
			int bytes = message.getInt(1);
			this.memory.clear().limit(bytes);
			this.sending = message.get(0) == Op.READ.ordinal();
			if (this.sending) {
				send();
			}
			else {
				this.toReceive = bytes;
			}
		}

		private void send() {
			while (this.sending && this.answers.isReady()) {
				int length = Math.min(GrpcBytes.PIECE, this.memory.remaining());
				this.answers.onNext(this.memory.slice(this.memory.position(), length));
				this.memory.position(this.memory.position() + length);
				this.sending = this.memory.hasRemaining();
			}
		}

		@Override
		public void onError(Throwable error) {
			// The initiator has left.
		}

		@Override
		public void onCompleted() {
			this.answers.onCompleted();
		}

	}

}
