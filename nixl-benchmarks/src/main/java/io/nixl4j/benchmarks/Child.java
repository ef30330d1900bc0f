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
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A process that answers one line to each line, as {@link Commands} does. Its first line
 * says that it is ready. Not for use by several threads.
 */
final class Child implements AutoCloseable {

	private static final long PATIENCE_SECONDS = 120;

	private static final int LAST_WORDS = 600;

	/** Stands for the end of the output, which a queue cannot hold as {@code null}. */
	private static final String END = "\n";

	private final Process process;

	private final PrintStream commands;

	private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();

	private final Path errors;

	private Child(Process process, Path errors) {
		this.process = process;
		this.errors = errors;
		this.commands = new PrintStream(process.getOutputStream(), true, StandardCharsets.US_ASCII);
		Thread reader = new Thread(this::read, "answers");
		reader.setDaemon(true);
		reader.start();
	}

	/**
	 * Starts a process and waits until it is ready.
	 * @param command the command
	 * @param environment what is added to the environment
	 * @return the process
	 * @throws IOException if it does not become ready; says what it wrote last
	 */
	static Child start(List<String> command, Map<String, String> environment) throws IOException {
		Child child = begin(command, environment);
		child.ready();
		return child;
	}

	/**
	 * Starts a process that becomes ready later: see {@link #ready}.
	 * @param command the command
	 * @param environment what is added to the environment
	 * @return the process
	 * @throws IOException if it cannot be started
	 */
	static Child begin(List<String> command, Map<String, String> environment) throws IOException {
		Path errors = Files.createTempFile("bench", ".log");
		ProcessBuilder builder = new ProcessBuilder(command).redirectError(errors.toFile());
		builder.environment().putAll(environment);
		try {
			return new Child(builder.start(), errors);
		}
		catch (IOException ex) {
			Files.delete(errors);
			throw ex;
		}
	}

	/**
	 * Waits for the first line.
	 * @throws IOException if it is not that of a process that is ready
	 */
	void ready() throws IOException {
		try {
			take();
		}
		catch (IOException ex) {
			close();
			throw ex;
		}
	}

	private void read() {
		try (BufferedReader reader = new BufferedReader(
				new InputStreamReader(this.process.getInputStream(), StandardCharsets.US_ASCII))) {
			String line = reader.readLine();
			while (line != null) {
				// Libraries of peers write to the same stream
				if (line.startsWith(Commands.OK) || line.startsWith(Commands.FAIL) || line.startsWith(Sample.PREFIX)) {
					this.answers.add(line);
				}
				line = reader.readLine();
			}
		}
		catch (IOException ex) {
			// As if it had ended.
		}
		this.answers.add(END);
	}

	/**
	 * Sends a line and waits for its answer.
	 * @param command the line
	 * @return the answer
	 * @throws IOException if it says that the command failed, or there is none
	 */
	String ask(String command) throws IOException {
		this.commands.println(command);
		return take();
	}

	/**
	 * Stops it where it is, so that it takes nothing from others: some peers never sleep.
	 * @throws IOException if that is not possible
	 */
	void freeze() throws IOException {
		signal("-STOP");
	}

	/**
	 * Lets it go on.
	 * @throws IOException if that is not possible
	 */
	void thaw() throws IOException {
		signal("-CONT");
	}

	private void signal(String name) throws IOException {
		try {
			int status = new ProcessBuilder("kill", name, Long.toString(this.process.pid())).start().waitFor();
			if (status != 0 && this.process.isAlive()) {
				throw new IOException("kill " + name + " ended with status " + status);
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IOException("interrupted", ex);
		}
	}

	private String take() throws IOException {
		String line;
		try {
			line = this.answers.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IOException("interrupted", ex);
		}
		if (line == null) {
			throw new IOException("no answer for " + PATIENCE_SECONDS + " s");
		}
		if (line.equals(END)) {
			throw new IOException("the process has ended: " + lastWords());
		}
		if (line.startsWith(Commands.FAIL)) {
			throw new IOException(line.substring(Commands.FAIL.length()));
		}
		return line;
	}

	private String lastWords() throws IOException {
		String words = new String(Files.readAllBytes(this.errors), StandardCharsets.UTF_8).strip();
		String last = (words.length() > LAST_WORDS) ? words.substring(words.length() - LAST_WORDS) : words;
		return last.replaceAll("\\s+", " ");
	}

	@Override
	public void close() throws IOException {
		this.commands.close();
		try {
			if (!this.process.waitFor(5, TimeUnit.SECONDS)) {
				this.process.destroyForcibly().waitFor();
			}
		}
		catch (InterruptedException ex) {
			this.process.destroyForcibly();
			Thread.currentThread().interrupt();
		}
		finally {
			if (System.getProperty("bench.verbose") != null) {
				Files.copy(this.errors, System.err);
			}
			Files.delete(this.errors);
		}
	}

}
