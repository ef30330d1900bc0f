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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;

import io.nixl4j.memory.NixlError;
import io.nixl4j.memory.NixlException;

/**
 * Long prompts, which come in several messages: the parts first, and the rest with the
 * message that they are for. Bounded, whoever sends parts. Lives on the loop of its
 * worker.
 */
final class PromptParts {

	/** How many tokens a part has. */
	static final int PART = 8 * 1_024;

	/** Up to how many tokens go with the message itself. */
	static final int REST = 1_024;

	/** How many tokens of prompts that are not complete a worker keeps. */
	private static final int MOST = 4 * ServingRequest.MAX_PROMPT;

	/** By attempts without a ticket, the oldest first. */
	private final Map<AttemptId, List<Integer>> parts = new LinkedHashMap<>();

	private int tokens;

	/**
	 * Returns the parts that are sent before the message itself.
	 * @param tokens the prompt
	 * @return the parts, none if the prompt is short
	 */
	static List<List<Integer>> before(List<Integer> tokens) {
		List<List<Integer>> parts = new ArrayList<>();
		int from = 0;
		while (tokens.size() - from > REST) {
			int to = Math.min(from + PART, tokens.size());
			parts.add(tokens.subList(from, to));
			from = to;
		}
		return parts;
	}

	/**
	 * Returns what is left for the message itself.
	 * @param tokens the prompt
	 * @return its last tokens, perhaps none
	 */
	static List<Integer> rest(List<Integer> tokens) {
		int sent = before(tokens).stream().mapToInt(List::size).sum();
		return tokens.subList(sent, tokens.size());
	}

	/**
	 * Takes a part. Those that came first are forgotten if there are too many.
	 * @param router who sent it
	 * @param part the part
	 */
	void add(String router, ServingMessage.Prompt part) {
		AttemptId id = new AttemptId(router, part.id(), part.attempt(), 0);
		forget((other) -> other.request().equals(id.request()) && other.attempt() != id.attempt());
		List<Integer> before = this.parts.getOrDefault(id, List.of());
		int size = part.tokens().size();
		if (size == 0 || before.size() + size > ServingRequest.MAX_PROMPT) {
			return;
		}
		while (this.tokens + size > MOST) {
			AttemptId oldest = this.parts.keySet().iterator().next();
			forget(oldest::equals);
		}
		this.parts.computeIfAbsent(id, (attempt) -> new ArrayList<>()).addAll(part.tokens());
		this.tokens += size;
	}

	private void forget(Predicate<AttemptId> which) {
		this.parts.entrySet().removeIf((entry) -> {
			boolean isOne = which.test(entry.getKey());
			this.tokens -= isOne ? entry.getValue().size() : 0;
			return isOne;
		});
	}

	/**
	 * Puts a prompt together.
	 * @param router who asks
	 * @param id the request
	 * @param attempt the try
	 * @param rest the last tokens
	 * @param length how many tokens the prompt has
	 * @return the prompt
	 * @throws NixlException if parts are missing
	 */
	List<Integer> join(String router, String id, int attempt, List<Integer> rest, int length) {
		List<Integer> before = this.parts.remove(new AttemptId(router, id, attempt, 0));
		List<Integer> whole = rest;
		if (before != null) {
			this.tokens -= before.size();
			whole = Stream.concat(before.stream(), rest.stream()).toList();
		}
		if (whole.size() != length) {
			throw NixlError.BUSY.exception("Only " + whole.size() + " of the prompt's " + length
					+ " tokens are here; too many long prompts came at once", null, "reserve", null);
		}
		return whole;
	}

	/**
	 * Forgets the parts of a router that is lost.
	 * @param router its engine id
	 */
	void lost(String router) {
		forget((id) -> id.router().equals(router));
	}

}
