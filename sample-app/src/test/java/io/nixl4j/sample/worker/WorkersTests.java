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

package io.nixl4j.sample.worker;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

import io.nixl4j.InProcessNetwork;
import io.nixl4j.NixlAgent;
import io.nixl4j.kv.ElementType;
import io.nixl4j.kv.KvCache;
import io.nixl4j.kv.KvLayout;
import io.nixl4j.memory.MemoryType;
import io.nixl4j.memory.NixlException;
import io.nixl4j.memory.NixlOutOfRangeException;
import io.nixl4j.memory.Permissions;
import io.nixl4j.memory.RegionOptions;
import io.nixl4j.route.local.LocalRouteProvider;
import io.nixl4j.sample.engine.ChatMessage;
import io.nixl4j.sample.engine.Engine;
import io.nixl4j.sample.engine.Generation;
import io.nixl4j.sample.engine.Generator;
import io.nixl4j.sample.engine.HeapKvPages;
import io.nixl4j.sample.engine.Model;
import io.nixl4j.sample.engine.ModelShape;
import io.nixl4j.sample.engine.Sequence;
import io.nixl4j.serving.DecodeWorker;
import io.nixl4j.serving.KvMove;
import io.nixl4j.serving.PrefillWorker;
import io.nixl4j.serving.Router;
import io.nixl4j.serving.RouterOptions;
import io.nixl4j.serving.ServingRequest;
import io.nixl4j.serving.ServingResult;
import io.nixl4j.serving.TokenListener;
import io.nixl4j.serving.WorkerDirectory;
import io.nixl4j.serving.WorkerOptions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Router and workers with the real model, over the {@code memory} route.
 */
@Tag("all")
class WorkersTests {

	private static final int TOKENS_PER_BLOCK = 16;

	private static final int BLOCKS = 32;

	private final Model model = model();

	private static final TokenListener SILENT = (token, text) -> {
	};

	private final InProcessNetwork network = new InProcessNetwork();

	private final List<AutoCloseable> closing = new ArrayList<>();

	private final NixlAgent prefillAgent = agent("prefill-1");

	private final NixlAgent decodeAgent = agent("decode-1");

	private final NixlAgent routerAgent = agent("router-1");

	private final Router router = new Router(this.routerAgent,
			WorkerDirectory.of(List.of("prefill-1"), List.of("decode-1")),
			RouterOptions.defaults().withRemoteTimeout(Duration.ofMinutes(1)));

