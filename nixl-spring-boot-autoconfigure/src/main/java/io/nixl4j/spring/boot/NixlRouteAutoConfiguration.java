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

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.ServiceLoader;

import io.nixl4j.InProcessNetwork;
import io.nixl4j.NixlAgent;
import io.nixl4j.route.RouteProvider;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.core.io.ResourceLoader;

/**
 * Auto-configuration of the routes that agents may take: those that the service loader
 * finds, with {@link RouteProvider} beans in place of those that have the same name.
 */
@AutoConfiguration
@ConditionalOnClass(NixlAgent.class)
@ConditionalOnBooleanProperty(name = "data-plane.nixl.enabled", matchIfMissing = true)
@EnableConfigurationProperties(NixlProperties.class)
public final class NixlRouteAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean
	InProcessNetwork nixlInProcessNetwork() {
		return new InProcessNetwork();
	}

	@Bean
	RouteSelection nixlRouteSelection(NixlProperties properties, ObjectProvider<RouteProvider> beans,
			ResourceLoader resourceLoader) {
		Map<String, RouteProvider> found = new LinkedHashMap<>();
		ServiceLoader.load(RouteProvider.class, resourceLoader.getClassLoader())
			.forEach((provider) -> found.put(provider.name(), provider));
		beans.orderedStream().forEach((provider) -> found.put(provider.name(), provider));
		return new RouteSelector(properties).select(found.values());
	}

}
