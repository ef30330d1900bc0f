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
import java.util.Set;

/**
 * What an opener asks for, as the acceptor's {@link HandshakePolicy} sees it.
 *
 * @param role what the connection is for
 * @param peer who asks
 * @param authenticated whether the peer proved itself by the secret
 * @param features the features that both ends know
 * @param sessionId the session that a lane wants to join, 0 for a session
 * @param token what the lane shows for it, empty for a session; not to be logged
 * @param lane the lane's number, which its opener chose, 0 for a session
 * @param remoteAddress where the peer is
 * @param received how many messages of a session the peer has received whose connection
 * broke and that is to go on, else -1
 */
public record HandshakeRequest(ConnectionRole role, AgentIdentity peer, boolean authenticated, Set<String> features,
		long sessionId, byte[] token, int lane, InetSocketAddress remoteAddress, long received) {

	/**
	 * Returns whether a session is to go on whose connection broke.
	 * @return {@code false} for a new session or a lane
	 */
	public boolean resumes() {
		return this.role == ConnectionRole.SESSION && this.received != Hello.NEW;
	}

	@Override
	public String toString() {
		return "HandshakeRequest[" + this.role + ", " + this.peer + ", " + this.remoteAddress + "]";
	}

}
