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

package io.nixl4j.metadata.etcd;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Ports for servers that cannot choose their own. They lie below those that the kernel
 * gives to clients: none is taken while its server is down, and no client that tries to
 * reach it then connects to itself.
 */
final class FreePorts {

	private static final int FIRST = 20_000;

	private static final int BEYOND = 32_000;

	private static final int TRIES = 1000;

	private FreePorts() {
	}

	/**
	 * Finds a port of the loopback address where nobody listens.
	 * @return the port; somebody else may take it before it is used
	 */
	static int find() {
		for (int i = 0; i < TRIES; i++) {
			int port = ThreadLocalRandom.current().nextInt(FIRST, BEYOND);
			try (ServerSocket socket = new ServerSocket()) {
				socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
				return port;
			}
			catch (IOException ex) {
				// Somebody has it; the next one then.
			}
		}
		throw new IllegalStateException("No port from " + FIRST + " to " + BEYOND + " is free");
	}

}
