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

import java.time.Duration;

/**
 * How long the silence of a peer is borne.
 *
 * @param pingNanos after which it is asked whether it is there
 * @param silentNanos after which its connection is given up, and another one tried
 * @param lostNanos after which it is lost
 */
record Patience(long pingNanos, long silentNanos, long lostNanos) {

	/**
	 * Returns the patience for a time-out.
	 * @param peer after which silence a peer is lost
	 * @return a fifth and a half of it before that
	 */
	static Patience of(Duration peer) {
		return new Patience(peer.toNanos() / 5, peer.toNanos() / 2, peer.toNanos());
	}

	/** How often to look. */
	long beatNanos() {
		return Math.max(1_000_000, this.lostNanos / 10);
	}

}
