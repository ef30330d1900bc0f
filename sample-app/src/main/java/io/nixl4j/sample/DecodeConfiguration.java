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
import io.nixl4j.serving.DecodeEngine;
import io.nixl4j.serving.DecodeWorker;
import io.nixl4j.serving.KvTransferListener;
import io.nixl4j.serving.KvTransferMode;
import io.nixl4j.serving.WorkerOptions;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * The decode worker.
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnRole(SampleRole.DECODE)
class DecodeConfiguration {

	@Bean
	KvCache decodeCache(NixlAgent decodeAgent, KvLayout layout, SampleProperties properties) {
		return WorkerParts.cache(decodeAgent, layout, properties, KvTransferMode.PUSH, Permissions.WRITE,
				AgentConfiguration.PREFILL);
	}

	@Bean
	ModelEngine decodeEngine(Model model, KvCache decodeCache) {
		return new ModelEngine(new Engine(model, new RegionPages(decodeCache), WorkerParts.THREADS));
	}

	@Bean
	DecodeWorker decodeWorker(NixlAgent decodeAgent, KvCache decodeCache, DecodeEngine decodeEngine,
			SampleProperties properties, ObjectProvider<KvTransferListener> listener) {
		return new DecodeWorker(decodeAgent, decodeCache, decodeEngine,
				WorkerOptions.defaults()
					.withThreads(properties.streams())
					.withTransferMode(properties.transferMode())
					.withTransferListener(listener.getIfAvailable(() -> KvTransferListener.NONE)));
	}

}
