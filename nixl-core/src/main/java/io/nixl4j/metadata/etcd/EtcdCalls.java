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
package io.nixl4j.metadata.etcd;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;

import io.etcd.jetcd.Client;
import org.jspecify.annotations.Nullable;

/**
 * Sends requests that may be repeated: each gets the deadline of
 * {@link RequestDeadlines}, and one that failed by the way to etcd another try after a
 * jittered pause, while twice the time of a request lasts. No thread waits for any of
 * them.
 */
final class EtcdCalls {

	private static final int MAX_TRIES = 4;

	private static final long SHORTEST_PAUSE_MILLIS = 20;

	private final EtcdConnection connection;

	private final StoreThreads threads;

	private final EtcdOptions options;

	EtcdCalls(EtcdConnection connection, StoreThreads threads, EtcdOptions options) {
		this.connection = connection;
		this.threads = threads;
		this.options = options;
	}

	/**
	 * Sends a request.
	 * @param operation its name for exceptions
	 * @param engineId the engine that it is about, if there is one
	 * @param request sends it
	 * @return its answer, on the client's event loop, or a typed exception
	 */
	<T> CompletableFuture<T> call(String operation, @Nullable String engineId,
			Function<Client, CompletableFuture<T>> request) {
		Call<T> call = new Call<>(operation, engineId, request);
		Client ready = this.connection.ready();
		if (ready != null) {
			call.send(ready);
		}
		else {
			this.threads.execute(call::start);
		}
		return call.result;
	}

	/**
	 * One request with all of its tries.
	 */
	private final class Call<T> {

		private final String operation;

		private final @Nullable String engineId;

		private final Function<Client, CompletableFuture<T>> request;

		private final CompletableFuture<T> result = new CompletableFuture<>();

		private final long end = System.nanoTime() + EtcdCalls.this.options.requestTimeout().multipliedBy(2).toNanos();

		private int tries;

		Call(String operation, @Nullable String engineId, Function<Client, CompletableFuture<T>> request) {
			this.operation = operation;
			this.engineId = engineId;
			this.request = request;
		}

		void start() {
			EtcdCalls.this.connection.whenReady(Duration.ofNanos(Math.max(0, this.end - System.nanoTime())))
				.whenComplete((client, failure) -> {
					if (failure != null) {
						fail(failure);
					}
					else {
						send(client);
					}
				});
		}

		void send(Client client) {
			this.tries++;
			CompletableFuture<T> answer;
			try {
				answer = this.request.apply(client);
			}
			catch (RuntimeException ex) {
				answer = CompletableFuture.failedFuture(ex);
			}
			answer.whenComplete((value, failure) -> {
				if (failure == null) {
					this.result.complete(value);
				}
				else {
					EtcdCalls.this.threads.execute(() -> failed(EtcdFailures.unwrap(failure)));
				}
			});
		}

		private void failed(Throwable failure) {
			boolean again = EtcdFailures.isTransient(failure);
			if (again) {
				EtcdCalls.this.connection.suspect();
			}
			if (!again || this.tries >= MAX_TRIES || System.nanoTime() - this.end >= 0) {
				fail(failure);
				return;
			}
			long pause = SHORTEST_PAUSE_MILLIS << this.tries;
			EtcdCalls.this.threads.schedule(this::start,
					Duration.ofMillis(ThreadLocalRandom.current().nextLong(pause, 2 * pause)));
		}

		private void fail(Throwable failure) {
			this.result
				.completeExceptionally(EtcdCalls.this.connection.exception(failure, this.operation, this.engineId));
		}

	}

}
