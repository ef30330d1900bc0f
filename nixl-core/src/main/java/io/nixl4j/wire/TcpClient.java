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

import java.util.concurrent.CompletableFuture;

/**
 * Opens connections.
 */
public final class TcpClient {

	private final WireLoops loops;

	private final WireSettings settings;

	/**
	 * Creates a client.
	 * @param loops its threads, not owned
	 * @param settings what this agent brings to the handshake
	 */
	public TcpClient(WireLoops loops, WireSettings settings) {
		this.loops = loops;
		this.settings = settings;
	}

	/**
	 * Opens one connection and goes through the handshake; does not try again.
	 * @param request what is asked for
	 * @return completes with the connection, or exceptionally with a
	 * {@link WireException}: refused by the peer, {@code TIMED_OUT}, {@code PROTOCOL},
	 * or, worth another try, not reachable or {@code NOT_READY}. Completed on an event
	 * loop. Cancelling it closes the connection.
	 */
	public CompletableFuture<Connection> connect(ConnectRequest request) {
		throw new UnsupportedOperationException(this.loops.toString() + this.settings + request);
	}

}
