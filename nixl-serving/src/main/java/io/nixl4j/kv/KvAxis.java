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

package io.nixl4j.kv;

/**
 * What the numbers of a KV cache are counted by, besides their place within a head.
 */
public enum KvAxis {

	/**
	 * The blocks of the cache.
	 */
	BLOCK,

	/**
	 * The layers of the model.
	 */
	LAYER,

	/**
	 * Keys and values, or the latent alone.
	 */
	PART,

	/**
	 * The tokens of a block.
	 */
	TOKEN,

	/**
	 * The heads that this end holds.
	 */
	HEAD

}
