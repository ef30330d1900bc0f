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

package io.nixl4j.spring.boot.test;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The guide shows code that runs, and names every fault.
 */
class GuideTests {

	private static final Path GUIDE = Path.of("..", "docs", "testing.md");

	private static final Path EXAMPLE = Path.of("..", "examples", "test-starter", "src");

	private static final Pattern JAVA = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);

	@Test
	void codeIsThatOfTheExample() throws IOException {
		Set<String> example;
		try (Stream<Path> files = Files.walk(EXAMPLE)) {
			example = files.filter((file) -> file.toString().endsWith(".java"))
				.flatMap((file) -> lines(file).stream())
				.map(String::strip)
				.collect(Collectors.toSet());
		}
		List<String> shown = new ArrayList<>();
		Matcher matcher = JAVA.matcher(Files.readString(GUIDE));
		while (matcher.find()) {
			matcher.group(1).lines().map(String::strip).forEach(shown::add);
		}
		assertThat(shown).hasSizeGreaterThan(40);
		assertThat(example).containsAll(shown);
	}

	@Test
	void everyMethodOfTheFaultsIsNamed() throws IOException {
		String guide = Files.readString(GUIDE);
		for (Class<?> type : List.of(NixlFaults.class, FaultyTransfers.class)) {
			assertThat(type.getMethods()).filteredOn((method) -> method.getDeclaringClass() == type)
				.extracting(Method::getName)
				.allSatisfy((name) -> assertThat(guide).as(type.getSimpleName()).contains(name + "("));
		}
	}

	@Test
	void exampleUsesEveryFault() throws IOException {
		String tests;
		try (Stream<Path> files = Files.walk(EXAMPLE.resolve("test"))) {
			tests = files.filter((file) -> file.toString().endsWith("Tests.java"))
				.flatMap((file) -> lines(file).stream())
				.collect(Collectors.joining("\n"));
		}
		assertThat(Arrays.asList(".delay(", ".failNext(", ".lateBytesNext(", ".land(", ".partition(", ".heal(",
				".restart("))
			.allSatisfy((call) -> assertThat(tests).contains(call));
	}

	private static List<String> lines(Path file) {
		try {
			return Files.readAllLines(file);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
