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

package io.nixl4j.sample;

import io.nixl4j.NixlAgent;
import io.nixl4j.kv.KvCache;
import io.nixl4j.kv.KvLayout;
import io.nixl4j.memory.Permissions;
import io.nixl4j.sample.engine.Engine;
import io.nixl4j.sample.engine.Model;
import io.nixl4j.sample.worker.ModelEngine;
import io.nixl4j.sample.worker.RegionPages;
import io.nixl4j.serving.KvTransferListener;
import io.nixl4j.serving.KvTransferMode;
import io.nixl4j.serving.PrefillEngine;
import io.nixl4j.serving.PrefillWorker;
import io.nixl4j.serving.WorkerOptions;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * The prefill worker.
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnRole(SampleRole.PREFILL)
class PrefillConfiguration {

	@Bean
	KvCache prefillCache(NixlAgent prefillAgent, KvLayout layout, SampleProperties properties) {
		return WorkerParts.cache(prefillAgent, layout, properties, KvTransferMode.PULL, Permissions.READ,
				AgentConfiguration.DECODE);
	}

	@Bean
	ModelEngine prefillEngine(Model model, KvCache prefillCache) {
		return new ModelEngine(new Engine(model, new RegionPages(prefillCache), WorkerParts.THREADS));
	}

	@Bean
	PrefillWorker prefillWorker(NixlAgent prefillAgent, KvCache prefillCache, PrefillEngine prefillEngine,
			ObjectProvider<KvTransferListener> listener) {
		return new PrefillWorker(prefillAgent, prefillCache, prefillEngine,
				WorkerOptions.defaults().withTransferListener(listener.getIfAvailable(() -> KvTransferListener.NONE)));
	}

}
