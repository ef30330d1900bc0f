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
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

import org.springframework.util.ClassUtils;

/**
 * The reference of all keys, as a document made of the generated metadata.
 */
final class ConfigurationReference {

	private static final String HEAD = """
			# Configuration reference

			Every key with its type and default, from the metadata that editors show too. This file is written by
			`ConfigurationReferenceTests`, not by hand. [configuration.md](configuration.md) tells what follows from a key,
			how keys may be spelled, and what the start does about wrong ones.

			Durations are written as `500ms`, `30s` or `2m`, sizes as `64KB` or `1MB` (of 1,024). A variable is the
			environment's name of a key.
			""";

	private static final Map<String, String> TYPES = Map.of("java.lang.Boolean", "`true`, `false`", "java.lang.Integer",
			"integer", "java.lang.Long", "integer", "java.lang.Double", "number", "java.lang.String", "text",
			"java.time.Duration", "duration", "org.springframework.util.unit.DataSize", "size");

	private static final Pattern COLLECTION = Pattern.compile("java\\.util\\.(?:List|Set)<(.+)>");

	private static final String MAP = "java.util.Map<java.lang.String,java.lang.String>";

	private final List<String> groups;

	private final Map<String, List<Map<String, Object>>> properties;

	private final Map<String, List<Map<String, Object>>> values;

	private ConfigurationReference(List<String> groups, List<Map<String, Object>> properties,
			Map<String, List<Map<String, Object>>> values) {
		this.groups = groups;
		this.properties = properties.stream().collect(Collectors.groupingBy(this::group));
		this.values = values;
	}

	/**
	 * Makes the document.
	 * @return its text
	 * @throws IOException if the metadata cannot be read
	 */
	@SuppressWarnings("unchecked")
	static String text() throws IOException {
		Map<String, List<Map<String, Object>>> values = GeneratedMetadata.hints()
			.stream()
			.filter((hint) -> hint.containsKey("values"))
			.collect(Collectors.toMap((hint) -> (String) hint.get("name"),
					(hint) -> (List<Map<String, Object>>) hint.get("values")));
		ConfigurationReference reference = new ConfigurationReference(
				GeneratedMetadata.groups().stream().distinct().sorted().toList(), GeneratedMetadata.properties(),
				values);
		return HEAD + reference.sections();
	}

	/** The longest group whose name a property's begins with. */
	private String group(Map<String, Object> property) {
		String name = (String) property.get("name");
		return this.groups.stream()
			.filter((group) -> name.startsWith(group + "."))
			.reduce("", (shorter, longer) -> longer);
	}

	private String sections() {
		return this.properties.keySet().stream().sorted().map(this::section).collect(Collectors.joining());
	}

	private String section(String group) {
		List<Map<String, Object>> rows = this.properties.get(group);
		String head = "%n## %s%n%n| Key | Type | Default | Variable | Meaning |%n|---|---|---|---|---|%n"
			.formatted(group);
		return head + rows.stream().map(this::row).collect(Collectors.joining()) + choices(group, rows);
	}

	private String row(Map<String, Object> property) {
		boolean map = property.get("type").equals(MAP);
		String name = property.get("name") + (map ? ".<name>" : "");
		String variable = name.toUpperCase(Locale.ROOT).replace('.', '_').replace("-", "");
		return "| `%s` | %s | %s | `%s` | %s |%n".formatted(name, type((String) property.get("type")),
				code(property.get("defaultValue")), variable, cell((String) property.get("description")));
	}

	private static String type(String name) {
		if (name.equals(MAP)) {
			return "text";
		}
		Matcher collection = COLLECTION.matcher(name);
		if (collection.matches()) {
			return "list of " + type(collection.group(1));
		}
		String word = TYPES.get(name);
		if (word != null) {
			return word;
		}
		Object[] constants = ClassUtils.resolveClassName(name, null).getEnumConstants();
		if (constants == null) {
			return "`" + ClassUtils.getShortName(name) + "`";
		}
		return Arrays.stream(constants)
			.map((constant) -> code(constant.toString().toLowerCase(Locale.ROOT).replace('_', '-')))
			.collect(Collectors.joining(", "));
	}

	/** What the values of keys mean, where the metadata says it. */
	private String choices(String group, List<Map<String, Object>> rows) {
		String lines = rows.stream()
			.map((property) -> (String) property.get("name"))
			.filter(this.values::containsKey)
			.map((name) -> "- `%s`: %s%n".formatted(name.substring(group.length() + 1), choice(this.values.get(name))))
			.collect(Collectors.joining());
		return lines.isEmpty() ? "" : "%n".formatted() + lines;
	}

	private static String choice(List<Map<String, Object>> values) {
		return values.stream()
			.map((value) -> code(value.get("value")) + " (" + remark((String) value.get("description")) + ")")
			.collect(Collectors.joining(", "));
	}

	/** Without the full stop, and in lower case where the first word is no name. */
	private static String remark(String sentence) {
		String remark = sentence.replaceAll("\\.$", "");
		return remark.matches("[A-Z][a-z]*\\b.*")
				? remark.substring(0, 1).toLowerCase(Locale.ROOT) + remark.substring(1) : remark;
	}

	private static String code(@Nullable Object value) {
		return (value != null) ? "`" + value + "`" : "";
	}

	private static String cell(String text) {
		return text.replace("|", "\\|").replace("<", "&lt;");
	}

}
