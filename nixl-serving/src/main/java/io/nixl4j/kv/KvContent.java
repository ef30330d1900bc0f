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

import java.util.List;

/**
 * What a model keeps of each token in each layer.
 */
public enum KvContent {

	/**
	 * Keys and values, for each head.
	 */
	KEYS_AND_VALUES(KvPart.KEYS, KvPart.VALUES),

	/**
	 * One vector of which all heads make their keys and values (multi-head latent
	 * attention), with what belongs to it, such as the rotated keys that they share.
	 */
	LATENT(KvPart.LATENT);

	private final List<KvPart> parts;

	KvContent(KvPart... parts) {
		this.parts = List.of(parts);
	}

	/**
	 * Returns the parts of a layer.
	 * @return the parts in the order in which they lie in memory; immutable
	 */
	public List<KvPart> parts() {
		return this.parts;
	}

}
