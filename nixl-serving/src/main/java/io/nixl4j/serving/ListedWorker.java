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

import java.util.Map;
import java.util.Optional;

import io.nixl4j.memory.NixlError;
import io.nixl4j.memory.NixlOutOfRangeException;
import io.nixl4j.metadata.NixlMetadata;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link WorkerDirectory} says of a worker.
 *
 * @param engineId the worker's engine
 * @param prefills whether it computes prompts
 * @param decodes whether it makes answers
 * @param tokens for how many tokens it has blocks in all, 0 if that is not known
 */
public record ListedWorker(String engineId, boolean prefills, boolean decodes, long tokens) {

	/** The role of a prefill worker on its agent's card. */
	static final String PREFILL = "prefill";

	/** The role of a decode worker on its agent's card. */
	static final String DECODE = "decode";

	/** On a card: for how many tokens a worker has blocks. */
	private static final String TOKENS = "kv_tokens";

	/**
	 * Checks the figure.
	 * @throws NixlOutOfRangeException if it is negative
	 */
	public ListedWorker {
		if (tokens < 0) {
			throw NixlError.OUT_OF_RANGE.exception("A worker has blocks for 0 tokens or more, not " + tokens);
		}
	}

	/**
	 * Returns what a worker says of itself on its card.
	 * @param tokens for how many tokens it has blocks
	 * @return the capacity
	 */
	static Map<String, Long> capacity(long tokens) {
		return Map.of(TOKENS, tokens);
	}

	/**
	 * Reads a card.
	 * @param card anybody's
	 * @param model the model that counts, or {@code null} for any
	 * @return the worker, or empty if it is the card of none
	 */
	static Optional<ListedWorker> of(NixlMetadata card, @Nullable String model) {
		NixlMetadata.Additions says = card.additions();
		boolean prefills = says.roles().contains(PREFILL);
		boolean decodes = says.roles().contains(DECODE);
		if ((!prefills && !decodes) || (model != null && !model.equals(says.model()))) {
			return Optional.empty();
		}
		return Optional
			.of(new ListedWorker(card.engineId(), prefills, decodes, says.capacity().getOrDefault(TOKENS, 0L)));
	}

}
