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

import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

import io.nixl4j.NixlAgent;
import io.nixl4j.NixlAgentBuilder;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.NoUniqueBeanDefinitionException;
import org.springframework.util.StringUtils;

/**
 * Finds the agent of each role, or makes it: a router and workers take the notifications
 * of their agent, so none shares one.
 */
final class ServingAgents {

	private final ListableBeanFactory beans;

	private final NixlServingProperties properties;

	/** The application's own engine id or agent's name. */
	private final @Nullable ConfiguredId base;

	private final String random = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextInt());

	/**
	 * Makes a finder.
	 * @param beans where the agents are
	 * @param properties the configuration
	 * @param base what engine ids begin with that nobody has configured, or {@code null}
	 */
	ServingAgents(ListableBeanFactory beans, NixlServingProperties properties, @Nullable ConfiguredId base) {
		this.beans = beans;
		this.properties = properties;
		this.base = base;
	}

	/**
	 * Makes the agent of a role where there are several.
	 * @param role the role
	 * @param builder a new builder
	 * @return the agent
	 */
	NixlAgent make(NixlServingRole role, NixlAgentBuilder builder) {
		NixlServingProperties.Agent configured = this.properties.of(role);
		ConfiguredId id = id(role, configured.engineId());
		ServingFailure.value(id.key(), () -> builder.name(id.value()).engineId(id.value()));
		if (configured.port() != 0) {
			ServingFailure.value(ServingFailure.key(role.key() + ".port"), () -> builder.port(configured.port()));
		}
		return ServingFailure.checked(role.key(), builder::build);
	}

	private ConfiguredId id(NixlServingRole role, @Nullable String engineId) {
		String key = ServingFailure.key(role.key() + ".engine-id");
		if (StringUtils.hasText(engineId)) {
			return new ConfiguredId(key, engineId);
		}
		ConfiguredId first = this.base;
		return (first != null) ? new ConfiguredId(first.key(), first.value() + "-" + role.key())
				: new ConfiguredId(key, role.key() + "-" + this.random);
	}

	/**
	 * Finds the agent of a role.
	 * @param role the role
	 * @return its bean
	 */
	NixlAgent agent(NixlServingRole role) {
		String named = this.properties.of(role).agent();
		String name = StringUtils.hasText(named) ? named : role.agentBean();
		if (this.beans.containsBean(name) && this.beans.isTypeMatch(name, NixlAgent.class)) {
			return this.beans.getBean(name, NixlAgent.class);
		}
		if (StringUtils.hasText(named)) {
			throw ServingFailure.of(role, "has the agent '" + named + "', which is not a NixlAgent bean",
					"Set " + ServingFailure.key(role.key() + ".agent") + " to one of " + names() + ", or remove it.");
		}
		try {
			return this.beans.getBean(NixlAgent.class);
		}
		catch (NoUniqueBeanDefinitionException ex) {
			throw ServingFailure.of(role, "does not say which agent it has, and there are several",
					"Set " + ServingFailure.key(role.key() + ".agent") + " to one of " + names() + ".");
		}
	}

	private List<String> names() {
		return List.of(this.beans.getBeanNamesForType(NixlAgent.class));
	}

	/**
	 * An engine id, or what some begin with.
	 *
	 * @param key the key that it comes from, with its prefix
	 * @param value the id
	 */
	record ConfiguredId(String key, String value) {

	}

}
