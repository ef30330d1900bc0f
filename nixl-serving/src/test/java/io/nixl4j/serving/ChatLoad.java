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
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.nixl4j.memory.NixlException;
import io.nixl4j.route.RouteProvider;
import io.nixl4j.route.local.LocalRouteProvider;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Many chats at once that go on from each other's texts, some of them cancelled, on
 * workers with too few blocks for all of them, over a route whose bytes land late.
 */
final class ChatLoad implements AutoCloseable {

	private static final int BLOCKS = 160;

	private static final int TEXTS = 24;

	private static final double CANCELLED = 0.1;

	private final Chats chats = new Chats();

	private final AtomicInteger answered = new AtomicInteger();

	private final AtomicInteger failed = new AtomicInteger();

	private final AtomicInteger held = new AtomicInteger();

	private final AtomicInteger wrong = new AtomicInteger();

	private final List<List<Integer>> texts = new ArrayList<>();

	private final KvTransferMode mode;

	private final Random random;

	ChatLoad(KvTransferMode mode, long seed) {
		this.mode = mode;
		this.random = new Random(seed);
	}

	/**
	 * Sends all requests and waits until each has ended.
	 * @param late carries what the first prefill worker WRITEs, or the first decode
	 * worker READs
	 * @param requests how many requests
	 * @param atOnce how many at once
	 * @throws InterruptedException if the thread is interrupted
	 */
	void run(RouteProvider late, int requests, int atOnce) throws InterruptedException {
		Router router = router(late);
		Semaphore room = new Semaphore(atOnce);
		for (int i = 0; i < requests; i++) {
			assertThat(room.tryAcquire(120, TimeUnit.SECONDS)).as("request %d hangs", i).isTrue();
			ServingRequest request = this.chats.request(prompt(), 1 + this.random.nextInt(12));
			boolean isCancelled = this.random.nextDouble() < CANCELLED;
			ServingCall call = router.submit(request, (token, text) -> {
			});
			call.result().whenComplete((result, failure) -> {
				ended(request, result, failure);
				room.release();
			});
			if (isCancelled) {
				call.cancel();
			}
		}
		assertThat(room.tryAcquire(atOnce, 120, TimeUnit.SECONDS)).as("the last requests hang").isTrue();
	}

	private Router router(RouteProvider late) {
		WorkerOptions options = WorkerOptions.defaults().withThreads(4).withTransferMode(this.mode);
		RouteProvider plain = new LocalRouteProvider();
		boolean isPush = this.mode == KvTransferMode.PUSH;
		this.chats.prefill("prefill-1", BLOCKS, isPush ? late : plain, options);
		this.chats.prefill("prefill-2", BLOCKS);
		this.chats.decode("decode-1", BLOCKS, isPush ? plain : late, options);
		this.chats.decode("decode-2", BLOCKS, plain, options);
		return this.chats.cluster.router(List.of("prefill-1", "prefill-2"), List.of("decode-1", "decode-2"),
				RouterOptions.defaults().withLocalPrefillTokens(6).withRemoteTimeout(Duration.ofMillis(400)));
	}

	/** A text that is new, or one that goes on from part of another one. */
	private List<Integer> prompt() {
		synchronized (this.texts) {
			List<Integer> before = this.texts.isEmpty() ? List.of()
					: this.texts.get(this.random.nextInt(this.texts.size()));
			int kept = (this.random.nextInt(5) == 0 || before.size() > 120) ? 0
					: this.random.nextInt(before.size() + 1);
			return Chats.longer(before.subList(0, kept),
					Chats.text(1 + this.random.nextInt(20), this.random.nextLong()), List.of());
		}
	}

	private void ended(ServingRequest request, ServingResult result, Throwable failure) {
		Throwable cause = (failure instanceof CompletionException) ? failure.getCause() : failure;
		if (result != null && result.tokens().equals(TextEngine.answer(request))) {
			this.answered.incrementAndGet();
			this.held.addAndGet(result.heldTokens());
			remember(Chats.longer(request.tokens(), result.tokens(), List.of()));
		}
		else if (cause instanceof NixlException) {
			this.failed.incrementAndGet();
		}
		else {
			this.wrong.incrementAndGet();
		}
	}

	private void remember(List<Integer> text) {
		synchronized (this.texts) {
			if (this.texts.size() == TEXTS) {
				this.texts.remove(0);
			}
			this.texts.add(text);
		}
	}

	/**
	 * Checks what must hold after all requests.
	 */
	void check() {
		assertThat(this.wrong).as("answers to another text, or failures without a type").hasValue(0);
		assertThat(this.answered).hasValueGreaterThan(this.failed.get());
		assertThat(this.held).as("tokens that were there already").hasPositiveValue();
		this.chats.check();
	}

	@Override
	public String toString() {
		return this.answered + " requests answered with " + this.held + " tokens held, and " + this.failed
				+ " failed typed";
	}

	@Override
	public void close() {
		this.chats.close();
	}

}
