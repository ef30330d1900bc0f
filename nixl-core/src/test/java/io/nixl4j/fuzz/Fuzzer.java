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

package io.nixl4j.fuzz;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Runs Jazzer in a JVM of its own, since its agent rewrites classes and needs Unsafe,
 * which the tests' JVM denies.
 */
final class Fuzzer {

	private static final Logger logger = LoggerFactory.getLogger(Fuzzer.class);

	/** Names a folder where what was found is kept; unset, it is forgotten. */
	private static final String KEEP = "nixl.fuzz.keep";

	/** Fails on Netty's queues: it finds no handle of a setter that exists. */
	private static final String BROKEN_HOOK = "com.code_intelligence.jazzer.sanitizers.UnsafeSanitizer";

	/** Half an hour for all five targets. */
	private static final double FULL_SECONDS = 360;

	private static final long MARGIN_SECONDS = 120;

	private static final Pattern END = Pattern.compile("Done (\\d+) runs");

	private Fuzzer() {
	}

	/**
	 * Fuzzes a target for six minutes times the soaks' scale, beginning from its seeds
	 * and its corpus.
	 * @param target the target
	 * @param folder an empty folder
	 * @throws Exception if the JVM cannot be started
	 */
	static void run(FuzzTarget target, Path folder) throws Exception {
		double scale = Double.parseDouble(System.getProperty("nixl.soak.scale", "0.1"));
		long seconds = Math.max(5, Math.round(FULL_SECONDS * scale));
		List<byte[]> inputs = new ArrayList<>(target.seeds());
		inputs.addAll(FuzzCorpus.of(target));
		Path corpus = Files.createDirectory(folder.resolve("corpus"));
		for (int i = 0; i < inputs.size(); i++) {
			Files.write(corpus.resolve("seed" + i), inputs.get(i));
		}
		String text = jazzer(target, folder, seconds, corpus);
		Matcher end = END.matcher(text);
		assertThat(end.find()).as(text).isTrue();
		long runs = Long.parseLong(end.group(1));
		logger.info("{}: {} inputs in {} s", target, runs, seconds);
		assertThat(runs).isGreaterThan(inputs.size());
		String keep = System.getProperty(KEEP);
		if (keep != null) {
			FuzzCorpus.keep(target, corpus, Path.of(keep));
		}
	}

	private static String jazzer(FuzzTarget target, Path folder, long seconds, Path corpus) throws Exception {
		Path output = folder.resolve("output");
		Process process = new ProcessBuilder(command(target, folder, seconds, corpus)).redirectErrorStream(true)
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
		return text;
	}

	private static List<String> command(FuzzTarget target, Path folder, long seconds, Path corpus) {
		List<String> command = new ArrayList<>();
		command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
		if (Runtime.version().feature() >= 21) {
			command.add("-XX:+EnableDynamicAgentLoading");
		}
		command.addAll(List.of("-Xmx1g", "-D" + FuzzEntry.TARGET + "=" + target.name(), "-cp",
				System.getProperty("java.class.path"), "com.code_intelligence.jazzer.Jazzer",
				"--target_class=" + FuzzEntry.class.getName(), "--instrumentation_includes=io.nixl4j.**",
				"--disabled_hooks=" + BROKEN_HOOK, "--reproducer_path=" + folder, "-artifact_prefix=" + folder + "/",
				"-rss_limit_mb=0", "-max_total_time=" + seconds, "-max_len=4096", corpus.toString()));
		return command;
	}

	/** The end tells what happened. */
	private static String read(Path output) throws IOException {
		String text = Files.readString(output, StandardCharsets.ISO_8859_1);
		return text.substring(Math.max(0, text.length() - 20_000));
	}

}
