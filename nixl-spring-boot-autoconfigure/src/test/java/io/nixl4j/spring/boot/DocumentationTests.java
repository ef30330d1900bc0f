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

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What {@code docs/configuration.md} says is so.
 */
class DocumentationTests {

	private static final Path FILE = Path.of("..", "docs", "configuration.md");

	private static final Pattern KEY = Pattern
		.compile("^\\| `(data-plane\\.nixl\\.[^`<]+?)(?:\\.<engine>)?` \\| (?:`([^`]*)`)?[^|]* \\| [^|]+ \\|$");

	private static final Pattern VARIABLE = Pattern.compile("^\\| `([a-z0-9.-]+)` \\| `([A-Z0-9_]+)` \\|$");

	@Test
	void everyKeyIsDocumentedAndEveryDocumentedKeyIsThere() throws IOException {
		assertThat(documented()).containsOnlyKeys(GeneratedMetadata.propertiesByName().keySet());
	}

	@Test
	void defaultsAreDocumentedAsTheyAre() throws IOException {
		Map<String, Map<String, Object>> properties = GeneratedMetadata.propertiesByName();
		documented().forEach((key, value) -> {
			Object real = properties.get(key).get("defaultValue");
			if (real != null) {
				assertThat(value).as("default of %s", key).isEqualTo(real.toString());
			}
		});
	}

	static List<List<String>> variables() throws IOException {
		return Files.readAllLines(FILE)
			.stream()
			.map(VARIABLE::matcher)
			.filter(Matcher::matches)
			.map((row) -> List.of(row.group(1), row.group(2)))
			.toList();
	}

	@ParameterizedTest
	@MethodSource("variables")
	void environmentVariablesAreWhatTheyAreSaidToBe(List<String> row) {
		StandardEnvironment environment = new StandardEnvironment();
		environment.getPropertySources()
			.replace(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME, new SystemEnvironmentPropertySource(
					StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME, Map.of(row.get(1), "here")));
		ConfigurationPropertyName name = NixlKeys.PREFIX.append(row.get(0));
		assertThat(ConfigurationPropertySources.get(environment))
			.anySatisfy((source) -> assertThat(source.getConfigurationProperty(name)).isNotNull());
	}

	/** Keys with the first thing in code style that the column of defaults holds. */
	private static Map<String, String> documented() throws IOException {
		Map<String, String> keys = new LinkedHashMap<>();
		for (String line : Files.readAllLines(FILE)) {
			Matcher row = KEY.matcher(line);
			if (row.matches()) {
				assertThat(keys).as("keys before %s", line).doesNotContainKey(row.group(1));
				keys.put(row.group(1), (row.group(2) != null) ? row.group(2) : "");
			}
		}
		return keys;
	}

}
