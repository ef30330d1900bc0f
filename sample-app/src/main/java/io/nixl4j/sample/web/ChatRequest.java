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

import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The body of a chat completion request, as far as it is understood or must be refused.
 * What is unknown is ignored.
 *
 * @param model the model's id
 * @param messages the conversation
 * @param stream whether the answer comes token by token
 * @param streamOptions what comes besides
 * @param maxTokens tokens that the answer may have
 * @param maxCompletionTokens the same by its newer name
 * @param temperature zero for the likeliest token each time
 * @param seed makes the choice repeatable
 * @param n how many answers
 * @param stop texts that end an answer
 * @param tools functions that could be called
 * @param logprobs whether probabilities are wanted
 * @param topP how much of the probability is chosen from
 * @param responseFormat the form of the answer
 */
record ChatRequest(@Nullable String model, @Nullable List<@Nullable Message> messages, @Nullable Boolean stream,
		@JsonProperty("stream_options") @Nullable StreamOptions streamOptions,
		@JsonProperty("max_tokens") @Nullable Integer maxTokens,
		@JsonProperty("max_completion_tokens") @Nullable Integer maxCompletionTokens, @Nullable Float temperature,
		@Nullable Long seed, @Nullable Integer n, @Nullable JsonNode stop, @Nullable JsonNode tools,
		@Nullable JsonNode logprobs, @JsonProperty("top_p") @Nullable Float topP,
		@JsonProperty("response_format") @Nullable JsonNode responseFormat) {

	boolean isStream() {
		return Boolean.TRUE.equals(this.stream);
	}

	boolean wantsUsage() {
		return this.streamOptions != null && Boolean.TRUE.equals(this.streamOptions.includeUsage());
	}

	/**
	 * What comes with a stream.
	 *
	 * @param includeUsage whether the last chunk has the usage
	 */
	record StreamOptions(@JsonProperty("include_usage") @Nullable Boolean includeUsage) {
	}

	/**
	 * A message.
	 *
	 * @param role who speaks
	 * @param content a text, or a list of parts that are texts
	 */
	record Message(@Nullable String role, @Nullable JsonNode content) {
	}

}
