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

package io.nixl4j;

import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;

import io.nixl4j.memory.Incarnation;
import io.nixl4j.metadata.NixlMetadata;
import io.nixl4j.metadata.NixlMetadataStore;
import io.nixl4j.metadata.Predecessors;

/**
 * One agent's view of a store that others use too. It takes engine ids from whoever has
 * them, as a store does when a lease has ended, and it may be blind for a while, as an
 * agent is that is frozen or cut off.
 */
final class StoreView implements NixlMetadataStore {

	private final NixlMetadataStore shared;

	private final Queue<Runnable> unseen = new ConcurrentLinkedQueue<>();

	private volatile boolean blind;

	StoreView(NixlMetadataStore shared) {
		this.shared = shared;
	}

	StoreView blind() {
		this.blind = true;
		return this;
	}

	void see() {
		this.blind = false;
		for (Runnable next = this.unseen.poll(); next != null; next = this.unseen.poll()) {
			next.run();
		}
	}

	@Override
	public CompletableFuture<Void> put(NixlMetadata metadata) {
		return this.shared.put(metadata);
	}

	@Override
	public CompletableFuture<Void> put(NixlMetadata metadata, Predecessors predecessors) {
		return this.shared.put(metadata);
	}

	@Override
	public Optional<NixlMetadata> find(String engineId) {
		return this.shared.find(engineId);
	}

	@Override
	public List<NixlMetadata> list() {
		return this.shared.list();
	}

	@Override
	public CompletableFuture<Boolean> delete(String engineId) {
		return this.shared.delete(engineId);
	}

	@Override
	public CompletableFuture<Boolean> delete(String engineId, Incarnation incarnation) {
		return this.shared.delete(engineId, incarnation);
	}

	@Override
	public Watch watch(Executor executor, Listener listener) {
		return this.shared.watch((task) -> {
			if (this.blind) {
				this.unseen.add(() -> executor.execute(task));
			}
			else {
				executor.execute(task);
			}
		}, listener);
	}

	@Override
	public void close() {
		// The others need it.
	}

}
