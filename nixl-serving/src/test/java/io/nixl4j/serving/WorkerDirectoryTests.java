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
import java.util.Map;
import java.util.concurrent.ExecutionException;

import io.nixl4j.NixlAgent;
import io.nixl4j.kv.KvCache;
import io.nixl4j.memory.NixlOutOfRangeException;
import io.nixl4j.memory.NixlPeerLostException;
import io.nixl4j.memory.Permissions;
import io.nixl4j.metadata.InMemoryNixlMetadataStore;
import io.nixl4j.metadata.NixlMetadata;
import io.nixl4j.metadata.NixlMetadataStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * A router that finds its workers by what they publish.
 */
class WorkerDirectoryTests {

	private static final int BLOCKS = 40;

	private static final TokenListener SILENT = (token, text) -> {
	};

	private final NixlMetadataStore store = new InMemoryNixlMetadataStore();

	private final Cluster cluster = new Cluster(this.store);

	@AfterEach
	void close() {
		this.cluster.close();
	}

	@Test
	void workersSayWhatTheyAre() {
		this.cluster.prefill("prefill-1", BLOCKS);
		this.cluster.decode("decode-1", BLOCKS);
		assertThat(this.store.get("prefill-1").additions().roles()).containsExactly("prefill");
		assertThat(this.store.get("decode-1").additions().roles()).containsExactly("decode");
		assertThat(this.store.get("decode-1").additions().capacity())
			.isEqualTo(Map.of("kv_tokens", (long) BLOCKS * Cluster.LAYOUT.tokensPerBlock()));
	}

	@Test
	void workersThatComeAreGivenRequests() throws Exception {
		Router router = this.cluster.router(WorkerDirectory.listed(this.store), RouterOptions.defaults());
		assertThatExceptionOfType(ExecutionException.class)
			.isThrownBy(() -> Cluster.result(router.submit(Cluster.request(1, 10, 3), SILENT)))
			.withCauseInstanceOf(NixlPeerLostException.class);
		Cluster.Decode decode = this.cluster.decode("decode-1", BLOCKS);
		ServingRequest second = Cluster.request(2, 10, 3);
		assertThat(Cluster.result(router.submit(second, SILENT)).tokens()).isEqualTo(StubEngine.answer(second));
		assertThat(decode.engine().prefills).hasValue(1);
		Cluster.Prefill prefill = this.cluster.prefill("prefill-1", BLOCKS);
		Cluster.result(router.submit(Cluster.request(3, 10, 3), SILENT));
		assertThat(decode.engine().prefills).hasValue(1);
		assertThat(prefill.engine().prefills).hasValue(1);
	}

	@Test
	void aWorkerThatWithdrawsFinishesWhatItHasAndGetsNothingNew() throws Exception {
		Router router = this.cluster.router(WorkerDirectory.listed(this.store), RouterOptions.defaults());
		Cluster.Decode leaving = this.cluster.decode("decode-1", BLOCKS);
		List<ServingResult> answers = new ArrayList<>();
		leaving.engine().beforeToken = (request, token) -> {
			if (token == 1) {
				this.store.delete("decode-1").join();
			}
		};
		answers.add(Cluster.result(router.submit(Cluster.request(1, 10, 3), SILENT)));
		Cluster.Decode staying = this.cluster.decode("decode-2", BLOCKS);
		for (int i = 2; i < 6; i++) {
			answers.add(Cluster.result(router.submit(Cluster.request(i, 10, 3), SILENT)));
		}
		assertThat(answers).allMatch((answer) -> answer.attempts() == 1);
		assertThat(leaving.engine().decodes).hasValue(1);
		assertThat(staying.engine().decodes).hasValue(4);
	}

	@Test
	void workersOfAnotherModelAreNoWorkers() throws Exception {
		decodeOf("decode-1", "small");
		StubEngine large = decodeOf("decode-2", "large");
		this.cluster.decode("decode-3", BLOCKS);
		Router router = this.cluster.router(WorkerDirectory.listed(this.store, "large"), RouterOptions.defaults());
		for (int i = 1; i < 5; i++) {
			Cluster.result(router.submit(Cluster.request(i, 10, 3), SILENT));
		}
		assertThat(large.decodes).hasValue(4);
	}

	private StubEngine decodeOf(String name, String model) {
		NixlAgent agent = this.cluster.agent(name);
		agent.updateModel(model);
		KvCache cache = Cluster.cache(agent, Cluster.LAYOUT, BLOCKS, Permissions.WRITE);
		StubEngine engine = new StubEngine(cache);
		this.cluster.decode(agent, cache, engine, WorkerOptions.defaults());
		return engine;
	}

	@Test
	void cardsOfOthersAreSkipped() {
		assertThat(ListedWorker.of(new NixlMetadata("python-1", Map.of(), "agent"), null)).isEmpty();
	}

	@Test
	void namedWorkersAreAtLeastOneThatDecodes() {
		assertThatExceptionOfType(NixlOutOfRangeException.class)
			.isThrownBy(() -> WorkerDirectory.of(List.of("prefill-1"), List.of()));
		assertThatExceptionOfType(NixlOutOfRangeException.class)
			.isThrownBy(() -> new ListedWorker("decode-1", false, true, -1));
	}

}
