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

import com.fasterxml.jackson.annotation.JsonInclude;
import io.nixl4j.serving.KvTransferMode;
import org.jspecify.annotations.Nullable;

/**
 * How one request stands, for the page. Times are microseconds since the request began.
 *
 * @param id the request's id
 * @param clientId what the client calls it
 * @param state how far it is
 * @param mode who moves its keys and values
 * @param begun when it began, in milliseconds since 1970
 * @param promptTokens tokens of the prompt
 * @param promptBlocks KV blocks that they fill
 * @param tokens tokens of the answer so far
 * @param tokensPerSecond how fast they come, as soon as there are two
 * @param firstToken when the first of them came
 * @param ended when it was over
 * @param computed for each layer when it was computed, -1 if it is not
 * @param sent for each layer when its transfer began, -1 if it has not ended
 * @param moved for each layer when it was in the decode worker's blocks, -1 if it is not
 * @param blocks KV blocks that moved in each layer
 * @param bytes bytes that moved
 * @param gbitPerSecond how fast, over the time in which a transfer was under way
 * @param after the share of that time which is after the last layer was computed
 * @param failure why it failed
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record TransferView(String id, @Nullable String clientId, State state, KvTransferMode mode, long begun,
		int promptTokens, int promptBlocks, int tokens, @Nullable Double tokensPerSecond, @Nullable Long firstToken,
		@Nullable Long ended, long[] computed, long[] sent, long[] moved, int blocks, long bytes,
		@Nullable Double gbitPerSecond, @Nullable Double after, @Nullable String failure) {

	/**
	 * How far a request is.
	 */
	enum State {

		/** Nothing is computed yet. */
		WAITING,

		/** Its prompt is being computed. */
		PREFILL,

		/** Its answer is being made. */
		ANSWER,

		/** It has its answer. */
		DONE,

		/** It has none. */
		FAILED

	}

}
