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
 * Hears an answer while it is made.
 */
@FunctionalInterface
public interface TokenListener {

	/** Lets the answer go on to its end. */
	TokenListener NONE = (token, text) -> true;

	/**
	 * One more token was chosen.
	 * @param token the token
	 * @param text the characters that are complete with it; empty if it ends in the
	 * middle of one
	 * @return whether to go on
	 */
	boolean token(int token, String text);

}
