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

import io.nixl4j.memory.NixlError;

/**
 * Decides at the acceptor whom to let in. Called on event loops, must not block.
 */
public interface HandshakePolicy {

	/**
	 * Decides about a peer after its identity was proved as far as it can be.
	 * @param request what the peer asks for
	 * @return the decision
	 */
	Decision decide(HandshakeRequest request);

	/**
	 * Takes over a connection that {@link #decide} accepted. Follows it at once on the
	 * same thread, once for each accepted request, even if the peer is gone by then. The
	 * receiver calls {@link Connection#start(FrameHandler)} or
	 * {@link Connection#close(WireException)}, now or later.
	 * @param connection the connection
	 */
	void accepted(Connection connection);

	/**
	 * An answer to a peer.
	 */
	sealed interface Decision permits Accept, Refuse {

	}

	/**
	 * The peer may come in.
	 *
	 * @param sessionId the number of the session: a new one, or for a lane the one that
	 * it joins
	 * @param token 16 bytes that lanes of a session must show, empty for a lane
	 * @param received how many messages of a session that goes on were received here,
	 * else -1
	 */
	record Accept(long sessionId, byte[] token, long received) implements Decision {

		/**
		 * Accepts a new session, or a lane.
		 * @param sessionId the number of the session
		 * @param token what its lanes must show, empty for a lane
		 */
		public Accept(long sessionId, byte[] token) {
			this(sessionId, token, Hello.NEW);
		}

		@Override
		public String toString() {
			return "Accept[]";
		}

	}

	/**
	 * The peer may not come in.
	 *
	 * @param error the kind
	 * @param message why, and what to do; the peer sees it
	 * @param retry whether the peer should try again
	 */
	record Refuse(NixlError error, String message, boolean retry) implements Decision {

	}

}
