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

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

import io.nixl4j.memory.NixlError;
import io.nixl4j.memory.NixlOutOfRangeException;

/**
 * A prompt to be answered.
 *
 * @param id names the request: a request that is sent again under the same id, while the
 * router remembers it, is not computed again; 1 to 64 bytes in UTF-8
 * @param tokens the prompt, 1 to {@value #MAX_PROMPT} tokens
 * @param answered how many of the last tokens of the prompt are the beginning of the
 * answer, which the caller has heard already: what made them was lost, and an engine goes
 * on as if it had made them itself. It tells neither them nor their text again, though
 * text that is complete only with the next token, and chooses as it would have. 0 in what
 * users submit
 * @param maxTokens how many tokens the answer may have from here on, at least 1
 * @param parameters what the engines are told besides, such as how to choose tokens, in
 * whatever form they understand; at most 4,096 bytes in UTF-8
 * @param timeout when the request has its result at the latest, more than 0
 */
public record ServingRequest(String id, List<Integer> tokens, int answered, int maxTokens, String parameters,
		Duration timeout) {

	/** The most tokens that a prompt can have. */
	public static final int MAX_PROMPT = 128 * 1_024;

	static final int MAX_ID = 64;

	static final int MAX_PARAMETERS = 4_096;

	/**
	 * Checks the request.
	 * @throws NixlOutOfRangeException if something is too long, missing or negative
	 */
	public ServingRequest {
		tokens = List.copyOf(tokens);
		checkText("id", id, MAX_ID);
		checkText("parameters", parameters, MAX_PARAMETERS);
		if (id.isEmpty()) {
			throw NixlError.EMPTY.exception("A request has an id");
		}
		if (tokens.isEmpty() || tokens.size() > MAX_PROMPT) {
			throw NixlError.OUT_OF_RANGE.exception("A prompt has 1 to " + MAX_PROMPT + " tokens, not " + tokens.size());
		}
		if (tokens.stream().anyMatch((token) -> token < 0)) {
			throw NixlError.OUT_OF_RANGE.exception("A token is not negative");
		}
		if (answered < 0 || answered >= tokens.size()) {
			throw NixlError.OUT_OF_RANGE
				.exception("Of a prompt of " + tokens.size() + " tokens, " + answered + " cannot be the answer's");
		}
		if (maxTokens < 1 || maxTokens > Integer.MAX_VALUE - tokens.size()) {
			throw NixlError.OUT_OF_RANGE.exception("An answer has at least 1 token, and not " + maxTokens);
		}
		if (timeout.isNegative() || timeout.isZero()) {
			throw NixlError.OUT_OF_RANGE.exception("A time-out is more than 0, not " + timeout);
		}
	}

	/**
	 * Makes a request whose answer has not begun.
	 * @param id names the request
	 * @param tokens the prompt
	 * @param maxTokens how many tokens the answer may have, at least 1
	 * @param parameters what the engines are told besides
	 * @param timeout when the request has its result at the latest
	 * @throws NixlOutOfRangeException if something is too long, missing or negative
	 */
	public ServingRequest(String id, List<Integer> tokens, int maxTokens, String parameters, Duration timeout) {
		this(id, tokens, 0, maxTokens, parameters, timeout);
	}

	private static void checkText(String what, String text, int most) {
		Objects.requireNonNull(text, what);
		int bytes = text.getBytes(StandardCharsets.UTF_8).length;
		if (bytes > most) {
			throw NixlError.OUT_OF_RANGE
				.exception("The " + what + " of a request has " + bytes + " bytes, more than " + most);
		}
	}

	/**
	 * Returns how many tokens the request may have in all.
	 * @return the tokens of the prompt and of the longest answer
	 */
	int allTokens() {
		return this.tokens.size() + this.maxTokens;
	}

}
