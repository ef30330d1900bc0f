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

package io.nixl4j.sample.engine;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Starts a {@link LlamaPeer} and asks it.
 */
final class LlamaProcess implements AutoCloseable {

	private final Process process;

	private final PrintStream commands;

	private final BufferedReader answers;

	LlamaProcess(Path model, int threads) throws IOException {
		Path java = Path.of(System.getProperty("java.home"), "bin", "java");
		this.process = new ProcessBuilder(java.toString(), "-Xmx512m", "-cp", System.getProperty("java.class.path"),
				LlamaPeer.class.getName(), model.toString(), String.valueOf(threads))
			.redirectError(Redirect.to(new File("target", "llama.log")))
			.start();
		this.commands = new PrintStream(this.process.getOutputStream(), true, StandardCharsets.US_ASCII);
		this.answers = new BufferedReader(new InputStreamReader(this.process.getInputStream(), StandardCharsets.UTF_8));
		answer();
	}

	int[] encode(String text) throws IOException {
		String answer = ask("encode " + base64(text));
		return answer.isEmpty() ? new int[0] : Arrays.stream(answer.split(" ")).mapToInt(Integer::parseInt).toArray();
	}

	/** The likeliest continuation. */
	Completion complete(String prompt, int tokens) throws IOException {
		String[] parts = ask("complete " + base64(prompt) + " " + tokens).split(" ");
		List<String> pieces = new ArrayList<>();
		for (String piece : Arrays.asList(parts).subList(2, parts.length)) {
			pieces.add(new String(Base64.getDecoder().decode(piece), StandardCharsets.UTF_8));
		}
		return new Completion(pieces, Long.parseLong(parts[0]) / 1e9, Long.parseLong(parts[1]) / 1e9);
	}

	private String ask(String command) throws IOException {
		this.commands.println(command);
		return answer();
	}

	private String answer() throws IOException {
		for (String line = this.answers.readLine(); line != null; line = this.answers.readLine()) {
			if (line.startsWith(LlamaPeer.ANSWER)) {
				return line.substring(LlamaPeer.ANSWER.length());
			}
		}
		throw new IOException("llama.cpp ended; what it said is in target/llama.log");
	}

	private static String base64(String text) {
		return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
	}

	@Override
	public void close() {
		this.commands.close();
		try {
			if (!this.process.waitFor(10, TimeUnit.SECONDS)) {
				this.process.destroyForcibly();
			}
		}
		catch (InterruptedException ex) {
			this.process.destroyForcibly();
			Thread.currentThread().interrupt();
		}
	}

	/**
	 * A continuation.
	 *
	 * @param pieces the text of each token
	 * @param first seconds to the first token
	 * @param others seconds from the first to the last
	 */
	record Completion(List<String> pieces, double first, double others) {

	}

}
