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
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

import io.nixl4j.NixlAgent;
import io.nixl4j.kv.ElementType;
import io.nixl4j.kv.KvLayout;
import io.nixl4j.memory.NixlBackendException;
import io.nixl4j.memory.NixlBusyException;
import io.nixl4j.memory.NixlCancelledException;
import io.nixl4j.memory.NixlError;
import io.nixl4j.memory.NixlException;
import io.nixl4j.memory.NixlOutOfRangeException;
import io.nixl4j.memory.NixlRefusedException;
import io.nixl4j.memory.NixlTimeoutException;
import io.nixl4j.memory.Permissions;
import io.nixl4j.route.local.LocalRouteProvider;
import io.nixl4j.serving.Cluster.Decode;
import io.nixl4j.serving.Cluster.Prefill;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.entry;
import static org.awaitility.Awaitility.await;

/**
 * One request after the other through a router, a prefill worker and a decode worker,
 * with engines that look at every byte.
 */
@ParameterizedClass
@EnumSource(KvTransferMode.class)
class ServingTests {

	private static final int BLOCKS = 40;

	private static final List<String> PREFILL = List.of("prefill-1");

	private static final List<String> DECODE = List.of("decode-1");

	private static final TokenListener SILENT = (token, text) -> {
	};

	private final Cluster cluster = new Cluster();

	private final CountDownLatch gate = new CountDownLatch(1);

	private final CountDownLatch reached = new CountDownLatch(1);

	private final KvTransferMode mode;

	private final Decode decode;

	ServingTests(KvTransferMode mode) {
		this.mode = mode;
		this.decode = this.cluster.decode("decode-1", BLOCKS,
				WorkerOptions.defaults().withThreads(2).withMaxRequests(8).withTransferMode(mode));
	}

	@AfterEach
	void close() {
		this.gate.countDown();
		this.cluster.close();
	}

	private Prefill prefill() {
		return this.cluster.prefill("prefill-1", BLOCKS);
	}

	private Router router(RouterOptions options) {
		return this.cluster.router(PREFILL, DECODE, options);
	}

	private void block() throws InterruptedException {
		this.reached.countDown();
		this.gate.await();
	}

	private static void assertFails(ServingCall call, Class<? extends NixlException> type) {
		assertThatExceptionOfType(ExecutionException.class).isThrownBy(() -> Cluster.result(call))
			.withCauseInstanceOf(type);
	}

	@Test
	void aPrefillWorkerFillsTheBlocksOfADecodeWorker() throws Exception {
		Prefill prefill = prefill();
		ServingRequest request = Cluster.request(7, 10, 5);
		List<Integer> heard = new ArrayList<>();
		ServingResult result = Cluster
			.result(router(RouterOptions.defaults()).submit(request, (token, text) -> heard.add(token)));
		assertThat(result.tokens()).isEqualTo(StubEngine.answer(request)).isEqualTo(heard);
		assertThat(result.text()).isEqualTo("t0 t1 t2 t3 t4 end");
		assertThat(result.attempts()).isEqualTo(1);
		assertThat(result.timeToFirstToken()).isPositive();
		KvMove moved = result.moved().orElseThrow();
		assertThat(moved.layers()).isEqualTo(3);
		assertThat(moved.blocks()).isEqualTo(3);
		assertThat(moved.bytes()).isEqualTo(3 * Cluster.LAYOUT.blockBytes());
		assertThat(prefill.engine().prefills).hasValue(1);
		assertThat(this.decode.engine().prefills).hasValue(0);
		this.decode.awaitFull();
		prefill.awaitFull();
	}

	@Test
	void shortPromptsAreComputedByTheDecodeWorker() throws Exception {
		Prefill prefill = prefill();
		Router router = router(RouterOptions.defaults().withLocalPrefillTokens(10));
		assertThat(Cluster.result(router.submit(Cluster.request(1, 10, 3), SILENT)).moved()).isEmpty();
		assertThat(prefill.engine().prefills).hasValue(0);
		assertThat(Cluster.result(router.submit(Cluster.request(2, 11, 3), SILENT)).moved()).isPresent();
		assertThat(prefill.engine().prefills).hasValue(1);
		this.decode.awaitFull();
	}

