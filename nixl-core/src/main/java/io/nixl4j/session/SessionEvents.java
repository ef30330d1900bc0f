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
	 * A session has ended; its requests in flight have failed or are about to.
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
