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

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.core.env.Environment;
import org.springframework.util.StringUtils;

/**
 * Warns of ports that no agent takes: who configures one, and firewalls for it, would
 * otherwise wait there in vain.
 */
final class UnusedPorts implements SmartInitializingSingleton {

	private static final Logger logger = LoggerFactory.getLogger(UnusedPorts.class);

	private static final String FIRST = "data-plane.nixl.tcp.port";

	private final ListableBeanFactory beans;

	private final NixlServingProperties properties;

	private final Environment environment;

	UnusedPorts(ListableBeanFactory beans, NixlServingProperties properties, Environment environment) {
		this.beans = beans;
		this.properties = properties;
		this.environment = environment;
	}

	@Override
	public void afterSingletonsInstantiated() {
		boolean several = this.properties.roles().size() > 1;
		if (several && !this.beans.containsBean("nixlAgent")
				&& this.environment.getProperty(FIRST, Integer.class, 0) != 0) {
			logger.warn("Key {} does nothing, since each serving role has an agent of its own; their ports are {}",
					FIRST, ServingFailure.key("<role>.port"));
		}
		for (NixlServingRole role : this.properties.roles()) {
			NixlServingProperties.Agent agent = this.properties.of(role);
			if (agent.port() != 0 && (!several || StringUtils.hasText(agent.agent()))) {
				logger.warn("Key {} does nothing, since no agent is made for the role; {}",
						ServingFailure.key(role.key() + ".port"),
						several ? "it has a bean of the application" : "the port of the only agent is " + FIRST);
			}
		}
	}

}
