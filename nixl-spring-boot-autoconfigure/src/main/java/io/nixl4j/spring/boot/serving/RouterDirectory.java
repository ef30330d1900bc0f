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

package io.nixl4j.spring.boot.serving;

import java.util.List;

import io.nixl4j.metadata.InMemoryNixlMetadataStore;
import io.nixl4j.metadata.NixlMetadataStore;
import io.nixl4j.serving.WorkerDirectory;

import org.springframework.beans.factory.ListableBeanFactory;

/**
 * Finds where the router's workers are named: in the application's own bean, in the
 * configuration, in the application itself, or in the metadata store.
 */
final class RouterDirectory {

	/** The store that is there if nobody has made one: it knows this application only. */
	private static final String OWN_STORE = "nixlMetadataStore";

	private final ServingAgents agents;

	private final NixlServingProperties properties;

	private final ListableBeanFactory beans;

	RouterDirectory(ServingAgents agents, NixlServingProperties properties, ListableBeanFactory beans) {
		this.agents = agents;
		this.properties = properties;
		this.beans = beans;
	}

	WorkerDirectory workers() {
		WorkerDirectory given = this.beans.getBeanProvider(WorkerDirectory.class).getIfAvailable();
		if (given != null) {
			return given;
		}
		NixlServingProperties.Router router = this.properties.router();
		List<String> prefill = engines(NixlServingRole.PREFILL, router.prefillEngines());
		List<String> decode = engines(NixlServingRole.DECODE, router.decodeEngines());
		if (!decode.isEmpty()) {
			return WorkerDirectory.of(prefill, decode);
		}
		NixlMetadataStore store = this.beans.getBeanProvider(NixlMetadataStore.class).getIfUnique();
		if (!prefill.isEmpty() || store == null || isOwn(store)) {
			throw ServingFailure.of(NixlServingRole.ROUTER, "knows no decode worker",
					"Set " + ServingFailure.key("router.decode-engines") + " to the engine ids of decode workers, or"
							+ " configure a metadata store that workers of other applications publish in.");
		}
		String model = this.properties.model();
		return (model != null) ? WorkerDirectory.listed(store, model) : WorkerDirectory.listed(store);
	}

	private boolean isOwn(NixlMetadataStore store) {
		return store instanceof InMemoryNixlMetadataStore && this.beans.containsBean(OWN_STORE)
				&& this.beans.getBean(OWN_STORE) == store;
	}

	/** Those that are configured, or else this application's own. */
	private List<String> engines(NixlServingRole role, List<String> configured) {
		if (!configured.isEmpty()) {
			return configured;
		}
		return this.properties.roles().contains(role) ? List.of(this.agents.agent(role).engineId()) : List.of();
	}

}
