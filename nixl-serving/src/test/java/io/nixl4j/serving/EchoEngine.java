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
import java.util.List;

import io.nixl4j.NixlAgent;
import io.nixl4j.kv.KvCache;
import io.nixl4j.kv.KvLayout;
import io.nixl4j.kv.KvPart;
import io.nixl4j.kv.ElementType;
import io.nixl4j.memory.MemoryType;
import io.nixl4j.memory.Permissions;
import io.nixl4j.metadata.InMemoryNixlMetadataStore;
import io.nixl4j.metadata.NixlMetadataStore;

/** Answers with the prompt, as it finds it in the keys. */
record EchoEngine(KvCache cache) implements DecodeEngine {

	private static final KvLayout LAYOUT = new KvLayout(2, 16, 1, 4, ElementType.F32);

	@Override
	public int prefill(ServingRequest request, int[] blocks, LayerListener layers) {
		for (int layer = 0; layer < LAYOUT.layers(); layer++) {
			for (int i = 0; i < request.tokens().size(); i++) {
				this.cache.piece(blocks[i / 16], layer, KvPart.KEYS).putInt(i % 16 * 16, request.tokens().get(i));
			}
			layers.layerDone(layer);
		}
		return request.tokens().get(0);
	}

	@Override
	public String decode(ServingRequest request, int[] blocks, int firstToken, TokenSink tokens) {
		int token = firstToken;
		for (int i = 1; tokens.token(token, Character.toString(token)); i++) {
			token = this.cache.piece(blocks[i / 16], 1, KvPart.KEYS).getInt(i % 16 * 16);
		}
		return "";
	}

	static String ask(String question) {
		NixlMetadataStore store = new InMemoryNixlMetadataStore();
		try (NixlAgent front = agent("router-1", store);
				NixlAgent prefill = agent("prefill-1", store);
				NixlAgent decode = agent("decode-1", store)) {
			EchoEngine there = engine(prefill);
			EchoEngine here = engine(decode);
			try (PrefillWorker prefills = new PrefillWorker(prefill, there.cache, there, WorkerOptions.defaults());
					DecodeWorker decodes = new DecodeWorker(decode, here.cache, here, WorkerOptions.defaults());
					Router router = new Router(front, WorkerDirectory.listed(store), RouterOptions.defaults())) {
				List.of(prefill, decode, front).forEach(NixlAgent::start);
				List.of(prefill, decode, front).forEach(NixlAgent::publish);
				List<Integer> prompt = question.codePoints().boxed().toList();
				ServingRequest request = new ServingRequest("request-1", prompt, prompt.size(), "",
						Duration.ofSeconds(30));
				ServingResult result = router.submit(request, (token, text) -> System.out.print(text)).result().join();
				System.out.println(result.moved() + " " + prefills.occupancy() + " " + decodes.occupancy());
				return result.text();
			}
		}
	}

	private static NixlAgent agent(String name, NixlMetadataStore store) {
		return NixlAgent.builder().name(name).engineId(name).metadataStore(store).port(0).build();
	}

	private static EchoEngine engine(NixlAgent agent) {
		return new EchoEngine(
				new KvCache(LAYOUT, agent.allocate("kv", LAYOUT.bytes(100), MemoryType.DRAM, Permissions.WRITE)));
	}

}
