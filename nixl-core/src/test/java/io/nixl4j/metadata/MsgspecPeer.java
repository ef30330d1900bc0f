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

package io.nixl4j.metadata;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A Python process with the real msgspec, which runs msgspec_peer.py.
 */
public final class MsgspecPeer implements AutoCloseable {

	private final Process process;

	private final Writer requests;

	private final BufferedReader answers;

	/**
	 * Starts it.
	 * @param mode what it does, as the script says
	 */
	public MsgspecPeer(String mode) {
		try {
			this.process = new ProcessBuilder(python(), script(), mode).redirectErrorStream(true).start();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		this.requests = this.process.outputWriter(StandardCharsets.UTF_8);
		this.answers = this.process.inputReader(StandardCharsets.UTF_8);
	}

	/**
	 * Asks it something.
	 * @param request one line
	 * @return the line that it answered
	 */
	public String ask(String request) {
		try {
			this.requests.write(request + "\n");
			this.requests.flush();
			return Objects.requireNonNullElse(this.answers.readLine(), "error: Python has ended");
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** All that the process prints until it ends. */
	String output() {
		return this.answers.lines().map((line) -> line + "\n").reduce("", String::concat);
	}

	@Override
	public void close() {
		try (this.requests; this.answers) {
			this.requests.close();
			assertThat(this.process.waitFor(10, TimeUnit.SECONDS)).as("Python ends with its input").isTrue();
			assertThat(this.process.exitValue()).isZero();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		finally {
			this.process.destroyForcibly();
		}
	}

	private static String python() {
		String python = System.getProperty("nixl.python", "");
		if (!Files.isExecutable(Path.of(python))) {
			throw new IllegalStateException("There is no Python with msgspec at '" + python
					+ "' (system property nixl.python). Run bin/verify, which makes it, or type: python3 -m venv .cache/venv"
					+ " && .cache/venv/bin/pip install -r src/build/requirements.txt");
		}
		return python;
	}

	private static String script() {
		try {
			URL script = Objects.requireNonNull(MsgspecPeer.class.getResource("msgspec_peer.py"));
			return Path.of(script.toURI()).toString();
		}
		catch (URISyntaxException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
