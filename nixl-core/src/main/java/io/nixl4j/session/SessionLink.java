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
	 * Returns whether messages can reach the peer now. What is sent while they cannot is
	 * kept.
	 * @return {@code false} while a connection that broke is to be replaced
	 */
	default boolean isUp() {
		return true;
	}

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
