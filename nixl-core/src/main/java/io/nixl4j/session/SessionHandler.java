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

import io.nixl4j.memory.NixlError;
import io.nixl4j.memory.NixlException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands each message of a session to the part that it is for. A message that breaks the
 * protocol ends the session.
 *
 * @param session the session
 * @param granted what the peer may do
 * @param received what the peer has granted
 * @param outbox notifications to the peer
 * @param inbox notifications of the peer
 * @param fences proofs about lanes
 * @param events told of notifications and of the opening
 */
record SessionHandler(Session session, GrantTable granted, ReceivedGrants received, NotificationOutbox outbox,
		NotificationInbox inbox, Fences fences, SessionEvents events) implements SessionLink.Receiver {

	private static final Logger logger = LoggerFactory.getLogger(SessionHandler.class);

	@Override
	public void received(SessionMessage message) {
		if (!this.session.isOpen()) {
			return;
		}
		try {
			handle(message);
		}
		catch (NixlException ex) {
			logger.warn("Ending the session with {}: {}", this.session.engineId(), ex.getMessage());
			this.session.end(ex);
		}
	}

	private void handle(SessionMessage message) {
		if (message instanceof SessionMessage.Notify notify) {
			if (this.inbox.accept(notify.number())) {
				this.events.notified(this.session, notify.payload(), this.inbox::taken);
			}
		}
		else if (message instanceof SessionMessage.NotifyAck ack) {
			this.outbox.acknowledged(ack.upTo());
		}
		else if (message instanceof SessionMessage.Grant grant) {
			this.received.add(grant);
		}
		else if (message instanceof SessionMessage.Granted) {
			if (this.session.ready().complete(null)) {
				logger.debug("The session with {} is open", this.session.engineId());
				this.events.opened(this.session);
			}
		}
		else if (message instanceof SessionMessage.Withdraw withdraw) {
			this.session.answerWhenIdle(withdraw, this.received.withdraw(withdraw.handle()));
		}
		else if (message instanceof SessionMessage.Withdrawn withdrawn) {
			this.granted.answered(withdrawn.handle());
		}
		else if (message instanceof SessionMessage.Fence fence) {
			this.fences.serve(fence, this.session.routes());
		}
		else if (message instanceof SessionMessage.Fenced fenced) {
			this.fences.answered(fenced);
		}
		else if (message instanceof SessionMessage.Goodbye goodbye) {
			this.session.end(
					NixlError.PEER_LOST.exception("The peer ended the session: " + goodbye.reason() + "; connect again",
							this.session.engineId(), null, null));
		}
	}

	@Override
	public void lost(@Nullable NixlException cause) {
		this.session.end(NixlError.PEER_LOST.exception("The session with the peer is lost"
				+ ((cause != null) ? " (" + cause.getMessage() + ")" : "") + "; connect again", this.session.engineId(),
				null, cause));
	}

}
