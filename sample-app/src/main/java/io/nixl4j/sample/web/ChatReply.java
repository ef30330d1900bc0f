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

package io.nixl4j.sample.web;

import java.util.List;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/**
 * A chat completion, or a chunk of one.
 *
 * @param id the request's id, the same at the router and the workers
 * @param object what it is
 * @param created when it was begun, in seconds
 * @param model the model's id
 * @param choices the answer: one, or none in the chunk that has the usage
 * @param usage how many tokens it took, if this is told here
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record ChatReply(String id, String object, long created, String model, List<Choice> choices, @Nullable Usage usage) {

	static final String COMPLETION = "chat.completion";

	static final String CHUNK = "chat.completion.chunk";

	/**
	 * The answer.
	 *
	 * @param index always 0
	 * @param message all of it, in a completion
	 * @param delta some of it, in a chunk
	 * @param finishReason why it ended, as soon as it has
	 */
	@JsonInclude(JsonInclude.Include.NON_NULL)
	record Choice(int index, @Nullable Content message, @Nullable Content delta,
			@JsonProperty("finish_reason") @JsonInclude(JsonInclude.Include.ALWAYS) @Nullable String finishReason) {

		static Choice whole(String text, String finishReason) {
			return new Choice(0, new Content("assistant", text), null, finishReason);
		}

		static Choice part(@Nullable String role, String text) {
			return new Choice(0, null, new Content(role, text), null);
		}

		static Choice end(String finishReason) {
			return new Choice(0, null, new Content(null, null), finishReason);
		}

	}

	/**
	 * What is said.
	 *
	 * @param role who says it
	 * @param content the text
	 */
	@JsonInclude(JsonInclude.Include.NON_NULL)
	record Content(@Nullable String role, @Nullable String content) {
	}

	/**
	 * How many tokens there were.
	 *
	 * @param promptTokens in the prompt
	 * @param completionTokens in the answer
	 * @param totalTokens in both
	 */
	record Usage(@JsonProperty("prompt_tokens") int promptTokens,
			@JsonProperty("completion_tokens") int completionTokens, @JsonProperty("total_tokens") int totalTokens) {

		static Usage of(int prompt, int completion) {
			return new Usage(prompt, completion, prompt + completion);
		}

	}

}
