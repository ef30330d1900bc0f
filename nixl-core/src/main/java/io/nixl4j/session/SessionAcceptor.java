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

import java.util.Optional;

import io.nixl4j.memory.NixlError;
import io.nixl4j.wire.Connection;
import io.nixl4j.wire.ConnectionRole;
import io.nixl4j.wire.HandshakePolicy;
import io.nixl4j.wire.HandshakeRequest;
import io.nixl4j.wire.LaneRegistry;
import io.nixl4j.wire.Resumption;
import io.nixl4j.wire.WireException;

/**
 * Lets sessions in, and further connections of theirs, as {@link Sessions} decides, and
 * lanes as the registry does.
 *
 * @param sessions decides about sessions
 * @param links makes their links
 * @param lanes decides about lanes
 */
public record SessionAcceptor(Sessions sessions, LinkKeeper links, LaneRegistry lanes) implements HandshakePolicy {

	@Override
	public Decision decide(HandshakeRequest request) {
		if (request.role() == ConnectionRole.LANE) {
			return this.lanes.decide(request);
		}
		if (request.resumes()) {
			ResumableLink link = this.sessions.resumable(request.peer(), request.sessionId(), request.token());
			return (link != null) ? new Accept(request.sessionId(), request.token(), link.suspend())
					: new Refuse(NixlError.STALE, "The session is not known here any more; connect again", false);
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
		Optional<Resumption> resumption = connection.resumption();
		if (resumption.isPresent()) {
			ResumableLink link = this.sessions.resumable(connection.peer(), connection.sessionId(), connection.token());
			if (link == null || !link.resume(new WireLink(connection), resumption.get())) {
				connection.close(new WireException(NixlError.PEER_LOST, "another connection took its place"));
			}
			return;
		}
		this.sessions.begin(connection.peer(), SessionKey.of(connection.sessionId(), connection.token()), false,
				connection.authenticated(), this.links.accepted(connection));
	}

}
