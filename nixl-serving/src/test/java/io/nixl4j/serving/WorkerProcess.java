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

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import io.nixl4j.NixlAgent;
import io.nixl4j.Timeouts;
import io.nixl4j.kv.KvCache;
import io.nixl4j.kv.KvOccupancy;
import io.nixl4j.memory.Permissions;
import io.nixl4j.metadata.NixlMetadataStore;
import io.nixl4j.metadata.etcd.EtcdNixlMetadataStore;
import io.nixl4j.metadata.etcd.EtcdOptions;

/**
 * A worker as a process, which others find by etcd alone. It ends when its standard input
 * does, and says how its blocks are when it is asked.
 */
final class WorkerProcess {

	static final int BLOCKS = 200;

	/** How long a worker that does not answer is listed. */
	static final Duration LEASE = Duration.ofSeconds(2);

	private WorkerProcess() {
	}

	/**
	 * Runs a worker.
	 * @param arguments the role, the engine id, where etcd is, and how layers move
	 * @throws Exception if it fails
	 */
	public static void main(String[] arguments) throws Exception {
		boolean prefills = arguments[0].equals(ListedWorker.PREFILL);
		try (NixlMetadataStore store = store(arguments[2]); NixlAgent agent = agent(arguments[1], store)) {
			KvCache cache = Cluster.cache(agent, Cluster.LAYOUT, BLOCKS,
					prefills ? Permissions.READ : Permissions.WRITE);
			StubEngine engine = new StubEngine(cache);
			CountDownLatch never = new CountDownLatch(1);
			engine.beforeLayer = (request, layer) -> never.await(1, TimeUnit.MILLISECONDS);
			engine.beforeToken = (request, token) -> never.await(1, TimeUnit.MILLISECONDS);
			WorkerOptions options = WorkerOptions.defaults()
				.withThreads(4)
				.withTransferMode(KvTransferMode.valueOf(arguments[3]));
			if (prefills) {
				try (PrefillWorker worker = new PrefillWorker(agent, cache, engine, options)) {
					serve(agent, worker::occupancy);
				}
			}
			else {
				try (DecodeWorker worker = new DecodeWorker(agent, cache, engine, options)) {
					serve(agent, worker::occupancy);
				}
			}
		}
	}

	static NixlMetadataStore store(String etcd) {
		return EtcdNixlMetadataStore.open(EtcdOptions.of(etcd).withLeaseTime(LEASE));
	}

	static NixlAgent agent(String engineId, NixlMetadataStore store) {
		return NixlAgent.builder()
			.name(engineId)
			.engineId(engineId)
			.metadataStore(store)
			.timeouts(Timeouts.defaults().withPeer(LEASE).withDrain(Duration.ZERO))
			.port(0)
			.build();
	}

	private static void serve(NixlAgent agent, Supplier<KvOccupancy> occupancy) throws Exception {
		agent.start();
		agent.publish();
		System.out.println("ready");
		BufferedReader asked = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
		while (asked.readLine() != null) {
			System.out.println("free " + occupancy.get().free());
		}
	}

}
