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

package io.nixl4j.serving;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The engine that docs/serving.md shows.
 */
class ServingGuideTests {

	private static final int LINES = 60;

	@Test
	void theEngineOfTheGuideAnswers() {
		assertThat(EchoEngine.ask("What goes in comes out, as often as it is asked."))
			.isEqualTo("What goes in comes out, as often as it is asked.");
	}

	@Test
	void theGuideShowsThisEngine() throws IOException {
		String guide = Files.readString(Path.of("../docs/serving.md"));
		List<String> lines = Files.readAllLines(Path.of("src/test/java/io/nixl4j/serving/EchoEngine.java"));
		List<String> shown = lines.subList(lines.indexOf("/** Answers with the prompt, as it finds it in the keys. */"),
				lines.size());
		assertThat(guide).contains("```java\n" + String.join("\n", shown) + "\n```");
		assertThat(shown.stream().filter((line) -> !line.isBlank())).hasSizeLessThanOrEqualTo(LINES);
	}

}
