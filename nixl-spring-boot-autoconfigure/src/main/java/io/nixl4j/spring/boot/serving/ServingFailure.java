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

package io.nixl4j.spring.boot.serving;

import java.util.function.Supplier;

import io.nixl4j.memory.NixlException;
import io.nixl4j.memory.NixlRefusedException;

import org.springframework.boot.diagnostics.FailureAnalyzedException;

/**
 * Makes start-up reports, which name the key, of what cannot be served.
 */
final class ServingFailure {

	private ServingFailure() {
	}

	static FailureAnalyzedException of(NixlServingRole role, String fault, String cure) {
		return new FailureAnalyzedException("The serving role '" + role.key() + "' " + fault + ".", cure);
	}

	/**
	 * Uses configured values.
	 * @param <T> what is made of them
	 * @param group what their keys have in common
	 * @param use refuses wrong values by {@link NixlException} or
	 * {@link IllegalArgumentException}
	 * @return what was made
	 */
	static <T> T checked(String group, Supplier<T> use) {
		try {
			return use.get();
		}
		catch (NixlException | IllegalArgumentException ex) {
			throw new FailureAnalyzedException(key(group) + ": " + ex.getMessage() + ".",
					"Change the values of the keys below " + key(group) + ".", ex);
		}
	}

	/**
	 * Uses the value of one key.
	 * @param key the key with its prefix
	 * @param use refuses a wrong value as with {@link #checked}
	 */
	static void value(String key, Runnable use) {
		try {
			use.run();
		}
		catch (NixlException | IllegalArgumentException ex) {
			throw new FailureAnalyzedException(key + ": " + ex.getMessage() + ".", "Change the value of " + key + ".",
					ex);
		}
	}

	/**
	 * Makes a router or a worker.
	 * @param <T> what is made
	 * @param role the role
	 * @param make refused if the notifications of its agent are taken
	 * @return what was made
	 */
	static <T> T made(NixlServingRole role, Supplier<T> make) {
		try {
			return make.get();
		}
		catch (NixlRefusedException ex) {
			throw new FailureAnalyzedException(
					"The serving role '" + role.key() + "' cannot have the notifications of its agent: "
							+ ex.getMessage() + ".",
					"Give each role, and whatever else takes notifications, an agent of its own: by "
							+ key(role.key() + ".agent") + ", or by naming none.",
					ex);
		}
	}

	static String key(String key) {
		return NixlServingProperties.PREFIX + "." + key;
	}

}
