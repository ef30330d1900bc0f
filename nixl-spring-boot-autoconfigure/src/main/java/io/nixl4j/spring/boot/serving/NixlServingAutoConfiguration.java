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

import java.util.stream.Stream;

import io.nixl4j.NixlAgent;
import io.nixl4j.NixlAgentBuilder;
import io.nixl4j.kv.KvLayout;
import io.nixl4j.serving.KvTransferListener;
import io.nixl4j.serving.Router;
import io.nixl4j.spring.boot.NixlAgentAutoConfiguration;

import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;
import org.springframework.util.StringUtils;

/**
 * Auto-configuration of what routers and workers have in common: the layout of KV blocks,
 * an agent for each role where there are several, and their life.
 */
@AutoConfiguration(before = NixlAgentAutoConfiguration.class)
@ConditionalOnClass({ NixlAgent.class, Router.class })
@ConditionalOnBooleanProperty(name = "data-plane.nixl.enabled", matchIfMissing = true)
@ConditionalOnServingRole
@EnableConfigurationProperties(NixlServingProperties.class)
public final class NixlServingAutoConfiguration {

	@Bean
	ServingAgents nixlServingAgents(ListableBeanFactory beans, NixlServingProperties properties,
			Environment environment) {
		Binder binder = Binder.get(environment);
		ServingAgents.ConfiguredId base = Stream.of("data-plane.nixl.engine-id", "data-plane.nixl.agent-name")
			.map((key) -> new ServingAgents.ConfiguredId(key, binder.bind(key, String.class).orElse("")))
			.filter((id) -> StringUtils.hasText(id.value()))
			.findFirst()
			.orElse(null);
		return new ServingAgents(beans, properties, base);
	}

	@Bean
	UnusedPorts nixlUnusedPorts(ListableBeanFactory beans, NixlServingProperties properties, Environment environment) {
		return new UnusedPorts(beans, properties, environment);
	}

	@Bean
	ServingCaches nixlServingCaches(ListableBeanFactory beans) {
		return new ServingCaches(beans);
	}

	@Bean
	ServingEngines nixlServingEngines(ListableBeanFactory beans, NixlServingProperties properties) {
		return new ServingEngines(beans, properties);
	}

	@Bean
	ServingParts nixlServingParts(NixlServingProperties properties, ObjectProvider<KvLayout> layouts,
			ObjectProvider<NixlKvRegionCustomizer> regionCustomizers,
			ObjectProvider<NixlWorkerOptionsCustomizer> optionsCustomizers,
			ObjectProvider<KvTransferListener> transferListeners) {
		return new ServingParts(properties, layouts, regionCustomizers, optionsCustomizers, transferListeners);
	}

	@Bean
	ServingLifecycle nixlServingLifecycle(ListableBeanFactory beans, ApplicationContext context) {
		return new ServingLifecycle(beans, context);
	}

	@Bean
	@ConditionalOnMissingBean
	@ConditionalOnProperty("data-plane.nixl.serving.layout.layers")
	KvLayout nixlKvLayout(NixlServingProperties properties) {
		return ServingParts.layout(properties.layout());
	}

	@Bean
	@ConditionalOnServingRole(value = NixlServingRole.ROUTER, withAgentOfItsOwn = true)
	@ConditionalOnMissingBean(name = "nixlRouterAgent")
	NixlAgent nixlRouterAgent(ServingAgents agents, NixlAgentBuilder builder) {
		return agents.make(NixlServingRole.ROUTER, builder);
	}

	@Bean
	@ConditionalOnServingRole(value = NixlServingRole.PREFILL, withAgentOfItsOwn = true)
	@ConditionalOnMissingBean(name = "nixlPrefillAgent")
	NixlAgent nixlPrefillAgent(ServingAgents agents, NixlAgentBuilder builder) {
		return agents.make(NixlServingRole.PREFILL, builder);
	}

	@Bean
	@ConditionalOnServingRole(value = NixlServingRole.DECODE, withAgentOfItsOwn = true)
	@ConditionalOnMissingBean(name = "nixlDecodeAgent")
	NixlAgent nixlDecodeAgent(ServingAgents agents, NixlAgentBuilder builder) {
		return agents.make(NixlServingRole.DECODE, builder);
	}

}
