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

package io.nixl4j.spring.boot.starter;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the documents tell users to write is what the consumers have, which are built and
 * run.
 */
class SnippetTests {

	private static final Path ROOT = Path.of("..");

	private static final Path CONSUMERS = Path.of("src", "test", "consumers");

	@ParameterizedTest
	@CsvSource({ "README.md, 2", "docs/compatibility.md, 3" })
	void everyPieceOfAPomIsInOneOfAConsumer(Path document, int pieces) throws IOException {
		List<String> snippets = snippets(document, "xml");
		assertThat(snippets).hasSize(pieces);
		List<String> poms = new ArrayList<>();
		for (Path consumer : ConsumersTests.consumers()) {
			poms.add(plain(Files.readString(CONSUMERS.resolve(consumer).resolve("pom.xml"))));
		}
		assertThat(snippets).allSatisfy((snippet) -> assertThat(poms).as(snippet)
			.anySatisfy((pom) -> assertThat(pom).contains(plain(snippet))));
	}

	@Test
	void theConfigurationOfTheReadmeIsTheirs() throws IOException {
		for (String consumer : List.of("bom-epoll", "parent-kotlin")) {
			Path file = CONSUMERS.resolve(Path.of(consumer, "src", "main", "resources", "application.yaml"));
			assertThat(snippets(Path.of("README.md"), "yaml")).contains(Files.readString(file).replaceAll(" *#.*", ""));
		}
	}

	@ParameterizedTest
	@CsvSource({ "pom.xml, <spring-boot.version>(.+)</", "pom.xml, <netty.version>(.+)</",
			"pom.xml, <jetcd.version>(.+)</", "pom.xml, <guava.version>(.+)</",
			"src/build/requirements.txt, msgspec==(.+)" })
	void theVersionsInTheDocumentAreThoseOfTheBuild(Path file, Pattern version) throws IOException {
		List<String> found = version.matcher(Files.readString(ROOT.resolve(file)))
			.results()
			.map((result) -> result.group(1))
			.toList();
		assertThat(found).hasSize(1);
		assertThat(Files.readString(ROOT.resolve("docs/compatibility.md"))).containsPattern("\\| .*" + found.get(0));
	}

	private static List<String> snippets(Path document, String language) throws IOException {
		List<String> snippets = new ArrayList<>();
		String[] parts = Files.readString(ROOT.resolve(document)).split("```" + language + "\n");
		for (int i = 1; i < parts.length; i++) {
			snippets.add(parts[i].substring(0, parts[i].indexOf("```")));
		}
		return snippets;
	}

	private static String plain(String text) {
		return text.replaceAll("\\s+", " ").strip();
	}

}