	@Test
	void aPromptThatThePrefillWorkerFailsAtIsComputedByTheDecodeWorker() throws Exception {
		Prefill prefill = prefill();
		prefill.engine().beforeLayer = (request, layer) -> {
			if (layer == 1) {
				throw new IllegalStateException("out of luck");
			}
		};
		ServingRequest request = Cluster.request(1, 10, 3);
		ServingResult result = Cluster.result(router(RouterOptions.defaults()).submit(request, SILENT));
		assertThat(result.tokens()).isEqualTo(StubEngine.answer(request));
		assertThat(result.attempts()).isEqualTo(2);
		assertThat(result.moved()).isEmpty();
		this.decode.awaitFull();
		prefill.awaitFull();
	}

	@Test
	void withoutASecondAttemptTheFailureOfTheEngineIsTheResult() throws Exception {
		Prefill prefill = prefill();
		prefill.engine().beforeLayer = (request, layer) -> {
			throw new IllegalStateException("out of luck");
		};
		ServingCall call = router(RouterOptions.defaults().withMaxAttempts(1)).submit(Cluster.request(1, 10, 3),
				SILENT);
		assertThatExceptionOfType(ExecutionException.class).isThrownBy(() -> Cluster.result(call))
			.withCauseInstanceOf(NixlBackendException.class)
			.withMessageContaining("out of luck")
			.withMessageContaining("prefill-1");
		this.decode.awaitFull();
	}

	@Test
	void blocksOfALatePrefillComeBackWhenItHasStopped() throws Exception {
		Prefill prefill = prefill();
		CountDownLatch one = new CountDownLatch(1);
		prefill.engine().beforeLayer = (request, layer) -> {
			if (one.getCount() == 0) {
				block();
			}
			one.countDown();
		};
		ServingRequest request = Cluster.request(1, 10, 3);
		Router router = router(RouterOptions.defaults().withRemoteTimeout(Duration.ofMillis(300)));
		ServingResult result = Cluster.result(router.submit(request, SILENT));
		assertThat(result.attempts()).isEqualTo(2);
		assertThat(result.tokens()).isEqualTo(StubEngine.answer(request));
		if (this.mode == KvTransferMode.PUSH) {
			assertThat(this.decode.worker().occupancy().free()).isLessThanOrEqualTo(BLOCKS - 4);
		}
		else {
			this.decode.awaitFull();
			assertThat(prefill.worker().occupancy().free()).isLessThanOrEqualTo(BLOCKS - 3);
		}
		this.gate.countDown();
		this.decode.awaitFull();
		prefill.awaitFull();
		assertThat(this.decode.engine().foreign).hasValue(0);
	}

	@Test
	void withoutAPrefillWorkerTheDecodeWorkerComputesThePrompt() throws Exception {
		ServingRequest request = Cluster.request(1, 10, 3);
		ServingResult result = Cluster.result(router(RouterOptions.defaults()).submit(request, SILENT));
		assertThat(result.tokens()).isEqualTo(StubEngine.answer(request));
		assertThat(result.attempts()).isEqualTo(2);
	}

	@Test
	void aPrefillWorkerThatIsLostHoldsNoBlocks() throws Exception {
		Prefill prefill = prefill();
		prefill.engine().beforeLayer = (request, layer) -> block();
		ServingRequest request = Cluster.request(1, 10, 3);
		ServingCall call = router(RouterOptions.defaults()).submit(request, SILENT);
		assertThat(this.reached.await(60, TimeUnit.SECONDS)).isTrue();
		prefill.agent().close();
		assertThat(Cluster.result(call).tokens()).isEqualTo(StubEngine.answer(request));
		this.decode.awaitFull();
	}

	@Test
	void aPrefillWorkerOfAnotherLayoutIsRefused() throws Exception {
		Prefill prefill = this.cluster.prefill("prefill-1", BLOCKS, new KvLayout(3, 4, 2, 8, ElementType.F32),
				new LocalRouteProvider(), WorkerOptions.defaults());
		ServingResult result = Cluster
			.result(router(RouterOptions.defaults()).submit(Cluster.request(1, 10, 3), SILENT));
		assertThat(result.attempts()).isEqualTo(2);
		assertThat(prefill.engine().prefills).hasValue(0);
		this.decode.awaitFull();
		prefill.awaitFull();
	}

