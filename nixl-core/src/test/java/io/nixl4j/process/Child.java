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

package io.nixl4j.process;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

/**
 * A process that tests start and speak to line by line. A main class of the tests must
 * end when its standard input does, so that none outlives them.
 */
public final class Child implements AutoCloseable {

	private static final Duration LIMIT = Duration.ofMinutes(2);

	/** Stands behind the last line. */
	private static final String END = "\0";

	private final Process process;

	private final Writer input;

	private final LinkedBlockingQueue<String> unread = new LinkedBlockingQueue<>();

	private final List<String> output = new CopyOnWriteArrayList<>();

	private final Thread reader;

	private Child(Process process) {
		this.process = process;
		this.input = process.outputWriter();
		this.reader = new Thread(this::collect, "output of " + process.pid());
		this.reader.setDaemon(true);
		this.reader.start();
	}

	/**
	 * Starts any program.
	 * @param builder what to start; both of its outputs are read as one
	 * @return the child, to be closed
	 * @throws IOException if it cannot be started
	 */
	public static Child start(ProcessBuilder builder) throws IOException {
		return new Child(builder.redirectErrorStream(true).start());
	}

	/**
	 * Starts a main class in a JVM of the version that runs the tests.
	 * @param options options of the JVM
	 * @param main the class
	 * @param arguments its arguments
	 * @return the child, to be closed
	 * @throws IOException if it cannot be started
	 */
	public static Child start(List<String> options, Class<?> main, Object... arguments) throws IOException {
		List<String> command = new ArrayList<>();
		command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
		if (Runtime.version().feature() >= 24) {
			command.addAll(List.of("--sun-misc-unsafe-memory-access=deny", "--enable-native-access=ALL-UNNAMED"));
		}
		command.addAll(List.of("-XX:-CreateCoredumpOnCrash", "-XX:ErrorFile=/dev/null"));
		command.addAll(options);
		command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
		for (Object argument : arguments) {
			command.add(argument.toString());
		}
		return start(new ProcessBuilder(command));
	}

	private void collect() {
		try (BufferedReader lines = this.process.inputReader()) {
			for (String line = lines.readLine(); line != null; line = lines.readLine()) {
				this.output.add(line);
				this.unread.add(line);
			}
		}
		catch (IOException ex) {
			this.output.add(ex.toString());
		}
		this.unread.add(END);
	}

	/**
	 * Waits for a line.
	 * @param start how the line begins; lines before it are passed over
	 * @param limit how long to wait
	 * @return the rest of the line
	 * @throws InterruptedException if the wait is interrupted
	 */
	public String expect(String start, Duration limit) throws InterruptedException {
		long deadline = System.nanoTime() + limit.toNanos();
		String line = "";
		while (line != null && !line.equals(END)) {
			if (line.startsWith(start)) {
				return line.substring(start.length()).strip();
			}
			line = this.unread.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
		}
		return fail("No line '%s' came from %s:%n%s", start, this.process, output());
	}

	/**
	 * Waits up to two minutes for a line.
	 * @param start how the line begins
	 * @return the rest of the line
	 * @throws InterruptedException if the wait is interrupted
	 */
	public String expect(String start) throws InterruptedException {
		return expect(start, LIMIT);
	}

	/**
	 * Sends a line.
	 * @param line the line
	 */
	public void tell(String line) {
		try {
			this.input.write(line + "\n");
			this.input.flush();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(output(), ex);
		}
	}

	/**
	 * Sends a signal and waits until it is sent.
	 * @param name the signal without {@code SIG}
	 * @throws Exception if it could not be sent
	 */
	public void signal(String name) throws Exception {
		Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(this.process.pid())).inheritIO().start();
		assertThat(kill.waitFor()).as("kill").isZero();
	}

	/**
	 * Returns how much processor time it has used.
	 * @return the time, in steps of 10 ms
	 */
	public Duration processorTime() {
		return this.process.info().totalCpuDuration().orElseThrow();
	}

	/**
	 * Returns how much memory it has. On Linux only.
	 * @return the size in KiB
	 * @throws IOException if that cannot be read
	 */
	public long residentKib() throws IOException {
		return Files.readAllLines(Path.of("/proc", Long.toString(this.process.pid()), "status"))
			.stream()
			.filter((line) -> line.startsWith("VmRSS:"))
			.mapToLong((line) -> Long.parseLong(line.replaceAll("\\D", "")))
			.findFirst()
			.orElseThrow();
	}

	/**
	 * Asserts that it lives on for a while.
	 * @param period how long
	 * @throws InterruptedException if the wait is interrupted
	 */
	public void livesOn(Duration period) throws InterruptedException {
		assertThat(this.process.waitFor(period.toNanos(), TimeUnit.NANOSECONDS)).as(this::output).isFalse();
	}

	/**
	 * Ends its standard input, and asserts that it then ends by itself and well.
	 * @throws Exception if that fails
	 */
	public void end() throws Exception {
		this.input.close();
		awaitEnd();
	}

	/**
	 * Asserts that it ends by itself and well.
	 * @throws Exception if that fails
	 */
	public void awaitEnd() throws Exception {
		assertThat(this.process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)).as(this::output).isTrue();
		this.reader.join();
		assertThat(this.process.exitValue()).as(this::output).isZero();
	}

	/**
	 * Returns what it wrote to both of its outputs.
	 * @return the lines so far
	 */
	public String output() {
		return String.join("\n", this.output);
	}

	@Override
	public void close() {
		this.process.destroyForcibly();
	}

}
