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
import io.nixl4j.serving.Router;
import io.nixl4j.serving.RouterOptions;
import io.nixl4j.serving.WorkerDirectory;
import io.nixl4j.spring.boot.NixlAgentAutoConfiguration;

import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/**
 * Auto-configuration of a {@link Router}.
 */
@AutoConfiguration(after = { NixlServingAutoConfiguration.class, NixlAgentAutoConfiguration.class })
@ConditionalOnClass({ NixlAgent.class, Router.class })
@ConditionalOnBooleanProperty(name = "data-plane.nixl.enabled", matchIfMissing = true)
@ConditionalOnServingRole(NixlServingRole.ROUTER)
public final class NixlRouterAutoConfiguration {

	@Bean
	RouterDirectory nixlRouterDirectory(ServingAgents agents, NixlServingProperties properties,
			ListableBeanFactory beans) {
		return new RouterDirectory(agents, properties, beans);
	}

	@Bean
	@ConditionalOnMissingBean
	Router nixlRouter(ServingAgents agents, NixlServingProperties properties,
			ObjectProvider<NixlRouterOptionsCustomizer> customizers, RouterDirectory directory) {
		NixlAgent agent = agents.agent(NixlServingRole.ROUTER);
		NixlServingProperties.Router router = properties.router();
		WorkerDirectory workers = directory.workers();
		RouterOptions options = ServingFailure.checked("router", () -> new RouterOptions(router.maxRequests(),
				router.localPrefillTokens(), router.remoteTimeout(), router.maxAttempts(), router.continueAnswers()));
		for (NixlRouterOptionsCustomizer customizer : customizers.orderedStream().toList()) {
			options = customizer.customize(options);
		}
		RouterOptions chosen = options;
		return ServingFailure.made(NixlServingRole.ROUTER, () -> new Router(agent, workers, chosen));
	}

}