	@Test
	void aListenerHearsOfEachLayer() throws Exception {
		Queue<String> heard = new ConcurrentLinkedQueue<>();
		KvTransferListener listener = new KvTransferListener() {

			@Override
			public void layerComputed(String requestId, int layer) {
				heard.add("computed " + requestId + " " + layer);
			}

			@Override
			public void layerMoved(String requestId, int layer, int blocks, long bytes, Duration duration) {
				heard.add("moved " + requestId + " " + layer + " " + blocks + " " + bytes);
				throw new IllegalStateException("nobody is harmed");
			}

		};
		WorkerOptions options = WorkerOptions.defaults().withTransferMode(this.mode).withTransferListener(listener);
		this.cluster.prefill("prefill-1", BLOCKS, Cluster.LAYOUT, new LocalRouteProvider(), options);
		this.cluster.decode("decode-2", BLOCKS, options);
		Router router = this.cluster.router(PREFILL, List.of("decode-2"), RouterOptions.defaults());
		Cluster.result(router.submit(Cluster.request(7, 10, 5), SILENT));
		long bytes = Cluster.LAYOUT.blockBytes();
		await().untilAsserted(() -> assertThat(heard).containsExactlyInAnyOrder("computed request-7 0",
				"computed request-7 1", "computed request-7 2", "moved request-7 0 3 " + bytes,
				"moved request-7 1 3 " + bytes, "moved request-7 2 3 " + bytes));
	}

	@Test
	void layersMoveWhileOthersAreComputed() throws Exception {
		CountDownLatch moved = new CountDownLatch(Cluster.LAYOUT.layers() - 1);
		KvTransferListener listener = new KvTransferListener() {

			@Override
			public void layerMoved(String requestId, int layer, int blocks, long bytes, Duration duration) {
				moved.countDown();
			}

		};
		WorkerOptions options = WorkerOptions.defaults().withTransferMode(this.mode).withTransferListener(listener);
		Prefill prefill = this.cluster.prefill("prefill-1", BLOCKS, Cluster.LAYOUT, new LocalRouteProvider(), options);
		this.cluster.decode("decode-2", BLOCKS, options);
		AtomicInteger layers = new AtomicInteger();
		prefill.engine().beforeLayer = (request, layer) -> {
			if (layers.incrementAndGet() == Cluster.LAYOUT.layers()) {
				moved.await();
			}
		};
		Router router = this.cluster.router(PREFILL, List.of("decode-2"), RouterOptions.defaults());
		KvMove move = Cluster.result(router.submit(Cluster.request(7, 10, 5), SILENT)).moved().orElseThrow();
		assertThat(move.overlapped()).isEqualTo(Cluster.LAYOUT.layers() - 1);
	}

	@Test
	void anotherDecodeWorkerTakesWhatOneFailsAt() throws Exception {
		prefill();
		Decode second = this.cluster.decode("decode-2", BLOCKS);
		this.decode.engine().beforeToken = (request, token) -> {
			throw new IllegalStateException("out of luck");
		};
		Router router = this.cluster.router(PREFILL, List.of("decode-1", "decode-2"), RouterOptions.defaults());
		ServingRequest request = Cluster.request(1, 10, 3);
		ServingResult result = Cluster.result(router.submit(request, SILENT));
		assertThat(result.tokens()).isEqualTo(StubEngine.answer(request));
		assertThat(this.decode.engine().decodes).hasValue(1);
		assertThat(second.engine().decodes).hasValue(1);
		this.decode.awaitFull();
		second.awaitFull();
	}

	@Test
	void anAnswerGoesOnAtAnotherDecodeWorker() throws Exception {
		prefill();
		Decode second = this.cluster.decode("decode-2", BLOCKS, WorkerOptions.defaults().withTransferMode(this.mode));
		this.decode.engine().beforeToken = failsAt(3);
		Router router = this.cluster.router(PREFILL, List.of("decode-1", "decode-2"), RouterOptions.defaults());
		ServingRequest request = Cluster.request(1, 10, 6);
		List<Integer> heard = new CopyOnWriteArrayList<>();
		ServingResult result = Cluster.result(router.submit(request, (token, text) -> heard.add(token)));
		assertThat(result.tokens()).isEqualTo(StubEngine.answer(request)).isEqualTo(heard);
		assertThat(result.text()).isEqualTo("t0 t1 t2 t3 t4 t5 end");
		assertThat(result.attempts()).isEqualTo(2);
		assertThat(this.decode.engine().decodes).hasValue(1);
		assertThat(second.engine().decodes).hasValue(1);
		this.decode.awaitFull();
		second.awaitFull();
	}

