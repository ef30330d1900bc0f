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
import java.nio.ByteBuffer;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ClientResponseObserver;
import org.jspecify.annotations.Nullable;

/**
 * Bytes as messages of one gRPC stream, which lives as long as this: as a user of gRPC
 * without a data plane would move them, with a large window and no executor between.
 */
final class GrpcPeer implements Contender {

	private final ByteBuffer memory;

	private final ManagedChannel channel;

	private final Answers answers;

	private final ClientCallStreamObserver<ByteBuffer> requests;

	GrpcPeer(String host, int port, ByteBuffer memory) {
		this.memory = memory.duplicate();
		this.answers = new Answers(memory.duplicate());
		this.channel = NettyChannelBuilder.forAddress(host, port)
			.usePlaintext()
			.directExecutor()
			.flowControlWindow(GrpcBytes.WINDOW)
			.build();
		this.requests = (ClientCallStreamObserver<ByteBuffer>) ClientCalls
			.asyncBidiStreamingCall(this.channel.newCall(GrpcBytes.METHOD, CallOptions.DEFAULT), this.answers);
	}

	@Override
	public Sample run(Op op, Shape shape, long nanos) throws Exception {
		int bytes = (int) shape.bytes();
		return Contender.repeat((op == Op.WRITE) ? () -> write(bytes) : () -> read(bytes), bytes, nanos);
	}

	private void write(int bytes) throws IOException, InterruptedException {
		this.answers.expect(0);
		this.requests.onNext(GrpcBytes.request(Op.WRITE, bytes));
		for (int sent = 0; sent < bytes; sent += GrpcBytes.PIECE) {
			while (!this.requests.isReady()) {
				this.answers.ready.acquire();
			}
			this.requests.onNext(this.memory.slice(sent, Math.min(GrpcBytes.PIECE, bytes - sent)));
		}
		this.answers.await();
	}

	private void read(int bytes) throws IOException, InterruptedException {
		this.answers.expect(bytes);
		this.requests.onNext(GrpcBytes.request(Op.READ, bytes));
		this.answers.await();
	}

	@Override
	public void close() throws IOException {
		this.channel.shutdownNow();
		try {
			this.channel.awaitTermination(5, TimeUnit.SECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private static final class Answers implements ClientResponseObserver<ByteBuffer, ByteBuffer> {

		private final ByteBuffer memory;

		private final Semaphore ready = new Semaphore(0);

		private final Semaphore done = new Semaphore(0);

		private volatile @Nullable Throwable failure;

		Answers(ByteBuffer memory) {
			this.memory = memory;
		}

		void expect(int bytes) {
			this.memory.clear().limit(bytes);
		}

		void await() throws IOException, InterruptedException {
			this.done.acquire();
			Throwable cause = this.failure;
			if (cause != null) {
				throw new IOException(cause);
			}
		}

		@Override
		public void beforeStart(ClientCallStreamObserver<ByteBuffer> requests) {
			requests.setOnReadyHandler(this.ready::release);
		}

		@Override
		public void onNext(ByteBuffer message) {
			this.memory.put(message);
			if (!this.memory.hasRemaining()) {
				this.done.release();
			}
		}

		@Override
		public void onError(Throwable error) {
			this.failure = error;
			this.ready.release();
			this.done.release();
		}

		@Override
		public void onCompleted() {
			onError(new IOException("the target has ended the stream"));
		}

	}

}
