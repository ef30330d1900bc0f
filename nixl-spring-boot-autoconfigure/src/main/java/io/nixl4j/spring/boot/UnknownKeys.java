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
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName.Form;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.ConfigurationPropertyState;
import org.springframework.boot.context.properties.source.IterableConfigurationPropertySource;
import org.springframework.boot.origin.Origin;
import org.springframework.core.env.Environment;

/**
 * Warns of keys below the prefix that mean nothing: a misspelled one would otherwise be
 * ignored in silence, and so would those of a module that is not there. Their values are
 * not shown, since they may be secret.
 */
final class UnknownKeys implements SmartInitializingSingleton {

	private static final Logger logger = LoggerFactory.getLogger(UnknownKeys.class);

	private static final ConfigurationPropertyName SERVING = NixlKeys.PREFIX.append("serving");

	private final Environment environment;

	private final boolean hasServing;

	/**
	 * Makes a check.
	 * @param environment whose keys
	 * @param hasServing whether {@code nixl-serving} is there
	 */
	UnknownKeys(Environment environment, boolean hasServing) {
		this.environment = environment;
		this.hasServing = hasServing;
	}

	@Override
	public void afterSingletonsInstantiated() {
		Map<ConfigurationPropertyName, ConfigurationPropertySource> unknown = new LinkedHashMap<>();
		for (ConfigurationPropertySource source : ConfigurationPropertySources.get(this.environment)) {
			if (source instanceof IterableConfigurationPropertySource iterable) {
				iterable.stream()
					.filter(NixlKeys.PREFIX::isAncestorOf)
					.filter((name) -> !NixlKeys.isKnown(key(name)))
					.forEach((name) -> unknown.putIfAbsent(name, source));
			}
		}
		unknown.forEach(UnknownKeys::warn);
		if (!this.hasServing && isConfigured(SERVING)) {
			logger.warn("Keys below {} do nothing without the module for serving; add the dependency"
					+ " io.nixl4j:nixl-serving", SERVING);
		}
	}

	private boolean isConfigured(ConfigurationPropertyName group) {
		return StreamSupport.stream(ConfigurationPropertySources.get(this.environment).spliterator(), false)
			.anyMatch((source) -> source.containsDescendantOf(group) == ConfigurationPropertyState.PRESENT);
	}

	private static void warn(ConfigurationPropertyName name, ConfigurationPropertySource source) {
		Origin origin = Origin.from(source.getConfigurationProperty(name));
		String key = written(key(name));
		logger.warn("Key {}.{} is not known and does nothing{}; the nearest known key is {}.{}", NixlProperties.PREFIX,
				key, (origin != null) ? " (" + origin + ")" : "", NixlProperties.PREFIX, NixlKeys.nearest(key));
	}

	private static ConfigurationPropertyName key(ConfigurationPropertyName name) {
		return name.subName(NixlKeys.PREFIX.getNumberOfElements());
	}

	/** As its author wrote it, so that it can be found. */
	private static String written(ConfigurationPropertyName name) {
		return IntStream.range(0, name.getNumberOfElements())
			.mapToObj((index) -> name.getElement(index, Form.ORIGINAL))
			.collect(Collectors.joining("."));
	}

}
