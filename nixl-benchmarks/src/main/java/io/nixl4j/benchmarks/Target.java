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

package io.nixl4j.benchmarks;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;

import io.nixl4j.NixlAgent;
import io.nixl4j.memory.MemoryType;
import io.nixl4j.memory.Permissions;

/**
 * The process that is written to and read from. Prints its ports, and ends when its
 * standard input does.
 */
final class Target {

	private Target() {
	}

	/**
	 * Runs the target.
	 * @param args the options of {@link Bench}
	 * @throws IOException if a port cannot be opened
	 */
	public static void main(String[] args) throws IOException {
		BenchOptions options = BenchOptions.parse(args);
		ByteBuffer memory = ByteBuffer.allocateDirect(options.largest());
		try (ServerSocketChannel server = listen();
				ServerSocketChannel again = listen();
				NixlAgent agent = NixlContender.agent("target", options.tcp())) {
			serve(server, memory);
			serve(again, memory);
			agent.allocate(NixlContender.REGION, options.largest(), MemoryType.DRAM, Permissions.READ_WRITE);
			agent.start();
			agent.publish();
			System.out.println(port(server) + " " + port(again) + " " + agent.port());
			while (System.in.read() >= 0) {
				// Only the end matters.
			}
		}
	}

	private static ServerSocketChannel listen() throws IOException {
		return ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
	}

	private static int port(ServerSocketChannel server) throws IOException {
		return ((InetSocketAddress) server.getLocalAddress()).getPort();
	}

	private static void serve(ServerSocketChannel server, ByteBuffer memory) {
		Thread thread = new Thread(() -> SocketPeer.serve(server, memory.duplicate()), "sockets");
		thread.setDaemon(true);
		thread.start();
	}

}
