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

import io.nixl4j.NixlAgent;
import io.nixl4j.metadata.NixlMetadataStore;

import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;

/**
 * Auto-configuration of the life of all {@link NixlAgent} beans, whoever made them.
 */
@AutoConfiguration(after = NixlAgentAutoConfiguration.class)
@ConditionalOnClass(NixlAgent.class)
@ConditionalOnBean(NixlAgent.class)
@ConditionalOnBooleanProperty(name = "data-plane.nixl.enabled", matchIfMissing = true)
@EnableConfigurationProperties(NixlProperties.class)
public final class NixlLifecycleAutoConfiguration {

	@Bean
	NixlAgentLifecycle nixlAgentLifecycle(ListableBeanFactory beans, NixlProperties properties, RouteSelection routes,
			NixlMetadataStore store) {
		return new NixlAgentLifecycle(beans, new StartUpLine(properties, routes, store));
	}

	@Bean
	NixlPublication nixlPublication(ListableBeanFactory beans) {
		return new NixlPublication(beans);
	}

}
