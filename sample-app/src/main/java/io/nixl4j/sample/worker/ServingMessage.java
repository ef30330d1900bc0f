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

package io.nixl4j.sample.worker;

import java.util.List;

/**
 * What router and workers say to each other, each as one notification. A request may be
 * tried several times; each attempt has fresh blocks, and whoever gets a message of
 * another attempt ignores it.
 */
sealed interface ServingMessage {

	/**
	 * Returns the request.
	 * @return the request's id
	 */
	String id();

	/**
	 * Returns the try.
	 * @return the attempt, from one
	 */
	int attempt();

	/**
	 * Router to decode: keep blocks for a request.
	 *
	 * @param id the request
	 * @param attempt the try
	 * @param prefillEngine who will fill them
	 * @param promptTokens how many tokens will be filled
	 * @param maxTokens how many the answer may have
	 * @param sampling how to choose tokens
	 */
	record Reserve(String id, int attempt, String prefillEngine, int promptTokens, int maxTokens,
			Sampling sampling) implements ServingMessage {
	}

	/**
	 * Decode to router: the blocks are kept.
	 *
	 * @param id the request
	 * @param attempt the try
	 * @param blocks the blocks for the prompt
	 */
	record Reserved(String id, int attempt, List<Integer> blocks) implements ServingMessage {
	}

	/**
	 * Router to prefill: compute a prompt into blocks of a decode worker.
	 *
	 * @param id the request
	 * @param attempt the try
	 * @param decodeEngine where the blocks are
	 * @param tokens the prompt
	 * @param blocks the blocks
	 * @param sampling how to choose the first token
	 */
	record RemotePrefillRequest(String id, int attempt, String decodeEngine, List<Integer> tokens, List<Integer> blocks,
			Sampling sampling) implements ServingMessage {
	}

	/**
	 * Prefill to decode: the bytes of all layers are in the blocks.
	 *
	 * @param id the request
	 * @param attempt the try
	 * @param layers how many layers were written
	 * @param firstToken the first token of the answer
	 */
	record Prefilled(String id, int attempt, int layers, int firstToken) implements ServingMessage {
	}

	/**
	 * Prefill to decode: the attempt has failed, and nothing writes into its blocks any
	 * more.
	 *
	 * @param id the request
	 * @param attempt the try
	 * @param reason why
	 */
	record PrefillFailed(String id, int attempt, String reason) implements ServingMessage {
	}

	/**
	 * Prefill to router: what was moved.
	 *
	 * @param id the request
	 * @param attempt the try
	 * @param report the figures
	 */
	record Moved(String id, int attempt, KvReport report) implements ServingMessage {
	}

	/**
	 * Decode to router: the next token of the answer.
	 *
	 * @param id the request
	 * @param attempt the try
	 * @param token the token
	 * @param text the text that became complete with it
	 */
	record Token(String id, int attempt, int token, String text) implements ServingMessage {
	}

	/**
	 * Decode to router: the answer is complete.
	 *
	 * @param id the request
	 * @param attempt the try
	 * @param rest text that the last token left
	 */
	record Finished(String id, int attempt, String rest) implements ServingMessage {
	}

	/**
	 * Any worker to router: the attempt has failed.
	 *
	 * @param id the request
	 * @param attempt the try
	 * @param reason why
	 */
	record Failed(String id, int attempt, String reason) implements ServingMessage {
	}

}
