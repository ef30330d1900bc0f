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
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The program as a whole, with real processes.
 */
@Tag("all")
class BenchRunTests {

	@TempDir
	private Path folder;

	@Test
	void eachCaseIsOneLineOfJsonAPeer() throws Exception {
		List<String> lines = run(0, "tcp.write.8B", "tcp.read.64KiB.checksum", "tcp.write.64x4KiB", "tcp.read.burst2",
				"tcp.write.64KiB.peers3", "tcp.write.64KiB.initiators4", "tcp.write.64KiB.tls-event", "--peers",
				"sockets,plain,bulk,1-peer,fair-share");
		assertThat(lines).hasSize(11)
			.allMatch((line) -> line.matches("\\{\"case\":\"tcp\\.[a-zA-Z0-9.-]+\","
					+ "\"peer\":\"[a-z0-9-]+\",\"ratio\":\\d+\\.\\d{3},\"noise\":\\d+\\.\\d{3},"
					+ "\"value\":\\d+\\.\\d{3},\"unit\":\"(us|Gbit/s)\"}"));
	}

	@Test
	void whatIsNotHereIsNoFailure() throws Exception {
		assertThat(run(0, "tcp.write.8B.jdk99", "--peers", "sockets")).singleElement()
			.asString()
			.contains("\"ratio\":null,\"why\":\"not found");
	}

	@Test
	void wrongArgumentsEndWithTwo() throws Exception {
		assertThat(run(2, "tcp.write.soon")).isEmpty();
	}

	private List<String> run(int status, String... arguments) throws IOException, InterruptedException {
		Path output = this.folder.resolve("output");
		List<String> command = new ArrayList<>(List.of(
				Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
				System.getProperty("java.class.path"), Bench.class.getName(), "--quick", "--json", "--rounds", "2"));
		command.addAll(List.of(arguments));
		Process process = new ProcessBuilder(command).redirectOutput(output.toFile())
			.redirectError(ProcessBuilder.Redirect.DISCARD)
			.start();
		try {
			assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
			assertThat(process.exitValue()).isEqualTo(status);
			return Files.readAllLines(output);
		}
		finally {
			process.destroyForcibly();
		}
	}

}
