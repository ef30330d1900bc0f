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

import java.util.List;
import java.util.stream.Stream;

import io.nixl4j.kv.ElementType;
import io.nixl4j.kv.KvLayout;
import io.nixl4j.kv.KvOrder;
import io.nixl4j.route.local.LocalRouteProvider;
import io.nixl4j.serving.Cluster.Decode;
import io.nixl4j.serving.Cluster.Prefill;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/**
 * Workers that keep the same model in layouts of their own.
 */
@ParameterizedClass
@EnumSource(KvTransferMode.class)
class UnequalLayoutTests {

	private static final KvLayout TWO_HEADS = new KvLayout(3, 4, 2, 8, ElementType.F32);

	private static final int BLOCKS = 24;

	private static final int TOKENS = 10;

	private final Cluster cluster = new Cluster();

	private final WorkerOptions options;

	UnequalLayoutTests(KvTransferMode mode) {
		this.options = WorkerOptions.defaults().withTransferMode(mode);
	}

	@AfterEach
	void close() {
		this.cluster.close();
	}

	@ParameterizedTest
	@MethodSource
	void bytesFindTheirPlaces(KvLayout prefills, KvLayout decodes) throws Exception {
		Prefill prefill = prefill(prefills);
		Decode decode = this.cluster.decode("decode-1", BLOCKS, decodes, this.options);
		Router router = router();
		for (int number = 1; number <= 5; number++) {
			ServingRequest request = Cluster.request(number, TOKENS, 5);
			ServingResult result = serve(router, request);
			assertThat(result.tokens()).isEqualTo(StubEngine.answer(request));
			assertThat(result.attempts()).isEqualTo(1);
			KvMove moved = result.moved().orElseThrow();
			assertThat(moved.bytes()).isEqualTo(TOKENS * decodes.blockBytes() / decodes.tokensPerBlock());
			assertThat(moved.blocks()).isEqualTo(decodes.blocksFor(TOKENS));
		}
		assertThat(decode.engine().foreign).hasValue(0);
		assertThat(decode.engine().prefills).hasValue(0);
		decode.awaitFull();
		prefill.awaitFull();
	}

	static Stream<Arguments> bytesFindTheirPlaces() {
		return Stream.of(arguments(TWO_HEADS.withTokensPerBlock(3), TWO_HEADS),
				arguments(TWO_HEADS.withTokensPerBlock(16), TWO_HEADS),
				arguments(TWO_HEADS, TWO_HEADS.withTokensPerBlock(16)),
				arguments(TWO_HEADS.withOrder(KvOrder.LAYER_MAJOR), TWO_HEADS),
				arguments(TWO_HEADS, TWO_HEADS.withOrder(KvOrder.LAYER_MAJOR)),
				arguments(TWO_HEADS.withTokensPerBlock(8).withOrder(KvOrder.BLOCK_MAJOR.headsAndTokensSwapped()),
						TWO_HEADS),
				arguments(TWO_HEADS, TWO_HEADS.withShare(1, 2)));
	}

	@ParameterizedTest
	@MethodSource
	void whatCannotBeMadeOfThePrefillWorkersBytesIsComputedByTheDecodeWorker(KvLayout prefills, KvLayout decodes)
			throws Exception {
		Prefill prefill = prefill(prefills);
		Decode decode = this.cluster.decode("decode-1", BLOCKS, decodes, this.options);
		ServingRequest request = Cluster.request(1, TOKENS, 5);
		ServingResult result = serve(router(), request);
		assertThat(result.tokens()).isEqualTo(StubEngine.answer(request));
		assertThat(result.attempts()).isEqualTo(2);
		assertThat(prefill.engine().prefills).hasValue(0);
		decode.awaitFull();
		prefill.awaitFull();
	}

	static Stream<Arguments> whatCannotBeMadeOfThePrefillWorkersBytesIsComputedByTheDecodeWorker() {
		return Stream.of(arguments(new KvLayout(3, 4, 1, 8, ElementType.F32), TWO_HEADS),
				arguments(new KvLayout(2, 4, 2, 8, ElementType.F32), TWO_HEADS),
				arguments(new KvLayout(3, 4, 2, 8, ElementType.F16), TWO_HEADS),
				arguments(TWO_HEADS.withShare(0, 2), TWO_HEADS),
				arguments(TWO_HEADS.withShare(0, 2), TWO_HEADS.withShare(1, 2)));
	}

	private Prefill prefill(KvLayout layout) {
		return this.cluster.prefill("prefill-1", BLOCKS, layout, new LocalRouteProvider(), WorkerOptions.defaults());
	}

	private Router router() {
		return this.cluster.router(List.of("prefill-1"), List.of("decode-1"), RouterOptions.defaults());
	}

	private static ServingResult serve(Router router, ServingRequest request) throws Exception {
		return Cluster.result(router.submit(request, (token, text) -> {
		}));
	}

}
