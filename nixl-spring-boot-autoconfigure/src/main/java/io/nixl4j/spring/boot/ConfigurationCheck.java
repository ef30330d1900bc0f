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

package io.nixl4j.spring.boot;

import java.util.function.Supplier;

import org.springframework.boot.diagnostics.FailureAnalyzedException;

/**
 * Makes start-up reports, which name the key, of what the core refuses.
 */
final class ConfigurationCheck {

	private ConfigurationCheck() {
	}

	/**
	 * Uses the value of one key.
	 * @param <T> what is made of it
	 * @param key the key without the prefix
	 * @param use refuses a wrong value by {@link IllegalArgumentException}
	 * @return what was made
	 */
	static <T> T key(String key, Supplier<T> use) {
		try {
			return use.get();
		}
		catch (IllegalArgumentException ex) {
			throw failure(key, NixlProperties.PREFIX + "." + key + ": " + ex.getMessage(), ex);
		}
	}

	/**
	 * Uses the values of all keys of a group.
	 * @param <T> what is made of them
	 * @param group what the keys have in common, without the prefix
	 * @param use refuses a wrong value by {@link IllegalArgumentException} whose message
	 * begins with the rest of the key, as that of the core's options does
	 * @return what was made
	 */
	static <T> T group(String group, Supplier<T> use) {
		try {
			return use.get();
		}
		catch (IllegalArgumentException ex) {
			String message = String.valueOf(ex.getMessage());
			throw failure(group + "." + message.split(" ", 2)[0], NixlProperties.PREFIX + "." + group + "." + message,
					ex);
		}
	}

	private static FailureAnalyzedException failure(String key, String description, IllegalArgumentException cause) {
		return new FailureAnalyzedException(description + (description.endsWith(".") ? "" : "."),
				"Change the value of " + NixlProperties.PREFIX + "." + key + ".", cause);
	}

}
