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

package io.nixl4j;

import java.time.Duration;
import java.util.Objects;

/**
 * What peers and strangers may cost an agent: connections, memory and time. What goes
 * beyond is refused by an error that names the limit.
 *
 * @param connections the most accepted connections at once, of all peers
 * @param lanes the most accepted connections of one peer's session that carry transfers
 * @param handshakes the most handshakes under way at once; for one more the oldest is
 * given up
 * @param handshakesPerAddress the same of one remote address
 * @param frameTime how long a frame may take that has begun, beside what its bytes take
 * at the least rate; also how long a peer may take nothing of what waits for it
 * @param frameRate the least rate of a frame that has begun, in bytes a second
 * @param requests the most WRITEs of one peer under way here
 * @param answers the most bytes of answers that wait on one connection because the peer
 * does not read
 */
public record TcpLimits(int connections, int lanes, int handshakes, int handshakesPerAddress, Duration frameTime,
		int frameRate, int requests, int answers) {

	private static final TcpLimits DEFAULTS = new TcpLimits(4_096, 128, 256, 64, Duration.ofSeconds(30), 4_096, 16_384,
			8 << 20);

	public TcpLimits {
		Objects.requireNonNull(frameTime);
		require(connections >= 1, "connections", connections);
		require(lanes >= 1, "lanes", lanes);
		require(handshakes >= 1, "handshakes", handshakes);
		require(handshakesPerAddress >= 1, "handshakes-per-address", handshakesPerAddress);
		require(frameRate >= 1, "frame-rate", frameRate);
		require(requests >= 1, "requests", requests);
		require(answers >= 1, "answers", answers);
		if (frameTime.toMillis() < 1) {
			throw new IllegalArgumentException("frame-time must be more than 0, not " + frameTime);
		}
	}

	private static void require(boolean condition, String name, int value) {
		if (!condition) {
			throw new IllegalArgumentException(name + " must be at least 1, not " + value);
		}
	}

	/**
	 * Returns the limits that hold unless others are set.
	 * @return the defaults
	 */
	public static TcpLimits defaults() {
		return DEFAULTS;
	}

}
