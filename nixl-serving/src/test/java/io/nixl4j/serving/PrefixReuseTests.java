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

import java.util.ArrayList;
import java.util.List;

import io.nixl4j.route.local.LocalRouteProvider;
import io.nixl4j.serving.Chats.Worker;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Prompts that begin with what was computed before.
 */
@ParameterizedClass
@EnumSource(KvTransferMode.class)
class PrefixReuseTests {

	private static final int BLOCKS = 40;

	private final Chats chats = new Chats();

	private final WorkerOptions options;

	PrefixReuseTests(KvTransferMode mode) {
		this.options = WorkerOptions.defaults().withThreads(4).withTransferMode(mode);
	}

	@AfterEach
	void close() {
		this.chats.check();
		this.chats.close();
	}

	private Worker decode(String name) {
		return this.chats.decode(name, BLOCKS, new LocalRouteProvider(), this.options);
	}

	private Router router(RouterOptions options) {
		return this.chats.cluster.router(List.of("prefill-1"), List.of("decode-1"), options);
	}

	@Test
	void theSecondTurnOfAChatMovesOnlyTheNewBlocks() throws Exception {
		Worker prefill = this.chats.prefill("prefill-1", BLOCKS);
		Worker decode = decode("decode-1");
		Router router = router(RouterOptions.defaults());
		ServingRequest first = this.chats.request(Chats.text(10, 1), 6);
		ServingResult answer = Chats.serve(router, first);
		assertThat(answer.heldTokens()).isZero();
		assertThat(answer.moved().orElseThrow().bytes()).isEqualTo(3 * Cluster.LAYOUT.blockBytes());
		assertThat(decode.kept()).as("10 + 5 tokens in blocks of 4").isEqualTo(3);
		await().untilAsserted(() -> assertThat(prefill.kept()).isEqualTo(2));
		ServingRequest second = this.chats.request(Chats.longer(first.tokens(), answer.tokens(), Chats.text(5, 2)), 4);
		ServingResult next = Chats.serve(router, second);
		assertThat(next.heldTokens()).isEqualTo(12);
		KvMove moved = next.moved().orElseThrow();
		assertThat(moved.blocks()).isEqualTo(3);
		assertThat(moved.bytes()).isEqualTo(3 * Cluster.LAYOUT.blockBytes());
		assertThat(prefill.engine().computed).as("it had 8 of 21 tokens").hasValue(10 + 13);
		assertThat(decode.engine().computed).hasValue(0);
	}

	@Test
	void aPromptIsNeverHeldAsAWhole() throws Exception {
		this.chats.prefill("prefill-1", BLOCKS);
		decode("decode-1");
		Router router = router(RouterOptions.defaults());
		List<Integer> prompt = Chats.text(12, 1);
		Chats.serve(router, this.chats.request(prompt, 3));
		ServingResult again = Chats.serve(router, this.chats.request(prompt, 3));
		assertThat(again.heldTokens()).isEqualTo(8);
		assertThat(again.moved().orElseThrow().blocks()).isEqualTo(1);
	}

	@Test
	void aDecodeWorkerComputesALittleThatIsMissingItself() throws Exception {
		Worker prefill = this.chats.prefill("prefill-1", BLOCKS);
		Worker decode = decode("decode-1");
		Router router = router(RouterOptions.defaults().withLocalPrefillTokens(9));
		ServingRequest first = this.chats.request(Chats.text(10, 1), 6);
		ServingResult answer = Chats.serve(router, first);
		assertThat(answer.moved()).isPresent();
		ServingResult next = Chats.serve(router,
				this.chats.request(Chats.longer(first.tokens(), answer.tokens(), Chats.text(5, 2)), 4));
		assertThat(next.heldTokens()).isEqualTo(12);
		assertThat(next.moved()).isEmpty();
		assertThat(next.attempts()).isEqualTo(1);
		assertThat(prefill.engine().computed).hasValue(10);
		assertThat(decode.engine().computed).hasValue(9);
	}

