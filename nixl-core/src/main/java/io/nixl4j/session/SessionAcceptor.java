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

import io.nixl4j.wire.Connection;
import io.nixl4j.wire.ConnectionRole;
import io.nixl4j.wire.HandshakePolicy;
import io.nixl4j.wire.HandshakeRequest;
import io.nixl4j.wire.LaneRegistry;

/**
 * Lets sessions in as {@link Sessions} decides, and lanes as the registry does.
 *
 * @param sessions decides about sessions
 * @param lanes decides about lanes
 */
public record SessionAcceptor(Sessions sessions, LaneRegistry lanes) implements HandshakePolicy {

	@Override
	public Decision decide(HandshakeRequest request) {
		if (request.role() == ConnectionRole.LANE) {
			return this.lanes.decide(request);
		}
		Admission admission = this.sessions.admit(request.peer(), request.authenticated());
		if (admission instanceof Admission.Refused refused) {
			return new Refuse(refused.error(), refused.reason(), refused.retry());
		}
		SessionKey key = ((Admission.Accepted) admission).key();
		return new Accept(key.id(), key.token());
	}

	@Override
	public void accepted(Connection connection) {
		if (connection.role() == ConnectionRole.LANE) {
			this.lanes.accepted(connection);
			return;
		}
		this.sessions.begin(connection.peer(), SessionKey.of(connection.sessionId(), connection.token()), false,
				connection.authenticated(), new WireLink(connection));
	}

}
