package io.nixl4j.session;

import java.net.InetSocketAddress;
import java.util.Optional;

import io.nixl4j.memory.NixlException;
import org.jspecify.annotations.Nullable;

/**
 * Carries the messages of one session between its ends, in order.
 */
interface SessionLink {

	/**
	 * Begins delivery. Called once, before anything is sent.
	 * @param receiver told of messages and of the end, by one thread at a time
	 */
	void start(Receiver receiver);

	/**
	 * Sends a message, from any thread; does nothing after the end.
	 * @param message the message
	 */
	void send(SessionMessage message);

	/**
	 * Closes the link after what was sent before. The receivers of both ends are told.
	 */
	void close();

	/**
	 * Returns where the peer was reached.
	 * @return the address, or empty if this end did not dial
	 */
	Optional<InetSocketAddress> address();

	/**
	 * Gets what a link carries.
	 */
	interface Receiver {

		/**
		 * A message came.
		 * @param message the message
		 */
		void received(SessionMessage message);

		/**
		 * The link has ended. Nothing follows.
		 * @param cause why, or {@code null} if it was closed in good order
		 */
		void lost(@Nullable NixlException cause);

	}

}
