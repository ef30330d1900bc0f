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

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Arrays;

/**
 * What an opener asks for.
 *
 * @param role what the connection is for
 * @param remote where the peer listens, resolved
 * @param expectedEngineId the engine that must answer, empty if any may
 * @param sessionId the session that a lane joins, 0 for a session
 * @param token what the lane shows for it, empty for a session
 * @param lane the lane's number, unique in its session, 0 for a session
 * @param timeout how long the connection and its handshake may take
 * @param received how many messages of a session were received whose connection broke and
 * that is to go on, else -1
 */
public record ConnectRequest(ConnectionRole role, InetSocketAddress remote, String expectedEngineId, long sessionId,
		byte[] token, int lane, Duration timeout, long received) {

	private static final byte[] NO_TOKEN = {};

	/**
	 * Asks for a new session.
	 * @param remote where the peer listens
	 * @param expectedEngineId the engine that must answer, empty if any may
	 * @param timeout how long it may take
	 * @return the request
	 */
	public static ConnectRequest session(InetSocketAddress remote, String expectedEngineId, Duration timeout) {
		return new ConnectRequest(ConnectionRole.SESSION, remote, expectedEngineId, 0, NO_TOKEN, 0, timeout, Hello.NEW);
	}

	/**
	 * Asks to go on with a session whose connection broke.
	 * @param remote where the peer listens
	 * @param expectedEngineId the engine that must answer
	 * @param sessionId the session
	 * @param token what {@link Connection#token()} of the session returned
	 * @param received how many messages of it were received
	 * @param timeout how long it may take
	 * @return the request
	 */
	public static ConnectRequest resumption(InetSocketAddress remote, String expectedEngineId, long sessionId,
			byte[] token, long received, Duration timeout) {
		return new ConnectRequest(ConnectionRole.SESSION, remote, expectedEngineId, sessionId,
				Arrays.copyOf(token, token.length), 0, timeout, received);
	}

	/**
	 * Asks for a lane of a session.
	 * @param remote where the peer listens
	 * @param expectedEngineId the engine that must answer
	 * @param sessionId the session
	 * @param token what {@link Connection#token()} of the session returned
	 * @param lane the lane's number, never used before in the session
	 * @param timeout how long it may take
	 * @return the request
	 */
	public static ConnectRequest lane(InetSocketAddress remote, String expectedEngineId, long sessionId, byte[] token,
			int lane, Duration timeout) {
		return new ConnectRequest(ConnectionRole.LANE, remote, expectedEngineId, sessionId,
				Arrays.copyOf(token, token.length), lane, timeout, Hello.NEW);
	}

	@Override
	public String toString() {
		return "ConnectRequest[" + this.role + ", " + this.remote + ", " + this.expectedEngineId + "]";
	}

}
