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
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * {@code nixl-bom} and what the modules say of themselves.
 */
class BillOfMaterialsTests {

	private static final Path ROOT = Path.of("..");

	private static final Pattern MANAGED = Pattern.compile("<artifactId>(nixl-[a-z-]+)</artifactId>\\s*<version>\\$");

	@Test
	void itHasEachModuleThatIsPublished() throws IOException {
		List<String> published = new ArrayList<>();
		try (Stream<Path> folders = Files.list(ROOT)) {
			for (Path folder : folders.filter((entry) -> Files.exists(entry.resolve("pom.xml"))).toList()) {
				String pom = Files.readString(folder.resolve("pom.xml"));
				if (pom.contains("<maven.deploy.skip>false<") && !pom.contains("<packaging>pom<")) {
					assertThat(pom).as("%s, which is published", folder).contains("<name>", "<description>");
					published.add(folder.getFileName().toString());
				}
			}
		}
		Stream<String> managed = MANAGED.matcher(Files.readString(ROOT.resolve(Path.of("nixl-bom", "pom.xml"))))
			.results()
			.map((result) -> result.group(1))
			.distinct();
		assertThat(managed).contains("nixl-core").containsExactlyInAnyOrderElementsOf(published);
	}

}
