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

import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * What both ends agreed on.
 *
 * @param role what the connection is for
 * @param peer who is at the other end
 * @param sessionId the session's number
 * @param token what lanes of the session show, empty on a lane
 * @param authenticated whether both ends proved that they know the secret
 * @param features the features that both ends know
 * @param lane the lane's number, 0 for a session
 * @param checksums whether bodies carry checksums
 * @param maxBody the longest body that both ends take
 * @param resumption where a session goes on whose connection broke, else {@code null}
 */
record HandshakeResult(ConnectionRole role, AgentIdentity peer, long sessionId, byte[] token, boolean authenticated,
		Set<String> features, int lane, boolean checksums, int maxBody, @Nullable Resumption resumption) {

	@Override
	public String toString() {
		return "HandshakeResult[" + this.role + ", " + this.peer + "]";
	}

}
