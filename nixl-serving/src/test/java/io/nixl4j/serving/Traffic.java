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
package io.nixl4j.serving;

import java.time.Duration;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.nixl4j.memory.NixlException;
import org.jspecify.annotations.Nullable;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Requests that keep coming while something happens to the workers. Each must end in
 * time, with the right answer or a typed failure.
 */
final class Traffic implements AutoCloseable {

	static final Duration TIMEOUT = Duration.ofSeconds(10);

	private static final int AT_ONCE = 8;

	private final Semaphore room = new Semaphore(AT_ONCE);

	private final AtomicInteger number = new AtomicInteger();

	private final AtomicInteger answered = new AtomicInteger();

	private final AtomicInteger moved = new AtomicInteger();

	private final AtomicInteger again = new AtomicInteger();

	private final AtomicInteger failed = new AtomicInteger();

	private final Queue<String> wrong = new ConcurrentLinkedQueue<>();

	private final Router router;

	private final CompletableFuture<Void> work;

	private volatile boolean ended;

	Traffic(Router router) {
		this.router = router;
		this.work = CompletableFuture.runAsync(this::work);
	}

	private void work() {
		SplittableRandom random = new SplittableRandom(3);
		while (!this.ended) {
			this.room.acquireUninterruptibly();
			submit(1 + random.nextInt(80), 1 + random.nextInt(12))
				.whenComplete((result, failure) -> this.room.release());
		}
	}

	/**
	 * Sends one request more.
	 * @return completes when it has ended, well or typed
	 */
	CompletableFuture<Void> submit() {
		return submit(40, 6);
	}

	private CompletableFuture<Void> submit(int tokens, int maxTokens) {
		ServingRequest request = Cluster.request(this.number.incrementAndGet(), tokens, maxTokens, TIMEOUT);
		return this.router.submit(request, (token, text) -> {
		}).result().orTimeout(TIMEOUT.toSeconds() * 2, TimeUnit.SECONDS).handle((result, failure) -> {
			count(request, result, failure);
			return null;
		});
	}

	private void count(ServingRequest request, @Nullable ServingResult result, @Nullable Throwable failure) {
		if (result != null && result.tokens().equals(StubEngine.answer(request))) {
			this.answered.incrementAndGet();
			this.moved.addAndGet(result.moved().isPresent() ? 1 : 0);
			this.again.addAndGet((result.attempts() > 1) ? 1 : 0);
			return;
		}
		Throwable cause = (failure instanceof CompletionException) ? failure.getCause() : failure;
		if (cause instanceof NixlException && !String.valueOf(cause.getMessage()).contains(StubEngine.FOREIGN)) {
			this.failed.incrementAndGet();
		}
		else {
			this.wrong.add(request.id() + ": " + result + " " + failure);
		}
	}

	int answered() {
		return this.answered.get();
	}

	/** Returns how many prompts of answers a prefill worker has computed. */
	int moved() {
		return this.moved.get();
	}

	/** Ends, and checks that nothing was wrong and most was well. */
	@Override
	public void close() {
		this.ended = true;
		this.work.join();
		this.room.acquireUninterruptibly(AT_ONCE);
		assertThat(this.wrong).as("what is neither the answer nor a typed failure, or hung").isEmpty();
		assertThat(this.answered.get()).as("answers: %s", this).isGreaterThan(this.failed.get());
	}

	@Override
	public String toString() {
		return this.answered + " answered, " + this.moved + " of them by a prefill worker and " + this.again
				+ " not at the first attempt, " + this.failed + " failed typed";
	}

}
