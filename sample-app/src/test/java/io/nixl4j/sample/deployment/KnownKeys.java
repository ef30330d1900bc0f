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

package io.nixl4j.sample.deployment;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.RecordComponent;
import java.net.URL;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import io.nixl4j.sample.SampleProperties;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The configuration keys that there are: of Spring Boot and of the starter, by the
 * metadata that their jars have for editors, and of the sample.
 */
final class KnownKeys {

	private static final JsonMapper json = new JsonMapper();

	/** Types by keys, these without what spelling may change. */
	private final Map<String, String> types = new HashMap<>();

	KnownKeys() {
		try {
			for (URL metadata : Collections
				.list(KnownKeys.class.getClassLoader().getResources("META-INF/spring-configuration-metadata.json"))) {
				try (InputStream in = metadata.openStream()) {
					for (JsonNode property : json.readTree(in).path("properties")) {
						this.types.put(uniform(property.path("name").asString()), property.path("type").asString(""));
					}
				}
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		for (RecordComponent component : SampleProperties.class.getRecordComponents()) {
			this.types.put(uniform("sample." + component.getName()), component.getType().getName());
		}
	}

	/**
	 * Whether there is a key.
	 * @param key in any spelling of files
	 */
	boolean has(String key) {
		return has(List.of(uniform(key).split("\\.")));
	}

	/**
	 * Whether there is a key that a variable stands for.
	 * @param variable its name
	 */
	boolean hasVariable(String variable) {
		return has(Arrays.asList(variable.toLowerCase(Locale.ROOT).split("_")));
	}

	private boolean has(List<String> parts) {
		if (this.types.containsKey(String.join(".", parts))) {
			return true;
		}
		// A map's keys are anything, and what is below them is not in the metadata
		for (int length = 1; length < parts.size(); length++) {
			String type = this.types.getOrDefault(String.join(".", parts.subList(0, length)), "");
			if (type.startsWith("java.util.Map")) {
				return true;
			}
		}
		return false;
	}

	private static String uniform(String key) {
		return key.replaceAll("\\[[0-9]+]", "").replaceAll("[-_]", "").toLowerCase(Locale.ROOT);
	}

}
