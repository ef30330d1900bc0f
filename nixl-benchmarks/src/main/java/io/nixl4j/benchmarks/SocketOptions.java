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
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;

/**
 * How the plain sockets are tuned.
 *
 * @param buffer bytes of each socket's buffers, 0 for what the system chooses
 * @param chunk most bytes of one call, 0 for as many as there are
 */
record SocketOptions(int buffer, int chunk) {

	static final SocketOptions PLAIN = new SocketOptions(0, 0);

	/**
	 * Returns what is tried before the best one of them counts.
	 * @return the variants
	 */
	static List<SocketOptions> variants() {
		List<SocketOptions> variants = new ArrayList<>();
		for (int buffer : new int[] { 0, 256 << 10, 1 << 20, 4 << 20 }) {
			for (int chunk : new int[] { 0, 128 << 10, 1 << 20 }) {
				variants.add(new SocketOptions(buffer, chunk));
			}
		}
		return variants;
	}

	static SocketOptions parse(String buffer, String chunk) {
		return new SocketOptions(Integer.parseInt(buffer), Integer.parseInt(chunk));
	}

	String words() {
		return this.buffer + " " + this.chunk;
	}

	void apply(SocketChannel channel) throws IOException {
		channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
		if (this.buffer > 0) {
			channel.setOption(StandardSocketOptions.SO_SNDBUF, this.buffer);
			channel.setOption(StandardSocketOptions.SO_RCVBUF, this.buffer);
		}
	}

	int chunk(int remaining) {
		return (this.chunk > 0) ? Math.min(this.chunk, remaining) : remaining;
	}

}
