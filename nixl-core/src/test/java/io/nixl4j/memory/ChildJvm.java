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

package io.nixl4j.memory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Runs a main class in a JVM of its own, of the version that runs the tests: what would
 * crash it does not take the tests along.
 *
 * @param status the exit status
 * @param output what it wrote to both of its outputs
 */
record ChildJvm(int status, String output) {

	/** From here on closed memory throws; before, it stays. */
	static final boolean ARENAS = Runtime.version().feature() >= 22;

	private static final long LIMIT_SECONDS = 300;

	/**
	 * Starts it and waits for its end.
	 * @param options options of the JVM
	 * @param main the class
	 * @param arguments its arguments
	 * @return what came of it
	 * @throws IOException if it cannot be started
	 * @throws InterruptedException if the wait is interrupted
	 */
	static ChildJvm run(List<String> options, Class<?> main, String... arguments)
			throws IOException, InterruptedException {
		List<String> command = new ArrayList<>();
		command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
		if (Runtime.version().feature() >= 24) {
			command.add("--sun-misc-unsafe-memory-access=deny");
		}
		command.addAll(List.of("-XX:-CreateCoredumpOnCrash", "-XX:ErrorFile=/dev/null"));
		command.addAll(options);
		command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
		command.addAll(List.of(arguments));
		Path output = Files.createTempFile("nixl-child", ".log");
		try {
			Process process = new ProcessBuilder(command).redirectErrorStream(true)
				.redirectOutput(output.toFile())
				.start();
			try {
				assertThat(process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)).as("ended in time").isTrue();
			}
			finally {
				process.destroyForcibly();
			}
			return new ChildJvm(process.exitValue(), Files.readString(output));
		}
		finally {
			Files.delete(output);
		}
	}

}
