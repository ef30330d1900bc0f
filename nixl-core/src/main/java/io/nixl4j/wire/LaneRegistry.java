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

import java.util.function.Consumer;

/**
 * Knows which lanes may join which session: the acceptor's policy hands it requests and
 * connections of role {@link ConnectionRole#LANE}, and routes tell it what to expect.
 */
public final class LaneRegistry {

	/**
	 * Expects lanes of a session.
	 * @param sessionId the session
	 * @param token what they must show
	 * @param peer who must be at the other end
	 * @param lanes takes each accepted connection over, on its event loop
	 * @throws IllegalStateException if lanes of that session are expected already
	 */
	public void expect(long sessionId, byte[] token, AgentIdentity peer, Consumer<Connection> lanes) {
		throw new UnsupportedOperationException();
	}

	/**
	 * Expects no more lanes of a session. Lanes that joined live on.
	 * @param sessionId the session
	 */
	public void forget(long sessionId) {
		throw new UnsupportedOperationException();
	}

	/**
	 * Decides about a lane.
	 * @param request what the peer asks for
	 * @return the decision: {@code NOT_READY} for a session that expects no lanes (yet),
	 * {@code REFUSED} for a wrong token or peer
	 */
	public HandshakePolicy.Decision decide(HandshakeRequest request) {
		throw new UnsupportedOperationException();
	}

	/**
	 * Takes a lane over and hands it to whom {@link #expect} named.
	 * @param connection the lane
	 */
	public void accepted(Connection connection) {
		throw new UnsupportedOperationException();
	}

}