	@Test
	void anAnswerThatWasHeardInPartFailsIfItMustNotGoOn() throws Exception {
		prefill();
		this.cluster.decode("decode-2", BLOCKS);
		this.decode.engine().beforeToken = failsAt(3);
		Router router = this.cluster.router(PREFILL, List.of("decode-1", "decode-2"),
				RouterOptions.defaults().withContinueAnswers(false));
		assertFails(router.submit(Cluster.request(1, 10, 6), SILENT), NixlBackendException.class);
		this.decode.awaitFull();
	}

	private static StubEngine.Hook failsAt(int token) {
		return (request, number) -> {
			if (number == token) {
				throw new IllegalStateException("out of luck");
			}
		};
	}

	@Test
	void anotherPrefillWorkerTakesWhatOneFailsAt() throws Exception {
		Prefill first = prefill();
		Prefill second = this.cluster.prefill("prefill-2", BLOCKS);
		AtomicInteger failures = new AtomicInteger();
		StubEngine.Hook once = (request, layer) -> {
			if (failures.incrementAndGet() == 1) {
				throw new IllegalStateException("out of luck");
			}
		};
		first.engine().beforeLayer = once;
		second.engine().beforeLayer = once;
		Router router = this.cluster.router(List.of("prefill-1", "prefill-2"), DECODE, RouterOptions.defaults());
		ServingRequest request = Cluster.request(1, 10, 3);
		ServingResult result = Cluster.result(router.submit(request, SILENT));
		assertThat(result.tokens()).isEqualTo(StubEngine.answer(request));
		assertThat(result.moved()).isPresent();
		assertThat(result.attempts()).isEqualTo(2);
		assertThat(first.engine().prefills).hasValue(1);
		assertThat(second.engine().prefills).hasValue(1);
		assertThat(this.decode.engine().prefills).hasValue(0);
		this.decode.awaitFull();
		first.awaitFull();
		second.awaitFull();
	}

	@Test
	void theLastAttemptWaitsForNoPrefillWorker() throws Exception {
		Prefill first = prefill();
		Prefill second = this.cluster.prefill("prefill-2", BLOCKS);
		StubEngine.Hook always = (request, layer) -> {
			throw new IllegalStateException("out of luck");
		};
		first.engine().beforeLayer = always;
		second.engine().beforeLayer = always;
		Router router = this.cluster.router(List.of("prefill-1", "prefill-2"), DECODE,
				RouterOptions.defaults().withMaxAttempts(2));
		ServingResult result = Cluster.result(router.submit(Cluster.request(1, 10, 3), SILENT));
		assertThat(result.attempts()).isEqualTo(2);
		assertThat(this.decode.engine().prefills).hasValue(1);
	}

	@Test
	void requestsGoWhereThereAreBlocks() throws Exception {
		prefill();
		Decode second = this.cluster.decode("decode-2", BLOCKS);
		CountDownLatch both = new CountDownLatch(2);
		StubEngine.Hook wait = (request, token) -> {
			both.countDown();
			both.await();
		};
		this.decode.engine().beforeToken = wait;
		second.engine().beforeToken = wait;
		Router router = this.cluster.router(PREFILL, List.of("decode-1", "decode-2"), RouterOptions.defaults());
		ServingCall first = router.submit(Cluster.request(1, 10, 3), SILENT);
		ServingCall other = router.submit(Cluster.request(2, 10, 3), SILENT);
		Cluster.result(first);
		Cluster.result(other);
		assertThat(this.decode.engine().decodes).hasValue(1);
		assertThat(second.engine().decodes).hasValue(1);
	}

	@Test
	void aWorkerWithTooManyRequestsRefuses() throws Exception {
		Decode small = this.cluster.decode("decode-2", BLOCKS, WorkerOptions.defaults().withMaxRequests(1));
		small.engine().beforeToken = (request, token) -> block();
		Router router = this.cluster.router(List.of(), List.of("decode-2"), RouterOptions.defaults());
		ServingCall first = router.submit(Cluster.request(1, 10, 3), SILENT);
		assertThat(this.reached.await(60, TimeUnit.SECONDS)).isTrue();
		assertFails(router.submit(Cluster.request(2, 10, 3), SILENT), NixlBusyException.class);
		this.gate.countDown();
		assertThat(Cluster.result(first).tokens()).hasSize(3);
	}

