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
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;

import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.test.context.TestExecutionListener;
import org.springframework.util.ClassUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The files by which Spring finds what this module holds.
 */
class ModuleFilesTests {

	private static final Path META_INF = Path.of("target", "classes", "META-INF");

	@Test
	void importsNameAutoConfigurationsThatAreThereInOrder() throws IOException {
		List<String> named = Files
			.readAllLines(META_INF.resolve("spring/" + AutoConfigureTestNixl.class.getName() + ".imports"));
		assertThat(named).isSorted().contains(NixlTestAutoConfiguration.class.getName()).allSatisfy((name) -> {
			Class<?> type = ClassUtils.resolveClassName(name, null);
			assertThat(AnnotatedElementUtils.hasAnnotation(type, AutoConfiguration.class)).isTrue();
		});
	}

	/**
	 * Otherwise applications that have the starter in their tests would get it unasked.
	 */
	@Test
	void testAutoConfigurationIsNotEverybodys() {
		assertThat(META_INF.resolve("spring/org.springframework.boot.autoconfigure.AutoConfiguration.imports"))
			.doesNotExist();
	}

	@Test
	void factoriesNameTheListener() throws IOException {
		Properties factories = new Properties();
		factories.load(Files.newBufferedReader(META_INF.resolve("spring.factories")));
		assertThat(factories).containsOnlyKeys(TestExecutionListener.class.getName())
			.containsValue(NixlFaultsTestExecutionListener.class.getName());
	}

}
