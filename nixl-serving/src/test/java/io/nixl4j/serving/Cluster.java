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
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import io.nixl4j.InProcessNetwork;
import io.nixl4j.NixlAgent;
import io.nixl4j.kv.ElementType;
import io.nixl4j.kv.KvCache;
import io.nixl4j.kv.KvLayout;
import io.nixl4j.memory.MemoryType;
import io.nixl4j.memory.Permissions;
import io.nixl4j.memory.RegionOptions;
import io.nixl4j.metadata.NixlMetadataStore;
import io.nixl4j.route.RouteProvider;
import io.nixl4j.route.local.LocalRouteProvider;
import org.jspecify.annotations.Nullable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Routers and workers of one process, over agents without sockets.
 */
final class Cluster implements AutoCloseable {

	static final KvLayout LAYOUT = new KvLayout(3, 4, 1, 8, ElementType.F32);

	private static final Duration PATIENCE = Duration.ofSeconds(60);

	private final InProcessNetwork network = new InProcessNetwork();

	private final @Nullable NixlMetadataStore store;

	private final Deque<AutoCloseable> closing = new ArrayDeque<>();

	Cluster() {
		this(null);
	}

	Cluster(@Nullable NixlMetadataStore store) {
		this.store = store;
	}

	Prefill prefill(String name, int blocks) {
		return prefill(name, blocks, LAYOUT, new LocalRouteProvider(), WorkerOptions.defaults());
	}

	Prefill prefill(String name, int blocks, KvLayout layout, RouteProvider route, WorkerOptions options) {
		NixlAgent agent = agent(name, route);
		KvCache cache = cache(agent, layout, blocks, Permissions.READ);
		StubEngine engine = new StubEngine(cache);
		return new Prefill(agent, prefill(agent, cache, engine, options), engine, blocks);
	}

	PrefillWorker prefill(NixlAgent agent, KvCache cache, PrefillEngine engine, WorkerOptions options) {
		PrefillWorker worker = closed(new PrefillWorker(agent, cache, engine, options));
		start(agent);
		return worker;
	}

	Decode decode(String name, int blocks) {
		return decode(name, blocks, WorkerOptions.defaults());
	}

	Decode decode(String name, int blocks, WorkerOptions options) {
		return decode(name, blocks, LAYOUT, options);
	}

	Decode decode(String name, int blocks, KvLayout layout, WorkerOptions options) {
		return decode(name, blocks, layout, new LocalRouteProvider(), options);
	}

	Decode decode(String name, int blocks, KvLayout layout, RouteProvider route, WorkerOptions options) {
		NixlAgent agent = agent(name, route);
		KvCache cache = cache(agent, layout, blocks, Permissions.WRITE);
		StubEngine engine = new StubEngine(cache);
		return new Decode(agent, decode(agent, cache, engine, options), engine, blocks);
	}

	DecodeWorker decode(NixlAgent agent, KvCache cache, DecodeEngine engine, WorkerOptions options) {
		DecodeWorker worker = closed(new DecodeWorker(agent, cache, engine, options));
		start(agent);
		return worker;
	}

	Router router(List<String> prefillEngines, List<String> decodeEngines, RouterOptions options) {
		return router(WorkerDirectory.of(prefillEngines, decodeEngines), options);
	}

	Router router(WorkerDirectory workers, RouterOptions options) {
		NixlAgent agent = agent("router-1");
		Router router = closed(new Router(agent, workers, options));
		start(agent);
		return router;
	}

	NixlAgent agent(String name) {
		return agent(name, new LocalRouteProvider());
	}

	NixlAgent agent(String name, RouteProvider route) {
		return closed(NixlAgent.builder()
			.name(name)
			.engineId(name)
			.routes(List.of(route))
			.tcp(null)
			.network(this.network)
			.metadataStore(this.store)
			.build());
	}

	private static void start(NixlAgent agent) {
		agent.start();
		agent.publish();
	}

	static KvCache cache(NixlAgent agent, KvLayout layout, int blocks, Permissions permissions) {
		return new KvCache(layout, agent.allocate(layout.bytes(blocks),
				RegionOptions.of("kv").withType(MemoryType.DRAM).withPermissions(permissions)));
	}

	private <T extends AutoCloseable> T closed(T part) {
		this.closing.push(part);
		return part;
	}

	static ServingRequest request(int number, int tokens, int maxTokens, Duration timeout) {
		return new ServingRequest("request-" + number, IntStream.range(0, tokens).boxed().toList(), maxTokens, "",
				timeout);
	}

	static ServingRequest request(int number, int tokens, int maxTokens) {
		return request(number, tokens, maxTokens, PATIENCE);
	}

	static ServingResult result(ServingCall call) throws Exception {
		return call.result().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
	}

	@Override
	public void close() {
		while (!this.closing.isEmpty()) {
			try {
				this.closing.pop().close();
			}
			catch (Exception ex) {
				throw new IllegalStateException(ex);
			}
		}
	}

	/**
	 * A prefill worker.
	 *
	 * @param agent its agent
	 * @param worker the worker
	 * @param engine its engine
	 * @param blocks how many blocks it has
	 */
	record Prefill(NixlAgent agent, PrefillWorker worker, StubEngine engine, int blocks) {

		void awaitFull() {
			await().atMost(PATIENCE)
				.untilAsserted(() -> assertThat(this.worker.occupancy().free()).isEqualTo(this.blocks));
		}

	}

	/**
	 * A decode worker.
	 *
	 * @param agent its agent
	 * @param worker the worker
	 * @param engine its engine
	 * @param blocks how many blocks it has
	 */
	record Decode(NixlAgent agent, DecodeWorker worker, StubEngine engine, int blocks) {

		void awaitFull() {
			await().atMost(PATIENCE)
				.untilAsserted(() -> assertThat(this.worker.occupancy().free()).isEqualTo(this.blocks));
		}

	}

}