	@Test
	void aRouterWithTooManyRequestsRefuses() throws Exception {
		this.decode.engine().beforeToken = (request, token) -> block();
		Router router = this.cluster.router(List.of(), DECODE, RouterOptions.defaults().withMaxRequests(1));
		ServingCall first = router.submit(Cluster.request(1, 10, 3), SILENT);
		assertThatExceptionOfType(NixlBusyException.class)
			.isThrownBy(() -> router.submit(Cluster.request(2, 10, 3), SILENT));
		this.gate.countDown();
		Cluster.result(first);
		assertThat(Cluster.result(router.submit(Cluster.request(2, 10, 3), SILENT)).tokens()).hasSize(3);
	}

	@Test
	void aRequestThatIsSentAgainIsNotComputedAgain() throws Exception {
		prefill();
		Router router = router(RouterOptions.defaults());
		ServingRequest request = Cluster.request(1, 10, 3);
		ServingCall first = router.submit(request, SILENT);
		assertThat(router.submit(Cluster.request(1, 10, 3), SILENT)).isSameAs(first);
		ServingResult result = Cluster.result(first);
		assertThat(Cluster.result(router.submit(request, SILENT))).isEqualTo(result);
		assertThat(this.decode.engine().decodes).hasValue(1);
		assertThatExceptionOfType(NixlRefusedException.class)
			.isThrownBy(() -> router.submit(Cluster.request(1, 11, 3), SILENT));
	}

	@Test
	void requestsWaitForBlocks() throws Exception {
		Prefill prefill = prefill();
		Router router = router(RouterOptions.defaults());
		List<ServingCall> calls = new ArrayList<>();
		for (int i = 1; i <= 6; i++) {
			calls.add(router.submit(Cluster.request(i, 100, 20), SILENT));
		}
		for (ServingCall call : calls) {
			assertThat(Cluster.result(call).tokens()).isEqualTo(StubEngine.answer(call.request()));
		}
		this.decode.awaitFull();
		prefill.awaitFull();
	}

	@Test
	void aCancelledRequestEndsAtOnceAndItsBlocksComeBack() throws Exception {
		prefill();
		this.decode.engine().beforeToken = (request, token) -> block();
		ServingCall call = router(RouterOptions.defaults()).submit(Cluster.request(1, 10, 3), SILENT);
		assertThat(this.reached.await(60, TimeUnit.SECONDS)).isTrue();
		call.cancel();
		assertFails(call, NixlCancelledException.class);
		assertThat(this.decode.worker().occupancy().free()).as("the engine is still at it").isLessThan(BLOCKS);
		this.gate.countDown();
		this.decode.awaitFull();
	}

	@Test
	void aRequestThatIsCancelledBeforeThereIsASessionHoldsNoBlocks() {
		Router router = router(RouterOptions.defaults());
		ServingCall call = router.submit(Cluster.request(1, 10, 3, Duration.ofMinutes(10)), SILENT);
		call.cancel();
		assertFails(call, NixlCancelledException.class);
		this.decode.awaitFull();
	}

	@Test
	void aRequestHasItsResultAtItsDeadline() throws Exception {
		Prefill prefill = prefill();
		prefill.engine().beforeLayer = (request, layer) -> block();
		ServingCall call = router(RouterOptions.defaults()).submit(Cluster.request(1, 10, 3, Duration.ofMillis(300)),
				SILENT);
		assertFails(call, NixlTimeoutException.class);
		if (this.mode == KvTransferMode.PUSH) {
			await().untilAsserted(() -> assertThat(this.decode.worker().quarantinedByEngine())
				.containsExactly(entry("prefill-1", 4)));
		}
		else {
			this.decode.awaitFull();
		}
		this.gate.countDown();
		this.decode.awaitFull();
		prefill.awaitFull();
	}

	@Test
	void whatNeverFitsIsRefused() {
		Router router = this.cluster.router(List.of(), DECODE, RouterOptions.defaults());
		assertFails(router.submit(Cluster.request(1, 10, 1_000), SILENT), NixlOutOfRangeException.class);
	}

	@ParameterizedTest
	@ValueSource(ints = { PromptParts.REST, PromptParts.REST + 1, PromptParts.PART + PromptParts.REST + 1, 60_000 })
	void aLongPromptComesInParts(int tokens) throws Exception {
		int blocks = 20_000;
		WorkerOptions options = WorkerOptions.defaults().withTransferMode(this.mode);
		Prefill prefill = this.cluster.prefill("prefill-1", blocks);
		Decode large = this.cluster.decode("decode-2", blocks, options);
		Router router = this.cluster.router(PREFILL, List.of("decode-2"), RouterOptions.defaults());
		List<Integer> prompt = new ArrayList<>();
		for (int i = 0; i < tokens; i++) {
			prompt.add(Integer.MAX_VALUE - i);
		}
		AtomicReference<List<Integer>> heard = new AtomicReference<>();
		prefill.engine().beforeLayer = (request, layer) -> heard.set(request.tokens());
		ServingRequest request = new ServingRequest("request-1", prompt, 5, "", Duration.ofMinutes(1));
		ServingResult result = Cluster.result(router.submit(request, SILENT));
		assertThat(result.tokens()).isEqualTo(StubEngine.answer(request));
		assertThat(result.attempts()).isEqualTo(1);
		assertThat(heard.get()).isEqualTo(prompt);
		large.awaitFull();
		prefill.awaitFull();
	}

