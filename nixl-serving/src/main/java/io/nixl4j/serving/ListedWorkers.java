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

import io.nixl4j.metadata.NixlMetadata;
import io.nixl4j.metadata.NixlMetadataStore;
import org.jspecify.annotations.Nullable;

/**
 * Workers whose cards are in a metadata store.
 *
 * @param store the store
 * @param model the model that counts, or {@code null} for any
 */
record ListedWorkers(NixlMetadataStore store, @Nullable String model) implements WorkerDirectory {

	@Override
	public Watch watch(Listener listener) {
		return this.store.watch(new NixlMetadataStore.Listener() {

			@Override
			public void put(NixlMetadata card) {
				// A card may have been one of a worker before
				ListedWorker.of(card, ListedWorkers.this.model)
					.ifPresentOrElse(listener::listed, () -> listener.delisted(card.engineId()));
			}

			@Override
			public void deleted(String engineId) {
				listener.delisted(engineId);
			}

		})::close;
	}

}
