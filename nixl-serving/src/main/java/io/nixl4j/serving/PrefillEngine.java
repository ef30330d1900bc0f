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
 * Computes prompts: the side of a model that the user brings to a {@link PrefillWorker}.
 */
public interface PrefillEngine {

	/**
	 * Computes the keys and values of a prompt into blocks of the worker's cache and
	 * chooses the first token of the answer. Called from as many threads at once as the
	 * worker has. What it throws ends the attempt; after it has returned or thrown it
	 * touches the blocks no more.
	 * @param request the request
	 * @param blocks the blocks for the prompt, in the order of its tokens; more may
	 * follow that are for the answer
	 * @param layers to be told of each layer
	 * @return the first token of the answer, 0 or more
	 * @throws InterruptedException if the worker is closed
	 */
	int prefill(ServingRequest request, int[] blocks, LayerListener layers) throws InterruptedException;

}
