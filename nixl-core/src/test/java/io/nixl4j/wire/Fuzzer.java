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

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Runs Jazzer in a JVM of its own, since its agent rewrites classes and needs Unsafe,
 * which the tests' JVM denies.
 */
public final class Fuzzer {

	/** Fails on Netty's queues: it finds no handle of a setter that exists. */
	private static final String BROKEN_HOOK = "com.code_intelligence.jazzer.sanitizers.UnsafeSanitizer";

	private static final double FULL_SECONDS = 600;

	private static final long MARGIN_SECONDS = 120;

	private Fuzzer() {
	}

	/**
	 * Fuzzes a target for ten minutes times the soaks' scale.
	 * @param target a class with a method {@code fuzzerTestOneInput(byte[])}
	 * @param seeds what to begin from
	 * @param folder an empty folder
	 * @throws Exception if the JVM cannot be started
	 */
	public static void run(Class<?> target, List<byte[]> seeds, Path folder) throws Exception {
		double scale = Double.parseDouble(System.getProperty("nixl.soak.scale", "0.1"));
		long seconds = Math.max(5, Math.round(FULL_SECONDS * scale));
		Path corpus = Files.createDirectory(folder.resolve("corpus"));
		for (int i = 0; i < seeds.size(); i++) {
			Files.write(corpus.resolve("seed" + i), seeds.get(i));
		}
		Path output = folder.resolve("output");
		Process process = new ProcessBuilder(command(target, seconds, folder, corpus)).redirectErrorStream(true)
			.redirectOutput(output.toFile())
			.start();
		try {
			assertThat(process.waitFor(seconds + MARGIN_SECONDS, TimeUnit.SECONDS)).as("ended in time").isTrue();
		}
		finally {
			process.destroyForcibly();
		}
		String text = read(output);
		assertThat(process.exitValue()).as(text).isZero();
		assertThat(text).containsPattern("Done \\d{3,} runs");
	}

	private static List<String> command(Class<?> target, long seconds, Path folder, Path corpus) {
		List<String> command = new ArrayList<>();
		command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
		if (Runtime.version().feature() >= 21) {
			command.add("-XX:+EnableDynamicAgentLoading");
		}
		command.addAll(List.of("-Xmx1g", "-cp", System.getProperty("java.class.path"),
				"com.code_intelligence.jazzer.Jazzer", "--target_class=" + target.getName(),
				"--instrumentation_includes=io.nixl4j.**", "--disabled_hooks=" + BROKEN_HOOK,
				"--reproducer_path=" + folder, "-artifact_prefix=" + folder + "/", "-max_total_time=" + seconds,
				"-rss_limit_mb=0", "-max_len=4096", corpus.toString()));
		return command;
	}

	/** The end tells what happened. */
	private static String read(Path output) throws IOException {
		String text = Files.readString(output, java.nio.charset.StandardCharsets.ISO_8859_1);
		return text.substring(Math.max(0, text.length() - 20_000));
	}

}
