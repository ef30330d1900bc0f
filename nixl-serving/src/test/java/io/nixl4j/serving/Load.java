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
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.nixl4j.memory.NixlException;
import io.nixl4j.route.RouteProvider;
import io.nixl4j.route.local.LocalRouteProvider;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Requests for two prefill and two decode workers, some of them cancelled at a random
 * moment.
 */
final class Load implements AutoCloseable {

	private static final int BLOCKS = 400;

	private static final double CANCELLED = 0.2;

	private final Cluster cluster = new Cluster();

	private final CountDownLatch never = new CountDownLatch(1);

	private final AtomicInteger answered = new AtomicInteger();

	private final AtomicInteger failed = new AtomicInteger();

	private final AtomicInteger wrong = new AtomicInteger();

	private final List<Cluster.Prefill> prefills = new ArrayList<>();

	private final List<Cluster.Decode> decodes = new ArrayList<>();

	private final int requests;

	private final int atOnce;

	private final Random random;

	private final KvTransferMode mode;

	Load(KvTransferMode mode, int requests, int atOnce, long seed) {
		this.mode = mode;
		this.requests = requests;
		this.atOnce = atOnce;
		this.random = new Random(seed);
	}

	/**
	 * Starts the workers.
	 * @param route carries what the first prefill worker WRITEs, or the first decode
	 * worker READs
	 */
	void start(RouteProvider route) {
		WorkerOptions options = WorkerOptions.defaults().withThreads(4).withTransferMode(this.mode);
		RouteProvider plain = new LocalRouteProvider();
		boolean isPush = this.mode == KvTransferMode.PUSH;
		this.prefills.add(this.cluster.prefill("prefill-1", BLOCKS, Cluster.LAYOUT, isPush ? route : plain, options));
		this.prefills.add(this.cluster.prefill("prefill-2", BLOCKS));
		this.decodes.add(this.cluster.decode("decode-1", BLOCKS, Cluster.LAYOUT, isPush ? plain : route, options));
		this.decodes.add(this.cluster.decode("decode-2", BLOCKS, options));
	}

	/**
	 * Lets engines freeze now and then.
	 * @param chance decides when
	 * @param share how often, of all layers and tokens
	 * @param longest for how long
	 */
	void stall(Random chance, double share, Duration longest) {
		StubEngine.Hook hook = (request, step) -> {
			boolean isFrozen;
			long millis;
			synchronized (chance) {
				isFrozen = chance.nextDouble() < share;
				millis = chance.nextInt((int) longest.toMillis());
			}
			if (isFrozen && this.never.await(millis, TimeUnit.MILLISECONDS)) {
				throw new IllegalStateException("nobody opens this");
			}
		};
		this.prefills.forEach((worker) -> worker.engine().beforeLayer = hook);
		this.decodes.forEach((worker) -> {
			worker.engine().beforeLayer = hook;
			worker.engine().beforeToken = hook;
		});
	}

	/**
	 * Sends all requests and waits until each has ended.
	 * @param timeout each request's
	 * @throws InterruptedException if the thread is interrupted
	 */
	void run(Duration timeout) throws InterruptedException {
		Router router = this.cluster.router(List.of("prefill-1", "prefill-2"), List.of("decode-1", "decode-2"),
				RouterOptions.defaults().withLocalPrefillTokens(8).withRemoteTimeout(Duration.ofMillis(400)));
		Semaphore room = new Semaphore(this.atOnce);
		for (int number = 1; number <= this.requests; number++) {
			assertThat(room.tryAcquire(120, TimeUnit.SECONDS)).as("request %d hangs", number).isTrue();
			ServingRequest request = Cluster.request(number, 1 + this.random.nextInt(80), 1 + this.random.nextInt(12),
					timeout);
			int cancelAt = (this.random.nextDouble() < CANCELLED) ? this.random.nextInt(6) : Integer.MAX_VALUE;
			submit(router, request, cancelAt, room);
		}
		assertThat(room.tryAcquire(this.atOnce, 120, TimeUnit.SECONDS)).as("the last requests hang").isTrue();
	}

	private void submit(Router router, ServingRequest request, int cancelAt, Semaphore room) {
		AtomicInteger heard = new AtomicInteger();
		ServingCall[] self = new ServingCall[1];
		CountDownLatch known = new CountDownLatch(1);
		self[0] = router.submit(request, (token, text) -> {
			if (heard.incrementAndGet() == cancelAt) {
				awaitQuietly(known);
				self[0].cancel();
			}
		});
		known.countDown();
		self[0].result().whenComplete((result, failure) -> {
			count(request, result, failure);
			room.release();
		});
		if (cancelAt == 0) {
			self[0].cancel();
		}
	}

	private static void awaitQuietly(CountDownLatch latch) {
		try {
			latch.await();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private void count(ServingRequest request, ServingResult result, Throwable failure) {
		Throwable cause = (failure instanceof CompletionException) ? failure.getCause() : failure;
		if (result != null && result.tokens().equals(StubEngine.answer(request))) {
			this.answered.incrementAndGet();
		}
		else if (cause instanceof NixlException) {
			this.failed.incrementAndGet();
		}
		else {
			this.wrong.incrementAndGet();
		}
	}

	/**
	 * Checks what must hold after all requests.
	 */
	void check() {
		assertThat(this.wrong).as("results that are neither an answer nor typed").hasValue(0);
		assertThat(this.answered.get() + this.failed.get()).isEqualTo(this.requests);
		assertThat(this.answered.get()).as("answers").isGreaterThan(this.requests / 4);
		this.decodes.forEach((worker) -> assertThat(worker.engine().foreign).hasValue(0));
		this.decodes.forEach(Cluster.Decode::awaitFull);
		this.prefills.forEach(Cluster.Prefill::awaitFull);
	}

	int answered() {
		return this.answered.get();
	}

	int failed() {
		return this.failed.get();
	}

	@Override
	public void close() {
		this.cluster.close();
	}

}
