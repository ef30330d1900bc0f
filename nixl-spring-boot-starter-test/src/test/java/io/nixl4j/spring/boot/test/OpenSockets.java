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

package io.nixl4j.spring.boot.test;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * The sockets of the Internet protocols that this process has open, as the kernel knows
 * them; those of the JVM's own attach mechanism are none.
 */
final class OpenSockets {

	private static final Path DESCRIPTORS = Path.of("/proc/self/fd");

	private static final List<String> TABLES = List.of("tcp", "tcp6", "udp", "udp6");

	private static final int INODE = 9;

	private OpenSockets() {
	}

	/**
	 * Returns what they are.
	 * @return a name for each
	 */
	static Set<String> now() {
		try {
			Set<String> sockets = ofThisProcess();
			sockets.retainAll(ofTheInternet());
			return sockets;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static Set<String> ofThisProcess() throws IOException {
		Set<String> sockets = new TreeSet<>();
		try (Stream<Path> descriptors = Files.list(DESCRIPTORS)) {
			for (Path descriptor : descriptors.toList()) {
				try {
					sockets.add(Files.readSymbolicLink(descriptor).toString());
				}
				catch (IOException ex) {
					// Closed since it was listed.
					continue;
				}
			}
		}
		return sockets;
	}

	private static Set<String> ofTheInternet() throws IOException {
		Set<String> sockets = new TreeSet<>();
		for (String table : TABLES) {
			Path file = Path.of("/proc/self/net", table);
			if (Files.exists(file)) {
				Files.readAllLines(file)
					.stream()
					.skip(1)
					.map((line) -> "socket:[" + line.strip().split("\\s+")[INODE] + "]")
					.forEach(sockets::add);
			}
		}
		return sockets;
	}

}