	private static Model model() {
		try {
			return Model.load(Path.of(System.getProperty("nixl.model")));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private NixlAgent agent(String name) {
		NixlAgent agent = NixlAgent.builder()
			.name(name)
			.routes(List.of(new LocalRouteProvider()))
			.tcp(null)
			.network(this.network)
			.build();
		this.closing.add(agent);
		return agent;
	}

	private KvCache cache(NixlAgent agent, Permissions permissions) {
		ModelShape shape = this.model.shape();
		KvLayout layout = new KvLayout(shape.layers(), TOKENS_PER_BLOCK, shape.kvHeads(), shape.headSize(),
				ElementType.F32);
		return new KvCache(layout, agent.allocate(layout.bytes(BLOCKS),
				RegionOptions.of("kv").withType(MemoryType.DRAM).withPermissions(permissions)));
	}

	private void startPrefill() {
		KvCache cache = cache(this.prefillAgent, Permissions.READ);
		ModelEngine engine = new ModelEngine(new Engine(this.model, new RegionPages(cache), 2));
		this.closing.add(0, engine);
		this.closing.add(0, new PrefillWorker(this.prefillAgent, cache, engine, WorkerOptions.defaults()));
		start(this.prefillAgent);
	}

	private void startDecode() {
		KvCache cache = cache(this.decodeAgent, Permissions.WRITE);
		ModelEngine engine = new ModelEngine(new Engine(this.model, new RegionPages(cache), 2));
		this.closing.add(0, engine);
		this.closing.add(0, new DecodeWorker(this.decodeAgent, cache, engine, WorkerOptions.defaults().withThreads(5)));
		start(this.decodeAgent);
	}

	private static void start(NixlAgent agent) {
		agent.start();
		agent.publish();
	}

	private int[] prompt(String question) {
		return this.model.chatTemplate().encode(List.of(new ChatMessage(ChatMessage.Role.USER, question)));
	}

	private ServingResult ask(int[] prompt, int maxTokens, TokenListener listener) throws Exception {
		return submit(prompt, maxTokens, listener).get(3, TimeUnit.MINUTES);
	}

	private CompletableFuture<ServingResult> submit(int[] prompt, int maxTokens, TokenListener listener) {
		ServingRequest request = new ServingRequest(UUID.randomUUID().toString(),
				Arrays.stream(prompt).boxed().toList(), maxTokens, Sampling.GREEDY.parameters(), Duration.ofMinutes(2));
		return this.router.submit(request, listener).result();
	}

	@AfterEach
	void close() throws Exception {
		this.router.close();
		for (AutoCloseable each : this.closing) {
			each.close();
		}
	}

	@Test
	void anAnswerIsTheSameWithAndWithoutDisaggregation() throws Exception {
		startPrefill();
		startDecode();
		start(this.routerAgent);
		for (int round = 0; round < 3; round++) {
			int[] prompt = this.model.chatTemplate()
				.encode(List.of(new ChatMessage(ChatMessage.Role.SYSTEM, "Round " + round),
						new ChatMessage(ChatMessage.Role.USER, "Name three colors")));
			List<Integer> heard = new ArrayList<>();
			ServingResult answer = ask(prompt, 24, (token, text) -> heard.add(token));
			assertThat(heard).isEqualTo(answer.tokens()).isNotEmpty();
			int blocks = (prompt.length + TOKENS_PER_BLOCK - 1) / TOKENS_PER_BLOCK;
			KvMove moved = answer.moved().orElseThrow();
			assertThat(moved.blocks()).isEqualTo(blocks);
			assertThat(moved.bytes()).isEqualTo(blocks * 737_280L);
			assertThat(moved.layers()).isEqualTo(30);
			assertThat(moved.overlapped()).isBetween(0, 29);
			assertThat(answer.tokens()).isEqualTo(alone(prompt, 24).tokens());
		}
	}

	@Test
	void theSecondTurnOfAChatMovesOnlyTheNewBlocks() throws Exception {
		startPrefill();
		startDecode();
		start(this.routerAgent);
		List<ChatMessage> chat = new ArrayList<>(
				List.of(new ChatMessage(ChatMessage.Role.USER, "Name three colors, and nothing else.")));
		int[] first = this.model.chatTemplate().encode(chat);
		ServingResult answer = ask(first, 24, SILENT);
		chat.add(new ChatMessage(ChatMessage.Role.ASSISTANT, answer.text()));
		chat.add(new ChatMessage(ChatMessage.Role.USER, "And three animals?"));
		int[] second = this.model.chatTemplate().encode(chat);
		ServingResult next = ask(second, 24, SILENT);
		int held = first.length / TOKENS_PER_BLOCK * TOKENS_PER_BLOCK;
		assertThat(next.heldTokens()).isGreaterThanOrEqualTo(held);
		int blocks = (second.length + TOKENS_PER_BLOCK - 1) / TOKENS_PER_BLOCK - next.heldTokens() / TOKENS_PER_BLOCK;
		assertThat(next.moved().orElseThrow().bytes()).isEqualTo(blocks * 737_280L);
		assertThat(next.tokens()).isEqualTo(alone(second, 24).tokens());
	}

	@Test
	void severalAnswersAtOnceAreThoseMadeAlone() throws Exception {
		startPrefill();
		startDecode();
		start(this.routerAgent);
		List<int[]> prompts = new ArrayList<>();
		List<CompletableFuture<ServingResult>> answers = new ArrayList<>();
		for (int i = 0; i < 5; i++) {
			prompts.add(prompt("Tell me about " + "the number of stars and ".repeat(i) + " the number " + i));
			answers.add(submit(prompts.get(i), 16 + i, SILENT));
		}
		for (int i = 0; i < 5; i++) {
			assertThat(answers.get(i).get(3, TimeUnit.MINUTES).tokens())
				.isEqualTo(alone(prompts.get(i), 16 + i).tokens());
		}
	}

	private Generation alone(int[] prompt, int maxTokens) {
		int[] blocks = new int[BLOCKS];
		for (int i = 0; i < BLOCKS; i++) {
			blocks[i] = BLOCKS - 1 - i;
		}
		try (Engine engine = new Engine(this.model, new HeapKvPages(this.model.shape(), TOKENS_PER_BLOCK, BLOCKS), 1)) {
			return new Generator(engine, Sampling.GREEDY.sampler(), maxTokens).generate(new Sequence(blocks), prompt,
					(token, text) -> true);
		}
	}

	@Test
	void aRequestThatIsTooLargeFailsAndTheNextOneWorks() throws Exception {
		startPrefill();
		startDecode();
		start(this.routerAgent);
		assertThatExceptionOfType(ExecutionException.class).isThrownBy(() -> ask(prompt("Hi"), 4_000, SILENT))
			.withCauseInstanceOf(NixlOutOfRangeException.class);
		assertThat(ask(prompt("Hi"), 4, SILENT).tokens()).hasSizeLessThanOrEqualTo(4);
	}

	@Test
	void withoutPrefillWorkerTheAnswerIsTheSame() throws Exception {
		startDecode();
		start(this.routerAgent);
		int[] prompt = prompt("Hi");
		ServingResult answer = ask(prompt, 4, SILENT);
		assertThat(answer.attempts()).isEqualTo(2);
		assertThat(answer.moved()).isEmpty();
		assertThat(answer.tokens()).isEqualTo(alone(prompt, 4).tokens());
	}

	@Test
	void parametersThatAreNoSamplingFailTheRequest() {
		startDecode();
		start(this.routerAgent);
		ServingRequest request = new ServingRequest("request-1", List.of(1), 1, "hot", Duration.ofMinutes(1));
		assertThatExceptionOfType(ExecutionException.class)
			.isThrownBy(() -> this.router.submit(request, SILENT).result().get(1, TimeUnit.MINUTES))
			.withCauseInstanceOf(NixlException.class)
			.withMessageContaining("temperature");
	}

	@Test
	void samplingComesBackFromItsParameters() {
		for (Sampling sampling : List.of(Sampling.GREEDY, new Sampling(0.75f, -3), new Sampling(1e-5f, 1L << 60))) {
			assertThat(Sampling.parse(sampling.parameters())).isEqualTo(sampling);
		}
	}

}
