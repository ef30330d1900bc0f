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

import java.util.List;

/**
 * An answer.
 *
 * @param tokens its tokens; the one that ends it is not among them
 * @param text their text; has U+FFFD at its end if it ends in the middle of a character
 * @param end why it ended
 */
public record Generation(List<Integer> tokens, String text, End end) {

	/**
	 * Why an answer ended.
	 */
	public enum End {

		/** The model said that it is complete. */
		COMPLETE,

		/** It has as many tokens as were allowed. */
		LIMIT,

		/** The listener wanted no more. */
		STOPPED

	}

}
