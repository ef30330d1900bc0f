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

import io.nixl4j.NixlAgent;
import io.nixl4j.kv.KvCache;
import io.nixl4j.serving.PrefillWorker;
import io.nixl4j.serving.Router;
import io.nixl4j.spring.boot.NixlAgentAutoConfiguration;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.AnyNestedCondition;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;

/**
 * Auto-configuration of a {@link PrefillWorker} and of its KV cache, which the
 * application's engine computes in.
 */
@AutoConfiguration(after = { NixlServingAutoConfiguration.class, NixlAgentAutoConfiguration.class })
@ConditionalOnClass({ NixlAgent.class, Router.class })
@ConditionalOnBooleanProperty(name = "data-plane.nixl.enabled", matchIfMissing = true)
@ConditionalOnServingRole(NixlServingRole.PREFILL)
public final class NixlPrefillWorkerAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean(value = PrefillWorker.class, name = "nixlPrefillKvCache")
	@Conditional(NoOtherCache.class)
	KvCache nixlPrefillKvCache(ServingParts parts, ServingAgents agents) {
		return parts.cache(NixlServingRole.PREFILL, agents.agent(NixlServingRole.PREFILL));
	}

	@Bean
	@ConditionalOnMissingBean
	PrefillWorker nixlPrefillWorker(ServingParts parts, ServingAgents agents, ServingEngines engines,
			ServingCaches caches) {
		NixlAgent agent = agents.agent(NixlServingRole.PREFILL);
		KvCache cache = caches.cache(NixlServingRole.PREFILL);
		parts.sayModel(agent);
		return ServingFailure.made(NixlServingRole.PREFILL,
				() -> new PrefillWorker(agent, cache, engines.prefill(), parts.options(NixlServingRole.PREFILL)));
	}

	/**
	 * Holds if the application has no cache of its own that this worker has: it says by
	 * its name for which of two workers it is, and is the only one's otherwise.
	 */
	static final class NoOtherCache extends AnyNestedCondition {

		NoOtherCache() {
			super(ConfigurationPhase.REGISTER_BEAN);
		}

		@ConditionalOnMissingBean(KvCache.class)
		static final class NoneAtAll {

		}

		@ConditionalOnServingRole(NixlServingRole.DECODE)
		static final class TwoWorkers {

		}

	}

}
