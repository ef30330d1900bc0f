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
import java.util.stream.Stream;

import io.nixl4j.NixlAgent;
import io.nixl4j.kv.KvCache;
import io.nixl4j.memory.Permissions;
import io.nixl4j.route.RouteProvider;
import io.nixl4j.route.local.LocalRouteProvider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Workers whose engines go on from what they have computed before.
 */
final class Chats implements AutoCloseable {

	private static final Duration PATIENCE = Duration.ofSeconds(60);

	final Cluster cluster = new Cluster();

	private final List<Worker> workers = new ArrayList<>();

	private int requests;

	/**
	 * A worker.
	 *
	 * @param engine its engine
	 * @param prefill it, if it is a prefill worker
	 * @param decode it, if it is a decode worker
	 * @param blocks how many blocks it has
	 */
	record Worker(TextEngine engine, PrefillWorker prefill, DecodeWorker decode, int blocks) {

		int kept() {
			return (this.prefill != null) ? this.prefill.keptBlocks() : this.decode.keptBlocks();
		}

		private int free() {
			return ((this.prefill != null) ? this.prefill.occupancy() : this.decode.occupancy()).free();
		}

		void awaitFull() {
			await().atMost(PATIENCE).untilAsserted(() -> assertThat(free() + kept()).isEqualTo(this.blocks));
		}

	}

	Worker prefill(String name, int blocks, RouteProvider route, WorkerOptions options) {
		NixlAgent agent = this.cluster.agent(name, route);
		KvCache cache = Cluster.cache(agent, Cluster.LAYOUT, blocks, Permissions.READ);
		TextEngine engine = new TextEngine(cache);
		return added(new Worker(engine, this.cluster.prefill(agent, cache, engine, options), null, blocks));
	}

	Worker prefill(String name, int blocks) {
		return prefill(name, blocks, new LocalRouteProvider(), WorkerOptions.defaults());
	}

	Worker decode(String name, int blocks, RouteProvider route, WorkerOptions options) {
		NixlAgent agent = this.cluster.agent(name, route);
		KvCache cache = Cluster.cache(agent, Cluster.LAYOUT, blocks, Permissions.WRITE);
		TextEngine engine = new TextEngine(cache);
		return added(new Worker(engine, null, this.cluster.decode(agent, cache, engine, options), blocks));
	}

	private Worker added(Worker worker) {
		this.workers.add(worker);
		return worker;
	}

	/**
	 * Makes a request.
	 * @param tokens the prompt
	 * @param maxTokens how many tokens the answer has
	 * @param key what its keys and values depend on besides
	 * @return the request, with an id of its own
	 */
	ServingRequest request(List<Integer> tokens, int maxTokens, String key) {
		return new ServingRequest("request-" + ++this.requests, tokens, maxTokens, key, PATIENCE);
	}

	ServingRequest request(List<Integer> tokens, int maxTokens) {
		return request(tokens, maxTokens, "");
	}

	/**
	 * Makes a text.
	 * @param count how many tokens
	 * @param seed which text
	 * @return the tokens
	 */
	static List<Integer> text(int count, long seed) {
		return new Random(seed).ints(count, 0, 50_000).boxed().toList();
	}

	static List<Integer> longer(List<Integer> text, List<Integer> more, List<Integer> evenMore) {
		return Stream.of(text, more, evenMore).flatMap(List::stream).toList();
	}

	/**
	 * Serves a request and checks its answer.
	 * @param router the router
	 * @param request the request
	 * @return the result
	 */
	static ServingResult serve(Router router, ServingRequest request) throws Exception {
		ServingResult result = Cluster.result(router.submit(request, (token, text) -> {
		}));
		assertThat(result.tokens()).isEqualTo(TextEngine.answer(request));
		return result;
	}

	void check() {
		this.workers.forEach(Worker::awaitFull);
		this.workers.forEach((worker) -> assertThat(worker.engine().foreign).hasValue(0));
	}

	@Override
	public void close() {
		this.cluster.close();
	}

}
