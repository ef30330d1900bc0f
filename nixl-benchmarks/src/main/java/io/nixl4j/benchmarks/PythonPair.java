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
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The two processes of a peer that is a Python package: {@code src/main/peers}. They find
 * each other by files. Both are frozen unless they are measured, since their threads look
 * for work without end and would take the processors of others.
 */
final class PythonPair implements AutoCloseable {

	private final Path folder;

	private final ChildPair processes;

	private PythonPair(Path folder, ChildPair processes) {
		this.folder = folder;
		this.processes = processes;
	}

	/**
	 * Starts both processes.
	 * @param peer the peer's name
	 * @param options processors and addresses
	 * @param memory bytes that transfers may use at each end
	 * @return the pair
	 * @throws IOException if one does not become ready
	 * @throws Tools.UnavailableException if the package is not here
	 */
	static PythonPair start(String peer, BenchOptions options, long memory)
			throws IOException, Tools.UnavailableException {
		String python = Tools.path(peer).toString();
		String program = Tools.path("peers").resolve(peer + "_peer.py").toString();
		Map<String, String> environment = new HashMap<>(
				Map.of("UCX_TLS", "tcp", "UCX_LOG_LEVEL", "error", "PYTHONDONTWRITEBYTECODE", "1"));
		String libraries = System.getProperty("bench." + peer + ".libraries");
		if (libraries != null) {
			environment.put("LD_LIBRARY_PATH", libraries);
		}
		Path folder = Files.createTempDirectory("bench");
		String bytes = String.valueOf(memory);
		ChildPair processes = ChildPair.start(
				options
					.targetCommand(List.of(python, program, "target", folder.toString(), bytes, options.targetHost())),
				options.initiatorCommand(
						List.of(python, program, "initiator", folder.toString(), bytes, options.initiatorHost())),
				environment);
		processes.freeze();
		return new PythonPair(folder, processes);
	}

	Timed timed(Op op, Shape shape) {
		String command = "run 0 " + op.label() + " " + shape.label() + " ";
		return (nanos) -> {
			this.processes.thaw();
			try {
				return Sample.parse(this.processes.initiator().ask(command + nanos));
			}
			finally {
				this.processes.freeze();
			}
		};
	}

	@Override
	public void close() throws IOException {
		this.processes.thaw();
		this.processes.close();
		try (Stream<Path> files = Files.list(this.folder)) {
			for (Path file : files.toList()) {
				Files.delete(file);
			}
		}
		Files.delete(this.folder);
	}

}
