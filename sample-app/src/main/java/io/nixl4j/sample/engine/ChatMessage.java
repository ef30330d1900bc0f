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
 * A message of a conversation.
 *
 * @param role who speaks
 * @param content what is said
 */
public record ChatMessage(Role role, String content) {

	/**
	 * A user's message.
	 * @param content what is said
	 * @return the message
	 */
	public static ChatMessage user(String content) {
		return new ChatMessage(Role.USER, content);
	}

	/**
	 * Who speaks.
	 */
	public enum Role {

		/** Says how the model should behave; the first message, if any. */
		SYSTEM("system"),

		/** Whom the model answers. */
		USER("user"),

		/** The model. */
		ASSISTANT("assistant");

		private final String tag;

		Role(String tag) {
			this.tag = tag;
		}

		String tag() {
			return this.tag;
		}

	}

}
