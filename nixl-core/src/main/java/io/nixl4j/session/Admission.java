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

package io.nixl4j.session;

import io.nixl4j.memory.NixlError;

/**
 * Whether a peer may have a session now.
 */
sealed interface Admission {

	/**
	 * It may.
	 *
	 * @param key the session's key
	 */
	record Accepted(SessionKey key) implements Admission {

		@Override
		public String toString() {
			return "Accepted";
		}

	}

	/**
	 * It may not.
	 *
	 * @param error the kind of refusal
	 * @param reason why, for people
	 * @param retry whether the same attempt may succeed soon
	 */
	record Refused(NixlError error, String reason, boolean retry) implements Admission {
	}

}
