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

import io.nixl4j.NixlAgent;
import io.nixl4j.serving.Router;
import io.nixl4j.serving.RouterOptions;
import io.nixl4j.spring.boot.NixlAgentAutoConfiguration;

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
	@ConditionalOnMissingBean
	Router nixlRouter(ServingAgents agents, NixlServingProperties properties,
			ObjectProvider<NixlRouterOptionsCustomizer> customizers) {
		NixlAgent agent = agents.agent(NixlServingRole.ROUTER);
		NixlServingProperties.Router router = properties.router();
		List<String> prefill = engines(agents, properties, NixlServingRole.PREFILL, router.prefillEngines());
		List<String> decode = engines(agents, properties, NixlServingRole.DECODE, router.decodeEngines());
		if (decode.isEmpty()) {
			throw ServingFailure.of(NixlServingRole.ROUTER, "knows no decode worker",
					"Set " + ServingFailure.key("router.decode-engines") + " to the engine ids of decode workers.");
		}
		RouterOptions options = ServingFailure.checked("router", () -> new RouterOptions(router.maxRequests(),
				router.localPrefillTokens(), router.remoteTimeout(), router.maxAttempts()));
		for (NixlRouterOptionsCustomizer customizer : customizers.orderedStream().toList()) {
			options = customizer.customize(options);
		}
		RouterOptions chosen = options;
		return ServingFailure.made(NixlServingRole.ROUTER, () -> new Router(agent, prefill, decode, chosen));
	}

	/** Those that are configured, or else this application's own. */
	private static List<String> engines(ServingAgents agents, NixlServingProperties properties, NixlServingRole role,
			List<String> configured) {
		if (!configured.isEmpty()) {
			return configured;
		}
		return properties.roles().contains(role) ? List.of(agents.agent(role).engineId()) : List.of();
	}

}
