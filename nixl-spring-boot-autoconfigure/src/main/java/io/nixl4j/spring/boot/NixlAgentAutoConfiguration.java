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

import io.nixl4j.InProcessNetwork;
import io.nixl4j.NixlAgent;
import io.nixl4j.NixlAgentBuilder;
import io.nixl4j.metadata.NixlMetadataStore;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Scope;
import org.springframework.core.env.Environment;

/**
 * Auto-configuration of a {@link NixlAgent}, and of the {@link NixlAgentBuilder} for
 * applications that have several or build their own: each injection gets a new builder,
 * configured as all agents of the application are.
 */
@AutoConfiguration(after = { NixlRouteAutoConfiguration.class, NixlMetadataStoreAutoConfiguration.class })
@ConditionalOnClass(NixlAgent.class)
@ConditionalOnBooleanProperty(name = "data-plane.nixl.enabled", matchIfMissing = true)
@EnableConfigurationProperties(NixlProperties.class)
public final class NixlAgentAutoConfiguration {

	@Bean
	AgentDefaults nixlAgentDefaults(NixlProperties properties, Environment environment) {
		return new AgentDefaults(properties, environment.getProperty("spring.application.name"));
	}

	@Bean
	@Scope(ConfigurableBeanFactory.SCOPE_PROTOTYPE)
	@ConditionalOnMissingBean
	NixlAgentBuilder nixlAgentBuilder(AgentDefaults defaults, RouteSelection routes, InProcessNetwork network,
			NixlMetadataStore store, ObjectProvider<NixlAgentBuilderCustomizer> customizers) {
		NixlAgentBuilder builder = defaults.builder()
			.routes(routes.providers())
			.network(routes.has(RouteSelector.MEMORY) ? network : null)
			.metadataStore(store);
		customizers.orderedStream().forEach((customizer) -> customizer.customize(builder));
		return builder;
	}

	@Bean
	@ConditionalOnMissingBean
	NixlAgent nixlAgent(NixlAgentBuilder builder, AgentDefaults defaults) {
		return defaults.identify(builder).build();
	}

}
