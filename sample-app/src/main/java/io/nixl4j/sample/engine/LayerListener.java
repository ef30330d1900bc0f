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

package io.nixl4j.sample.engine;

/**
 * Hears how far the prefill of a prompt is, so that a layer can be sent away while the
 * next ones are computed.
 */
@FunctionalInterface
public interface LayerListener {

	/** Listens to nothing. */
	LayerListener NONE = (layer) -> {
	};

	/**
	 * The keys and values of all tokens of the prompt are in the pages for this layer,
	 * and will not be changed any more. Layers come in order, each once. The call is made
	 * by the thread that runs the prefill, which goes on when it returns: it should not
	 * take long. What it throws ends the prefill.
	 * @param layer the layer, from 0
	 */
	void layerDone(int layer);

}
