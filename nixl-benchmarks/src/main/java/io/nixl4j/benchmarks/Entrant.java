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

package io.nixl4j.benchmarks;

import org.jspecify.annotations.Nullable;

/**
 * A peer in a case.
 *
 * @param peer its name
 * @param first measures it
 * @param again measures it once more in the same round, over another connection where it
 * has one: what the two differ is the noise
 * @param why why it cannot be had, else {@code null}
 */
record Entrant(String peer, @Nullable Timed first, @Nullable Timed again, @Nullable String why) {

	Entrant(String peer, Timed first, Timed again) {
		this(peer, first, again, null);
	}

	/**
	 * Names a peer that cannot be had.
	 * @param peer its name
	 * @param why the reason, for people
	 * @return the entrant
	 */
	static Entrant absent(String peer, String why) {
		return new Entrant(peer, null, null, why);
	}

	/**
	 * Names a peer whose times come with ours, as {@link Sample#other}.
	 * @param peer its name
	 * @return the entrant
	 */
	static Entrant within(String peer) {
		return new Entrant(peer, null, null, null);
	}

}