	@Test
	void aListenerThatFailsEndsItsRequest() {
		prefill();
		ServingCall call = router(RouterOptions.defaults()).submit(Cluster.request(1, 10, 100), (token, text) -> {
			throw new IllegalStateException("cannot listen");
		});
		assertFails(call, NixlBackendException.class);
		this.decode.awaitFull();
	}

	@Test
	void aListenerThatDoesNotReturnHoldsUpNoFailure() {
		Router router = router(RouterOptions.defaults());
		for (int i = 1; i <= 4; i++) {
			router.submit(Cluster.request(i, 10, 3), (token, text) -> block(this.gate));
		}
		assertFails(router.submit(Cluster.request(5, 10, 3, Duration.ofSeconds(1)), (token, text) -> block(this.gate)),
				NixlTimeoutException.class);
		ServingCall call = router.submit(Cluster.request(6, 10, 3), SILENT);
		call.cancel();
		assertFails(call, NixlCancelledException.class);
	}

	private static void block(CountDownLatch gate) {
		try {
			gate.await();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	@Test
	void aFirstTokenThatIsNoneFailsTheAttempt() throws Exception {
		NixlAgent agent = this.cluster.agent("prefill-1", new LocalRouteProvider());
		this.cluster.prefill(agent, Cluster.cache(agent, Cluster.LAYOUT, BLOCKS, Permissions.READ),
				(request, blocks, layers) -> {
					for (int layer = 0; layer < 3; layer++) {
						layers.layerDone(layer);
					}
					return -1;
				}, WorkerOptions.defaults());
		ServingCall call = router(RouterOptions.defaults().withMaxAttempts(1)).submit(Cluster.request(1, 10, 3),
				SILENT);
		assertThatExceptionOfType(ExecutionException.class).isThrownBy(() -> Cluster.result(call))
			.withMessageContaining("first token is -1");
		this.decode.awaitFull();
	}

	@Test
	void closingARouterEndsItsRequests() throws Exception {
		this.decode.engine().beforeToken = (request, token) -> block();
		Router router = this.cluster.router(List.of(), DECODE, RouterOptions.defaults());
		ServingCall call = router.submit(Cluster.request(1, 10, 3), SILENT);
		assertThat(this.reached.await(60, TimeUnit.SECONDS)).isTrue();
		router.close();
		assertThatExceptionOfType(ExecutionException.class).isThrownBy(() -> Cluster.result(call))
			.satisfies((ex) -> assertThat(ex.getCause()).isInstanceOfSatisfying(NixlException.class,
					(cause) -> assertThat(cause.error()).isEqualTo(NixlError.CLOSED)));
		assertThatExceptionOfType(NixlException.class)
			.isThrownBy(() -> router.submit(Cluster.request(2, 10, 3), SILENT));
		this.gate.countDown();
		this.decode.awaitFull();
	}

	@Test
	void aWorkerMayBeClosedTwice() {
		Prefill prefill = prefill();
		prefill.worker().close();
		assertThat(CompletableFuture.runAsync(prefill.worker()::close)).succeedsWithin(Duration.ofSeconds(5));
		this.decode.worker().close();
		assertThat(CompletableFuture.runAsync(this.decode.worker()::close)).succeedsWithin(Duration.ofSeconds(5));
	}

	@Test
	void aClosedDecodeWorkerFailsItsRequests() throws Exception {
		this.decode.engine().beforeToken = (request, token) -> block();
		Router router = this.cluster.router(List.of(), DECODE, RouterOptions.defaults());
		ServingCall call = router.submit(Cluster.request(1, 10, 3), SILENT);
		assertThat(this.reached.await(60, TimeUnit.SECONDS)).isTrue();
		this.decode.worker().close();
		assertFails(call, NixlException.class);
	}

}
