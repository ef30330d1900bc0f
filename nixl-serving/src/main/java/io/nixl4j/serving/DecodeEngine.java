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

/**
 * Makes answers: the side of a model that the user brings to a {@link DecodeWorker}. It
 * computes prompts as well, those which are short or which no prefill worker computed.
 */
public interface DecodeEngine extends PrefillEngine {

	/**
	 * Makes the answer to a prompt whose keys and values lie in the blocks. Called from
	 * as many threads at once as the worker has: an engine that computes several requests
	 * together gathers what these bring. After it has returned or thrown it touches the
	 * blocks no more.
	 * @param request the request
	 * @param blocks the blocks for the prompt and the answer, in the order of the tokens
	 * @param firstToken the first token, which the sink has not had yet
	 * @param tokens takes the tokens of the answer, the first one included
	 * @return text that the last token left, perhaps empty
	 * @throws InterruptedException if the worker is closed
	 */
	String decode(ServingRequest request, int[] blocks, int firstToken, TokenSink tokens) throws InterruptedException;

}
