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
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * {@code docs/configuration-reference.md} is what the metadata says. With the system
 * property {@code nixl.docs.write} it is written.
 */
class ConfigurationReferenceTests {

	private static final Path FILE = Path.of("..", "docs", "configuration-reference.md");

	private static final Pattern ROW = Pattern.compile("^\\| `([^`]+)` .* \\| `(DATAPLANE_[^`]+)` \\| .* \\|$",
			Pattern.MULTILINE);

	@BeforeAll
	static void write() throws IOException {
		if (Boolean.getBoolean("nixl.docs.write")) {
			Files.writeString(FILE, ConfigurationReference.text());
		}
	}

	@Test
	void theDocumentIsWhatTheMetadataSays() throws IOException {
		assertThat(Files.readString(FILE))
			.as("docs/configuration-reference.md, which -Dnixl.docs.write=true writes anew")
			.isEqualTo(ConfigurationReference.text());
	}

	@Test
	void everyKeyIsInIt() throws IOException {
		assertThat(rows().stream().map((row) -> row.get(0).replace(".<name>", "")))
			.containsExactlyInAnyOrderElementsOf(GeneratedMetadata.propertiesByName().keySet());
	}

	@ParameterizedTest
	@MethodSource("rows")
	void variablesAreWhatTheyAreSaidToBe(List<String> row) {
		StandardEnvironment environment = new StandardEnvironment();
		environment.getPropertySources()
			.addFirst(new SystemEnvironmentPropertySource(
					"own-" + StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
					Map.of(row.get(1).replace("<NAME>", "DECODE"), "here")));
		ConfigurationPropertyName name = ConfigurationPropertyName.of(row.get(0).replace("<name>", "decode"));
		assertThat(ConfigurationPropertySources.get(environment))
			.anySatisfy((source) -> assertThat(source.getConfigurationProperty(name)).isNotNull());
	}

	static List<List<String>> rows() throws IOException {
		return ROW.matcher(Files.readString(FILE)).results().map((row) -> List.of(row.group(1), row.group(2))).toList();
	}

}
