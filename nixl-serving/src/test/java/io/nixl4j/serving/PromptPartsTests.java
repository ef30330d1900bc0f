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

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

import io.nixl4j.memory.NixlBusyException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Prompts in several messages.
 */
class PromptPartsTests {

	private final PromptParts parts = new PromptParts();

	@ParameterizedTest
	@ValueSource(ints = { 1, PromptParts.REST, PromptParts.REST + 1, PromptParts.PART, PromptParts.PART + 1,
			3 * PromptParts.PART + 17, ServingRequest.MAX_PROMPT })
	void partsAndRestAreThePrompt(int size) {
		List<Integer> prompt = prompt(size);
		List<Integer> rest = PromptParts.rest(prompt);
		assertThat(rest).hasSizeLessThanOrEqualTo(PromptParts.REST);
		for (List<Integer> part : PromptParts.before(prompt)) {
			assertThat(part).hasSizeBetween(1, PromptParts.PART);
			this.parts.add("router-1", new ServingMessage.Prompt("request-1", 1, part));
		}
		assertThat(this.parts.join("router-1", "request-1", 1, rest, size)).isEqualTo(prompt);
	}

	@Test
	void whatIsMissingIsSeen() {
		assertMissing(2, prompt(3), 13);
		this.parts.add("router-1", new ServingMessage.Prompt("request-1", 1, prompt(10)));
		assertMissing(1, prompt(3), 14);
		assertMissing(1, prompt(3), 13);
	}

	@Test
	void partsOfARouterThatIsLostAreForgotten() {
		this.parts.add("router-1", new ServingMessage.Prompt("request-1", 1, prompt(10)));
		this.parts.add("router-2", new ServingMessage.Prompt("request-1", 1, prompt(10)));
		this.parts.lost("router-1");
		assertMissing(1, prompt(3), 13);
		assertThat(this.parts.join("router-2", "request-1", 1, prompt(3), 13)).hasSize(13);
	}

	@Test
	void partsOfAnEarlierAttemptAreForgotten() {
		this.parts.add("router-1", new ServingMessage.Prompt("request-1", 1, prompt(10)));
		this.parts.add("router-1", new ServingMessage.Prompt("request-1", 2, prompt(5)));
		assertMissing(1, prompt(3), 13);
		assertThat(this.parts.join("router-1", "request-1", 2, prompt(3), 8)).hasSize(8);
	}

	@Test
	void nobodyCanFillTheMemory() {
		List<Integer> part = prompt(PromptParts.PART);
		List<Integer> taken = new ArrayList<>();
		for (int attempt = 1; attempt <= 100; attempt++) {
			this.parts.add("router-1", new ServingMessage.Prompt("request-" + attempt, 1, part));
		}
		for (int attempt = 1; attempt <= 100; attempt++) {
			try {
				taken.addAll(this.parts.join("router-1", "request-" + attempt, 1, List.of(), PromptParts.PART));
			}
			catch (NixlBusyException ex) {
				assertThat(ex).hasMessageContaining("too many long prompts");
			}
		}
		assertThat(taken).hasSize(4 * ServingRequest.MAX_PROMPT);
		this.parts.add("router-1", new ServingMessage.Prompt("request-1", 1, part));
		assertThat(this.parts.join("router-1", "request-1", 1, List.of(), PromptParts.PART)).as("there is room again")
			.isEqualTo(part);
	}

	private void assertMissing(int attempt, List<Integer> rest, int length) {
		assertThatExceptionOfType(NixlBusyException.class)
			.isThrownBy(() -> this.parts.join("router-1", "request-1", attempt, rest, length));
	}

	private static List<Integer> prompt(int size) {
		return IntStream.range(0, size).boxed().toList();
	}

}
