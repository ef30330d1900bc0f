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

package io.nixl4j.wire;

import java.time.Duration;

/**
 * What bounds the memory and the time that a peer can cost.
 *
 * @param maxHeader the longest header in bytes
 * @param maxBody the longest body in bytes
 * @param handshakeTimeout how long a handshake may take
 * @param maxPendingHandshakes how many accepted connections may be in their handshake at
 * once
 * @param maxPendingPerAddress how many of one remote address
 * @param maxConnections how many accepted connections may be through their handshake
 * @param maxLanes how many accepted lanes a session may have
 * @param frameTime how long a frame that has begun may take beside its bytes, and a peer
 * to take any of what waits for it
 * @param frameRate the least rate of a frame that has begun, in bytes a second
 * @param maxRequests how many WRITEs a peer may have under way
 * @param maxAnswers how many bytes of answers may wait on a lane
 */
public record WireLimits(int maxHeader, int maxBody, Duration handshakeTimeout, int maxPendingHandshakes,
		int maxPendingPerAddress, int maxConnections, int maxLanes, Duration frameTime, int frameRate, int maxRequests,
		int maxAnswers) {

	/** The longest header that any peer may send. */
	public static final int MAX_HEADER = 64 << 10;

	/** The longest body that any peer may send. */
	public static final int MAX_BODY = 1 << 20;

	public WireLimits {
		require(maxHeader >= 1 << 10 && maxHeader <= MAX_HEADER, "maxHeader");
		require(maxBody >= MAX_HEADER && maxBody <= MAX_BODY, "maxBody");
		require(handshakeTimeout.toMillis() > 0, "handshakeTimeout");
		require(maxPendingHandshakes > 0, "maxPendingHandshakes");
		require(maxPendingPerAddress > 0, "maxPendingPerAddress");
		require(maxConnections > 0, "maxConnections");
		require(maxLanes > 0, "maxLanes");
		require(frameTime.toMillis() > 0, "frameTime");
		require(frameRate > 0, "frameRate");
		require(maxRequests > 0, "maxRequests");
		require(maxAnswers > 0, "maxAnswers");
	}

	/**
	 * Creates limits with the defaults for what is not named.
	 * @param maxHeader the longest header in bytes
	 * @param maxBody the longest body in bytes
	 * @param handshakeTimeout how long a handshake may take
	 * @param maxPendingHandshakes how many accepted connections may be in their handshake
	 * at once, of all addresses and of one
	 */
	public WireLimits(int maxHeader, int maxBody, Duration handshakeTimeout, int maxPendingHandshakes) {
		this(maxHeader, maxBody, handshakeTimeout, maxPendingHandshakes, maxPendingHandshakes, 4_096, 128,
				Duration.ofSeconds(30), 4_096, 16 << 10, 8 << 20);
	}

	/**
	 * Returns the limits that hold unless configuration says otherwise.
	 * @return the defaults
	 */
	public static WireLimits defaults() {
		return new WireLimits(MAX_HEADER, MAX_BODY, Duration.ofSeconds(5), 256);
	}

	private static void require(boolean condition, String name) {
		if (!condition) {
			throw new IllegalArgumentException(name + " is out of range");
		}
	}

}
