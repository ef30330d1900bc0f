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
 * Hears which layers of a prompt are computed.
 */
@FunctionalInterface
public interface LayerListener {

	/**
	 * The keys and values of a layer are complete in all blocks of the prompt, and will
	 * not be changed any more: they are sent from now on, while the next layers are
	 * computed. Each layer once, in any order.
	 * @param layer the layer, from 0
	 * @throws io.nixl4j.memory.NixlException if the prompt is not wanted any more, or the
	 * layer cannot be sent; to be let through
	 */
	void layerDone(int layer);

}
