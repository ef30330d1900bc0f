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

import java.io.File;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

import com.jayway.jsonpath.JsonPath;

/**
 * What the annotation processor wrote about the configuration.
 */
final class GeneratedMetadata {

	private static final File FILE = new File("target/classes/META-INF/spring-configuration-metadata.json");

	private GeneratedMetadata() {
	}

	static List<Map<String, Object>> properties() throws IOException {
		return FILE.exists() ? JsonPath.parse(FILE).read("$.properties") : List.of();
	}

	static Map<String, Map<String, Object>> propertiesByName() throws IOException {
		return properties().stream()
			.collect(Collectors.toMap((property) -> (String) property.get("name"), Function.identity()));
	}

	static List<String> groups() throws IOException {
		return JsonPath.parse(FILE).read("$.groups[*].name");
	}

	static List<Map<String, Object>> hints() throws IOException {
		return JsonPath.parse(FILE).read("$.hints");
	}

	static List<String> namesWithHints() throws IOException {
		return hints().stream().map((hint) -> (String) hint.get("name")).toList();
	}

}
