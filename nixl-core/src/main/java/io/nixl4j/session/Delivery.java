package io.nixl4j.session;

import io.nixl4j.memory.NixlException;

/**
 * Told of the fate of one notification, once, on a thread of the session: implementations
 * return at once and run no code of users.
 */
public interface Delivery {

	/**
	 * The target has accepted the notification.
	 */
	void delivered();

	/**
	 * The session ended first; the target may or may not have accepted it.
	 * @param cause why
	 */
	void undelivered(NixlException cause);

}
