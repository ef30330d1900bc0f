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
 * Hears the tokens of an answer as they come.
 */
@FunctionalInterface
public interface TokenListener {

	/**
	 * A token came. Called on a thread of the router's, for one token of a request after
	 * the other, with those of other requests: one that waits holds others up. What it
	 * throws ends the request.
	 * @param token the token
	 * @param text the text that became complete with it, perhaps empty
	 */
	void token(int token, String text);

}
