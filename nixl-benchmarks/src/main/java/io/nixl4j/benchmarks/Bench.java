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

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.ProcessBuilder.Redirect;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Starts the two processes of a run, each on a processor of its own where the system can
 * do that, and ends with the initiator's exit code.
 */
public final class Bench {

	private static final Path TASKSET = Path.of("/usr/bin/taskset");

	private Bench() {
	}

	/**
	 * Runs cases.
	 * @param args see {@code --help}
	 * @throws Exception if a process cannot be started
	 */
	public static void main(String[] args) throws Exception {
		if (Arrays.asList(args).contains("--help")) {
			System.out.print(BenchOptions.USAGE);
			return;
		}
		try {
			BenchOptions.parse(args);
		}
		catch (IllegalArgumentException ex) {
			System.err.print("bench: " + ex.getMessage() + "\n" + BenchOptions.USAGE);
			System.exit(2);
		}
		System.exit(run(args));
	}

	private static int run(String... args) throws IOException, InterruptedException {
		Process target = process(1, Target.class, List.of(args)).redirectError(Redirect.INHERIT).start();
		try (BufferedReader reader = new BufferedReader(
				new InputStreamReader(target.getInputStream(), StandardCharsets.US_ASCII))) {
			String ports = reader.readLine();
			if (ports == null) {
				return 1;
			}
			List<String> arguments = new ArrayList<>(List.of(ports.split(" ")));
			arguments.addAll(List.of(args));
			return process(0, Initiator.class, arguments).inheritIO().start().waitFor();
		}
		finally {
			target.destroy();
			target.waitFor();
		}
	}

	private static ProcessBuilder process(int processor, Class<?> main, List<String> arguments) {
		List<String> command = new ArrayList<>();
		if (Files.isExecutable(TASKSET) && Runtime.getRuntime().availableProcessors() >= 2) {
			command.addAll(List.of(TASKSET.toString(), "-c", String.valueOf(processor)));
		}
		command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
		command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
		command.addAll(
				List.of("-XX:MaxDirectMemorySize=2g", "-cp", System.getProperty("java.class.path"), main.getName()));
		command.addAll(arguments);
		return new ProcessBuilder(command);
	}

}
