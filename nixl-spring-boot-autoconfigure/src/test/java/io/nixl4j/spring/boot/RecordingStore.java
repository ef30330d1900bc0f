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

package io.nixl4j.spring.boot;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

import io.nixl4j.memory.Incarnation;
import io.nixl4j.metadata.InMemoryNixlMetadataStore;
import io.nixl4j.metadata.NixlMetadata;
import io.nixl4j.metadata.NixlMetadataStore;

/**
 * An application's own store, which tells what happens to it.
 */
final class RecordingStore implements NixlMetadataStore {

	private final NixlMetadataStore store = new InMemoryNixlMetadataStore();

	private final Consumer<String> events;

	/**
	 * Creates a store.
	 * @param events told {@code published}, {@code withdrawn} and {@code store closed}
	 */
	RecordingStore(Consumer<String> events) {
		this.events = events;
	}

	@Override
	public CompletableFuture<Void> put(NixlMetadata metadata) {
		this.events.accept("published");
		return this.store.put(metadata);
	}

	@Override
	public Optional<NixlMetadata> find(String engineId) {
		return this.store.find(engineId);
	}

	@Override
	public List<NixlMetadata> list() {
		return this.store.list();
	}

	@Override
	public CompletableFuture<Boolean> delete(String engineId) {
		this.events.accept("withdrawn");
		return this.store.delete(engineId);
	}

	@Override
	public CompletableFuture<Boolean> delete(String engineId, Incarnation incarnation) {
		this.events.accept("withdrawn");
		return this.store.delete(engineId, incarnation);
	}

	@Override
	public Watch watch(Executor executor, Listener listener) {
		return this.store.watch(executor, listener);
	}

	@Override
	public void close() {
		this.events.accept("store closed");
		this.store.close();
	}

}
