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

package io.nixl4j.metadata;

import java.util.concurrent.CompletionStage;

/**
 * Knows of an engine's earlier incarnations whether they still live. A store asks before
 * it gives an engine id that is held by one of them to another.
 */
@FunctionalInterface
public interface Predecessors {

	/**
	 * Asks about the incarnation that holds an engine id now.
	 * @param earlier the card of that incarnation, which is not the asking one
	 * @return completes within a bounded time with what is known; a stage that fails
	 * counts as {@link Life#UNKNOWN}
	 */
	CompletionStage<Life> life(NixlMetadata earlier);

	/**
	 * What is known of an incarnation.
	 */
	enum Life {

		/**
		 * It answers, so the engine id is its own.
		 */
		ALIVE,

		/**
		 * It is proved to be gone, or says itself that it has lost the engine id.
		 */
		GONE,

		/**
		 * Neither is known: its host does not answer, or it cannot be asked.
		 */
		UNKNOWN

	}

}
