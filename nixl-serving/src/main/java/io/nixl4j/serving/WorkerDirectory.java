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

import java.util.Collection;
import java.util.List;

import io.nixl4j.memory.NixlOutOfRangeException;
import io.nixl4j.metadata.NixlMetadataStore;

/**
 * The workers that a router may send requests to. Several routers may use one directory.
 */
public interface WorkerDirectory {

	/**
	 * Tells of all workers that are there, then of each that comes or goes.
	 * @param listener hears of them, quickly: one call at a time, on any thread
	 * @return ends it when closed
	 */
	Watch watch(Listener listener);

	/**
	 * A directory that never changes.
	 * @param prefillEngines the engine ids of the prefill workers; if there are none,
	 * decode workers compute all prompts
	 * @param decodeEngines the engine ids of the decode workers, at least one
	 * @return the directory
	 * @throws NixlOutOfRangeException if there is no decode worker
	 */
	static WorkerDirectory of(Collection<String> prefillEngines, Collection<String> decodeEngines) {
		return new FixedWorkers(List.copyOf(prefillEngines), List.copyOf(decodeEngines));
	}

	/**
	 * The workers whose cards are in a metadata store, whatever they serve. Workers say
	 * there what they are by themselves.
	 * @param store where they publish
	 * @return the directory; it does not close the store
	 */
	static WorkerDirectory listed(NixlMetadataStore store) {
		return new ListedWorkers(store, null);
	}

	/**
	 * The workers of one model whose cards are in a metadata store.
	 * @param store where they publish
	 * @param model what {@link io.nixl4j.NixlAgentBuilder#model} of their agents was
	 * given: workers of another model, or that name none, are no workers of this
	 * directory
	 * @return the directory; it does not close the store
	 */
	static WorkerDirectory listed(NixlMetadataStore store, String model) {
		return new ListedWorkers(store, model);
	}

	/**
	 * Hears of workers.
	 */
	interface Listener {

		/**
		 * A worker may be given requests, or says something else of itself than before.
		 * @param worker the worker
		 */
		void listed(ListedWorker worker);

		/**
		 * A worker gets no new requests. Those that it has may be answered yet.
		 * @param engineId the worker
		 */
		void delisted(String engineId);

	}

	/**
	 * Lasts until it is closed.
	 */
	interface Watch extends AutoCloseable {

		@Override
		void close();

	}

}
