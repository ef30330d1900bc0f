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
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import io.nixl4j.InProcessNetwork;
import io.nixl4j.NixlAgent;
import io.nixl4j.kv.ElementType;
import io.nixl4j.kv.KvCache;
import io.nixl4j.kv.KvLayout;
import io.nixl4j.memory.MemoryType;
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

	private final InProcessNetwork network = new InProcessNetwork();

	private final List<AutoCloseable> closing = new ArrayList<>();

	private final NixlAgent prefillAgent = agent("prefill-1");

	private final NixlAgent decodeAgent = agent("decode-1");

	private final NixlAgent routerAgent = agent("router-1");

	private final Router router = new Router(this.routerAgent, "prefill-1", "decode-1");

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
		this.closing.add(0,
				new PrefillWorker(this.prefillAgent, new Engine(this.model, new RegionPages(cache), 2), cache));
		start(this.prefillAgent);
	}

	private void startDecode() {
		KvCache cache = cache(this.decodeAgent, Permissions.WRITE);
		this.closing.add(0,
				new DecodeWorker(this.decodeAgent, new Engine(this.model, new RegionPages(cache), 2), cache));
		start(this.decodeAgent);
	}

	private static void start(NixlAgent agent) {
		agent.start();
		agent.publish();
	}

	private int[] prompt(String question) {
		return this.model.chatTemplate().encode(List.of(new ChatMessage(ChatMessage.Role.USER, question)));
	}

	@AfterEach
	void close() throws Exception {
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
			int[] prompt = prompt("Name three colors, round " + round);
			List<Integer> heard = new ArrayList<>();
			Answer answer = this.router.ask(prompt, 24, Sampling.GREEDY, (token, text) -> heard.add(token))
				.get(2, TimeUnit.MINUTES);
			assertThat(heard).isEqualTo(answer.tokens()).isNotEmpty();
			int blocks = (prompt.length + TOKENS_PER_BLOCK - 1) / TOKENS_PER_BLOCK;
			assertThat(answer.moved().blocks()).isEqualTo(blocks);
			assertThat(answer.moved().bytes()).isEqualTo(blocks * 737_280L);
			assertThat(answer.moved().layers()).isEqualTo(30);
			assertThat(answer.moved().overlapped()).isEqualTo(29);
			assertThat(answer.tokens()).isEqualTo(alone(prompt, 24).tokens());
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
		assertThatExceptionOfType(ExecutionException.class)
			.isThrownBy(() -> this.router.ask(prompt("Hi"), 4_000, Sampling.GREEDY, (token, text) -> true)
				.get(1, TimeUnit.MINUTES))
			.withCauseInstanceOf(ServingException.class);
		assertThat(this.router.ask(prompt("Hi"), 4, Sampling.GREEDY, (token, text) -> true)
			.get(1, TimeUnit.MINUTES)
			.tokens()).hasSizeLessThanOrEqualTo(4);
	}

	@Test
	void withoutPrefillWorkerARequestFails() throws InterruptedException, TimeoutException {
		startDecode();
		start(this.routerAgent);
		assertThatExceptionOfType(ExecutionException.class).isThrownBy(
				() -> this.router.ask(prompt("Hi"), 4, Sampling.GREEDY, (token, text) -> true).get(1, TimeUnit.MINUTES))
			.withCauseInstanceOf(ServingException.class)
			.withMessageContaining("prefill-1");
	}

}