	@Test
	void whatAPromptDependsOnBesidesSharesNothing() throws Exception {
		this.chats.prefill("prefill-1", BLOCKS);
		decode("decode-1");
		Router router = router(RouterOptions.defaults());
		List<Integer> prompt = Chats.text(20, 1);
		Chats.serve(router, this.chats.request(prompt, 3, "adapter-1"));
		assertThat(Chats.serve(router, this.chats.request(prompt, 3, "adapter-2")).heldTokens()).isZero();
		assertThat(Chats.serve(router, this.chats.request(prompt, 3, "adapter-1")).heldTokens()).isEqualTo(16);
	}

	@Test
	void keptBlocksAreGivenOutWhenOthersAreShort() throws Exception {
		this.chats.prefill("prefill-1", BLOCKS);
		Worker decode = decode("decode-1");
		Router router = router(RouterOptions.defaults());
		for (int i = 1; i <= 10; i++) {
			Chats.serve(router, this.chats.request(Chats.text(100, i), 12));
		}
		assertThat(decode.kept()).as("27 of the last text, and what was left of others").isEqualTo(39);
		ServingResult last = Chats.serve(router, this.chats.request(Chats.text(100, 10), 12));
		assertThat(last.heldTokens()).isEqualTo(96);
	}

	@Test
	void thoseThatWaitGetWhatIsKept() throws Exception {
		this.chats.prefill("prefill-1", BLOCKS);
		decode("decode-1");
		Router router = router(RouterOptions.defaults());
		List<Integer> common = Chats.text(60, 1);
		List<ServingRequest> requests = new ArrayList<>();
		for (int i = 1; i <= 12; i++) {
			requests.add(this.chats.request(Chats.longer(common, Chats.text(40, i), List.of()), 10));
		}
		List<ServingCall> calls = requests.stream().map((request) -> router.submit(request, (token, text) -> {
		})).toList();
		for (int i = 0; i < calls.size(); i++) {
			assertThat(Cluster.result(calls.get(i)).tokens()).isEqualTo(TextEngine.answer(requests.get(i)));
		}
	}

	@Test
	void whenPrefillFailsTheRestIsComputedByTheDecodeWorker() throws Exception {
		Worker prefill = this.chats.prefill("prefill-1", BLOCKS);
		Worker decode = decode("decode-1");
		Router router = router(RouterOptions.defaults());
		List<Integer> prompt = Chats.text(20, 1);
		Chats.serve(router, this.chats.request(prompt, 3));
		prefill.engine().beforeLayer = (request, layer) -> {
			if (layer == 1) {
				throw new IllegalStateException("out of luck");
			}
		};
		ServingResult result = Chats.serve(router, this.chats.request(prompt, 3));
		assertThat(result.attempts()).isEqualTo(2);
		assertThat(result.heldTokens()).isEqualTo(16);
		assertThat(decode.engine().computed).hasValue(4);
	}

	@Test
	void aChatStaysWhereItsBlocksAre() throws Exception {
		this.chats.prefill("prefill-1", BLOCKS);
		this.chats.prefill("prefill-2", BLOCKS);
		decode("decode-1");
		decode("decode-2");
		Router router = this.chats.cluster.router(List.of("prefill-1", "prefill-2"), List.of("decode-1", "decode-2"),
				RouterOptions.defaults());
		for (int chat = 1; chat <= 2; chat++) {
			List<Integer> text = Chats.text(20, chat);
			int held = 0;
			for (int turn = 1; turn <= 4; turn++) {
				ServingRequest request = this.chats.request(text, 4);
				ServingResult result = Chats.serve(router, request);
				assertThat(result.heldTokens()).as("chat %d, turn %d", chat, turn).isEqualTo(held);
				held = (text.size() + 3) / 4 * 4;
				text = Chats.longer(text, result.tokens(), Chats.text(5, turn));
			}
		}
	}

}
