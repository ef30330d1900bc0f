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
 * An engine that goes on from keys and values which are there already. Its worker keeps
 * the blocks of prompts and answers that are done, as long as nobody else needs them, and
 * a prompt that begins with the same tokens is computed, and moved, from there on. A
 * decode engine implements both, {@code DecodeEngine} and this.
 * <p>
 * Blocks that were held are shared: an engine reads them and never writes to them. After
 * {@link DecodeEngine#decode} has returned normally the blocks must have the keys and
 * values of the prompt and of all tokens that the sink has had but the last, as a prompt
 * of these tokens would have them.
 */
public interface PrefixEngine extends PrefillEngine {

	/**
	 * Returns what the keys and values of a request depend on besides its tokens, such as
	 * the name of an adapter or a salt for each customer. Only requests with equal texts
	 * share blocks. Called on the worker's own thread: it must be quick.
	 * @param request the request
	 * @return the text, empty if tokens are all they depend on
	 */
	default String prefixKey(ServingRequest request) {
		return "";
	}

	/**
	 * Computes the rest of a prompt, otherwise as
	 * {@link PrefillEngine#prefill(ServingRequest, int[], LayerListener)}.
	 * @param request the request
	 * @param blocks the blocks for the prompt, in the order of its tokens, those that
	 * were held first; more may follow that are for the answer
	 * @param held how many tokens of the prompt are there: 0, or a number of whole blocks
	 * and less than the prompt has
	 * @param layers to be told of each layer, when all of it is there
	 * @return the first token of the answer, 0 or more
	 * @throws InterruptedException if the worker is closed
	 */
	int prefill(ServingRequest request, int[] blocks, int held, LayerListener layers) throws InterruptedException;

	@Override
	default int prefill(ServingRequest request, int[] blocks, LayerListener layers) throws InterruptedException {
		return prefill(request, blocks, 0, layers);
	}

}
