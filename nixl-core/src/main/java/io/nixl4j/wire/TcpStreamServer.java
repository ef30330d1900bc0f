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

import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;

/**
 * The one listening port of an agent, for sessions and lanes alike.
 */
public final class TcpStreamServer {

	private TcpStreamServer() {
	}

	/**
	 * Binds the port and begins to accept. Blocks until the port is bound.
	 * @param loops the server's threads, not owned
	 * @param address where to listen; port 0 takes a free one
	 * @param settings what this agent brings to the handshake
	 * @param policy decides whom to let in
	 * @return the server
	 * @throws WireException {@code ADDRESS_IN_USE}, or {@code BACKEND} if the address
	 * cannot be bound for another reason
	 */
	public static TcpStreamServer bind(WireLoops loops, InetSocketAddress address, WireSettings settings,
			HandshakePolicy policy) {
		throw new UnsupportedOperationException();
	}

	/**
	 * Returns where the server listens.
	 * @return the address with the real port
	 */
	public InetSocketAddress localAddress() {
		throw new UnsupportedOperationException();
	}

	/**
	 * Stops listening and ends handshakes that are under way. Accepted connections live
	 * on.
	 * @return completes when the port is free
	 */
	public CompletableFuture<Void> close() {
		throw new UnsupportedOperationException();
	}

}
