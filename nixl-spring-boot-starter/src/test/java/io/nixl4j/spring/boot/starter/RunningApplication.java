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

package io.nixl4j.spring.boot.starter;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * {@link PlainApplication} in a JVM of its own.
 */
final class RunningApplication implements AutoCloseable {

	private final Process process;

	private final BufferedReader output;

	private final List<String> lines = new ArrayList<>();

	private final Duration start;

	private RunningApplication(Process process, long begin) throws IOException {
		this.process = process;
		this.output = process.inputReader();
		readUntilReady();
		this.start = Duration.ofNanos(System.nanoTime() - begin);
	}

	/**
	 * Starts the application and waits until it is ready.
	 * @param classPath its class path, without its own classes
	 * @param arguments keys and values
	 * @return the application
	 * @throws IOException if it ended before it was ready
	 */
	static RunningApplication start(ClassPath classPath, String... arguments) throws IOException {
		List<String> command = new ArrayList<>(
				List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
						classPath.withApplication(), PlainApplication.class.getName()));
		command.addAll(List.of(arguments));
		long begin = System.nanoTime();
		return new RunningApplication(new ProcessBuilder(command).redirectErrorStream(true).start(), begin);
	}

	private void readUntilReady() throws IOException {
		String line = this.output.readLine();
		while (line != null && !line.equals(PlainApplication.READY)) {
			this.lines.add(line);
			line = this.output.readLine();
		}
		if (line == null) {
			throw new IOException("The application ended: " + this.lines);
		}
	}

	/**
	 * What it wrote until it was ready.
	 * @return the lines
	 */
	List<String> lines() {
		return this.lines;
	}

	/**
	 * How long it took from nothing to ready.
	 * @return the time
	 */
	Duration start() {
		return this.start;
	}

	/**
	 * Waits for its end.
	 * @param limit how long to wait
	 * @return whether it has ended
	 * @throws InterruptedException if the wait is interrupted
	 */
	boolean ends(Duration limit) throws InterruptedException {
		return this.process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
	}

	/**
	 * Asks it to end, as an orchestrator does.
	 */
	void terminate() {
		this.process.destroy();
	}

	int exitCode() {
		return this.process.exitValue();
	}

	@Override
	public void close() {
		this.process.destroyForcibly();
	}

}
