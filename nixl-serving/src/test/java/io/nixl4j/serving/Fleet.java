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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.nixl4j.NixlAgent;
import io.nixl4j.metadata.NixlMetadataStore;
import io.nixl4j.metadata.etcd.EtcdProcess;
import io.nixl4j.process.Child;

import static org.awaitility.Awaitility.await;

/**
 * A router in this process, and workers in processes of their own that it knows by a real
 * etcd only.
 */
final class Fleet implements AutoCloseable {

	private static final Duration PATIENCE = Duration.ofSeconds(60);

	private final Deque<AutoCloseable> closing = new ArrayDeque<>();

	private final Map<String, Child> workers = new LinkedHashMap<>();

	private final EtcdProcess etcd = opened(EtcdProcess.start());

	private final NixlMetadataStore store = opened(WorkerProcess.store(this.etcd.url()));

	private final KvTransferMode mode;

	private final Router router;

	Fleet(KvTransferMode mode) {
		this.mode = mode;
		NixlAgent agent = opened(WorkerProcess.agent("router-1", this.store));
		this.router = opened(new Router(agent, WorkerDirectory.listed(this.store),
				RouterOptions.defaults().withRemoteTimeout(Duration.ofSeconds(1))));
		agent.start();
		agent.publish();
	}

	Router router() {
		return this.router;
	}

	/**
	 * Starts a worker and waits until it is listed.
	 * @param role its role
	 * @param engineId its engine
	 * @throws Exception if it does not start
	 */
	void start(String role, String engineId) throws Exception {
		Child child = opened(Child.start(List.of("-Xmx96m", "-XX:TieredStopAtLevel=1"), WorkerProcess.class, role,
				engineId, this.etcd.url(), this.mode));
		this.workers.put(engineId, child);
		child.expect("ready");
	}

	Child worker(String engineId) {
		return this.workers.get(engineId);
	}

	boolean isListed(String engineId) {
		return this.etcd.get("default/nixl_metadata/" + engineId).isPresent();
	}

	/**
	 * Waits until all blocks of a worker are free.
	 * @param engineId the worker
	 */
	void awaitFull(String engineId) {
		Child child = worker(engineId);
		await().atMost(PATIENCE).until(() -> {
			child.tell("how are your blocks?");
			return child.expect("free");
		}, Integer.toString(WorkerProcess.BLOCKS)::equals);
	}

	private <T extends AutoCloseable> T opened(T part) {
		this.closing.push(part);
		return part;
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

}
