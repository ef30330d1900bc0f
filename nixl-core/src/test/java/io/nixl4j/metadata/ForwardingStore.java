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

package io.nixl4j.metadata;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

import io.nixl4j.memory.Incarnation;

/**
 * A store in memory, for tests that have something happen on the way to it.
 */
public abstract class ForwardingStore implements NixlMetadataStore {

	protected final NixlMetadataStore real = new InMemoryNixlMetadataStore();

	@Override
	public CompletableFuture<Void> put(NixlMetadata metadata) {
		return this.real.put(metadata);
	}

	@Override
	public Optional<NixlMetadata> find(String engineId) {
		return this.real.find(engineId);
	}

	@Override
	public List<NixlMetadata> list() {
		return this.real.list();
	}

	@Override
	public CompletableFuture<Boolean> delete(String engineId) {
		return this.real.delete(engineId);
	}

	@Override
	public CompletableFuture<Boolean> delete(String engineId, Incarnation incarnation) {
		return this.real.delete(engineId, incarnation);
	}

	@Override
	public Watch watch(Executor executor, Listener listener) {
		return this.real.watch(executor, listener);
	}

	@Override
	public void close() {
		this.real.close();
	}

}
