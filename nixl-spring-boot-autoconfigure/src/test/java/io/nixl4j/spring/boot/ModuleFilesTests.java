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
import java.util.Properties;
import java.util.stream.Stream;

import com.tngtech.archunit.core.domain.JavaClass;
import io.nixl4j.architecture.HouseRules;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.util.ClassUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The files by which Spring Boot and editors find what this module holds.
 */
class ModuleFilesTests {

	private static final Path META_INF = Path.of("target", "classes", "META-INF");

	private static final Path IMPORTS = META_INF
		.resolve("spring/org.springframework.boot.autoconfigure.AutoConfiguration.imports");

	@Test
	void importsNameEveryAutoConfigurationInOrder() throws IOException {
		List<String> named = Files.exists(IMPORTS) ? Files.readAllLines(IMPORTS) : List.of();
		assertThat(named).containsExactlyElementsOf(typesWith(AutoConfiguration.class).sorted().toList());
	}

	@Test
	void factoriesNameClassesThatAreThere() throws IOException {
		for (String file : List.of("spring.factories", "spring/aot.factories")) {
			Properties factories = new Properties();
			if (Files.exists(META_INF.resolve(file))) {
				factories.load(Files.newBufferedReader(META_INF.resolve(file)));
			}
			assertThat(factories.values().stream().flatMap((names) -> Stream.of(names.toString().split(","))))
				.allSatisfy((name) -> assertThat(ClassUtils.isPresent(name.trim(), null)).as(name).isTrue());
		}
	}

	@Test
	void everyPropertyIsDescribed() throws IOException {
		List<Map<String, Object>> properties = GeneratedMetadata.properties();
		assertThat(properties.isEmpty()).isEqualTo(typesWith(ConfigurationProperties.class).findAny().isEmpty());
		assertThat(properties).allSatisfy((property) -> {
			String description = (String) property.get("description");
			assertThat(description).as("description of %s", property.get("name"))
				.isNotBlank()
				.endsWith(".")
				.doesNotStartWith("The ")
				.doesNotStartWith("A ");
			if ("java.lang.Boolean".equals(property.get("type"))) {
				assertThat(description).as("description of %s", property.get("name")).matches("(Whether|Enable) .*");
			}
		});
	}

	private static Stream<String> typesWith(Class<?> annotation) {
		return HouseRules.mainClasses()
			.stream()
			.filter((type) -> type.isAnnotatedWith(annotation.getName()))
			.map(JavaClass::getName);
	}

}
