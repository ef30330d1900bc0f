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

import io.nixl4j.memory.NixlException;

/**
 * What an agent hears of its sessions. Called on threads of the sessions: implementations
 * return at once and run no code of users.
 */
public interface SessionEvents {

	/**
	 * A session begins: its grants are known and it can be used.
	 * @param session the session
	 */
	void opened(Session session);

	/**
	 * A session that was opened has ended; its requests in flight have failed or are
	 * about to.
	 * @param session the session
	 * @param cause why
	 */
	void ended(Session session, NixlException cause);

	/**
	 * A notification was accepted.
	 * @param session the session that it came over
	 * @param payload the bytes, owned by the receiver
	 * @param taken to be run when the application has taken it
	 */
	void notified(Session session, byte[] payload, Runnable taken);

}
