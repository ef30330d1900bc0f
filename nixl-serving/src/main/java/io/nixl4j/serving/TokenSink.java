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
 * Takes the tokens that an engine makes.
 */
@FunctionalInterface
public interface TokenSink {

	/**
	 * Takes the next token of the answer.
	 * @param token the token, 0 or more
	 * @param text the text that became complete with it, perhaps empty; at most 4,096
	 * characters are sent
	 * @return whether to go on: {@code false} if the answer is as long as it may be, or
	 * is not wanted any more
	 */
	boolean token(int token, String text);

}
