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

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

import io.nixl4j.sample.ConditionalOnRole;
import io.nixl4j.sample.SampleProperties;
import io.nixl4j.sample.SampleRole;
import io.nixl4j.sample.engine.ChatMessage;
import io.nixl4j.sample.engine.Model;
import io.nixl4j.sample.worker.Sampling;
import io.nixl4j.serving.ServingRequest;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.stereotype.Component;

/**
 * Makes a request for the router of what a client has sent, or says what is wrong with
 * it.
 */
@Component
@ConditionalOnWebApplication
@ConditionalOnRole(SampleRole.ROUTER)
class RequestReader {

	private static final float MAX_TEMPERATURE = 2;

	private final Model model;

	private final ModelCard card;

	private final SampleProperties properties;

	RequestReader(Model model, ModelCard card, SampleProperties properties) {
		this.model = model;
		this.card = card;
		this.properties = properties;
	}

	/**
	 * Reads a request.
	 * @param id names the request
	 * @param request what the client has sent
	 * @return the request
	 * @throws ApiException if it cannot be served
	 */
	ServingRequest read(String id, ChatRequest request) {
		if (request.model() == null || request.model().isBlank()) {
			throw missing("model");
		}
		if (!request.model().equals(this.card.id())) {
			throw ApiException.unknownModel(request.model(), this.card.id());
		}
		refuseUnsupported(request);
		float temperature = (request.temperature() != null) ? request.temperature() : this.properties.temperature();
		if (!(temperature >= 0 && temperature <= MAX_TEMPERATURE)) {
			throw invalid("temperature", "temperature is from 0 to 2");
		}
		long seed = (request.seed() != null) ? request.seed() : ThreadLocalRandom.current().nextLong();
		List<Integer> prompt = Arrays.stream(this.model.chatTemplate().encode(messages(request))).boxed().toList();
		return new ServingRequest(id, prompt, maxTokens(request, prompt.size()),
				new Sampling(temperature, seed).parameters(), this.properties.requestTimeout());
	}

	/** What would change the answer and is not there must not be passed over. */
	private static void refuseUnsupported(ChatRequest request) {
		refuse("n", request.n() != null && request.n() != 1);
		refuse("top_p", request.topP() != null && request.topP() != 1);
		refuse("stop", isGiven(request.stop()));
		refuse("tools", isGiven(request.tools()));
		refuse("logprobs", request.logprobs() != null && request.logprobs().asBoolean(true));
		JsonNode format = request.responseFormat();
		refuse("response_format",
				format != null && isGiven(format) && !format.path("type").asString("").equals("text"));
	}

	private static boolean isGiven(@Nullable JsonNode value) {
		return value != null && !value.isNull() && !(value.isArray() && value.isEmpty());
	}

	private static void refuse(String param, boolean isWanted) {
		if (isWanted) {
			throw ApiException.badRequest(param, "unsupported_parameter",
					"This server cannot do what " + param + " asks for; leave it out");
		}
	}

	private int maxTokens(ChatRequest request, int prompt) {
		Integer wanted = (request.maxCompletionTokens() != null) ? request.maxCompletionTokens() : request.maxTokens();
		if (wanted != null && wanted < 1) {
			throw invalid((request.maxCompletionTokens() != null) ? "max_completion_tokens" : "max_tokens",
					"An answer has at least 1 token");
		}
		int room = Math.min(this.properties.room(), this.model.shape().contextLength());
		int left = room - prompt;
		if (left < 1 || (wanted != null && wanted > left)) {
			throw ApiException.badRequest("messages", "context_length_exceeded",
					"The longest context has " + room + " tokens; the messages have " + prompt
							+ ((wanted != null) ? ", and " + wanted + " are asked for" : ""));
		}
		return (wanted != null) ? wanted : Math.min(left, this.properties.maxTokens());
	}

	private static List<ChatMessage> messages(ChatRequest request) {
		List<ChatRequest.@Nullable Message> messages = request.messages();
		if (messages == null || messages.isEmpty()) {
			throw missing("messages");
		}
		List<ChatMessage> read = new ArrayList<>();
		for (int i = 0; i < messages.size(); i++) {
			read.add(message("messages." + i, messages.get(i)));
		}
		return read;
	}

	private static ChatMessage message(String where, ChatRequest.@Nullable Message message) {
		if (message == null || message.role() == null) {
			throw missing(where + ".role");
		}
		ChatMessage.Role role = switch (message.role()) {
			case "system", "developer" -> ChatMessage.Role.SYSTEM;
			case "user" -> ChatMessage.Role.USER;
			case "assistant" -> ChatMessage.Role.ASSISTANT;
			default -> throw invalid(where + ".role", "A role is system, developer, user or assistant");
		};
		return new ChatMessage(role, text(where + ".content", message.content()));
	}

	private static String text(String where, @Nullable JsonNode content) {
		if (content == null || content.isNull()) {
			throw missing(where);
		}
		if (content.isString()) {
			return content.asString();
		}
		StringBuilder text = new StringBuilder();
		for (JsonNode part : content) {
			if (!part.path("type").asString("").equals("text") || !part.path("text").isString()) {
				throw invalid(where, "The content of a message is a text, or a list of parts of the type text");
			}
			text.append(part.path("text").asString());
		}
		if (text.isEmpty()) {
			throw invalid(where, "The content of a message is a text, or a list of parts of the type text");
		}
		return text.toString();
	}

	private static ApiException missing(String param) {
		return ApiException.badRequest(param, "missing_required_parameter", param + " is missing");
	}

	private static ApiException invalid(String param, String message) {
		return ApiException.badRequest(param, "invalid_value", message);
	}

}
