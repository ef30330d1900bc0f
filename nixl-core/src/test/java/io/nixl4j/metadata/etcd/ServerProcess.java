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

package io.nixl4j.metadata.etcd;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A program that serves until it is killed, and that dies with the JVM which started it,
 * however that ends.
 */
final class ServerProcess {

	private static final long LIMIT_SECONDS = 60;

	private static final int KEPT_LINES = 200;

	/** Ends the program when this JVM's end of the shell's input is closed. */
	private static final String GUARD = "\"$@\" & child=$!; echo \"pid $child\"; exec >/dev/null 2>&1;"
			+ " cat; kill -KILL $child; wait $child";

	private final Process guard;

	private final ConcurrentLinkedDeque<String> lastLines = new ConcurrentLinkedDeque<>();

	private final CompletableFuture<Long> pid = new CompletableFuture<>();

	private final CompletableFuture<Boolean> ready = new CompletableFuture<>();

	private final CompletableFuture<Void> ended = new CompletableFuture<>();

	private ServerProcess(Process guard, String readyLine) {
		this.guard = guard;
		Thread reader = new Thread(() -> read(readyLine), "output of " + guard.pid());
		reader.setDaemon(true);
		reader.start();
	}

	/**
	 * Starts a program.
	 * @param command the program and its arguments
	 * @param readyLine what a line of its output says when it serves
	 * @return the program, not ready yet
	 */
	static ServerProcess start(List<String> command, String readyLine) {
		List<String> guarded = new ArrayList<>(List.of("sh", "-c", GUARD, "sh"));
		guarded.addAll(command);
		try {
			return new ServerProcess(new ProcessBuilder(guarded).redirectErrorStream(true).start(), readyLine);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private void read(String readyLine) {
		try (BufferedReader lines = this.guard.inputReader()) {
			for (String line = lines.readLine(); line != null; line = lines.readLine()) {
				if (!this.pid.isDone() && line.startsWith("pid ")) {
					this.pid.complete(Long.parseLong(line.substring(4)));
				}
				this.lastLines.add(line);
				if (this.lastLines.size() > KEPT_LINES) {
					this.lastLines.removeFirst();
				}
				if (line.contains(readyLine)) {
					this.ready.complete(true);
				}
			}
		}
		catch (IOException ex) {
			this.lastLines.add(ex.toString());
		}
		// Only the program itself still had the other end.
		this.ready.complete(false);
		this.pid.completeExceptionally(new IllegalStateException("The shell has started nothing"));
		this.ended.complete(null);
	}

	/**
	 * Waits until it serves.
	 * @return false if it has ended instead
	 */
	boolean awaitReady() {
		return get(this.ready);
	}

	boolean isAlive() {
		return !this.ended.isDone();
	}

	/** Kills it with SIGKILL, frozen or not, and waits until it is gone. */
	void kill() {
		try {
			signal("KILL");
			get(this.ended);
			this.guard.getOutputStream().close();
			assertThat(this.guard.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)).as("the shell ends").isTrue();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * Sends a signal, if it still lives.
	 * @param name the signal without {@code SIG}
	 */
	void signal(String name) {
		try {
			long target = get(this.pid);
			if (isAlive()) {
				new ProcessBuilder("kill", "-" + name, Long.toString(target)).redirectErrorStream(true)
					.start()
					.waitFor();
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

	long pid() {
		return get(this.pid);
	}

	String output() {
		return String.join("\n", this.lastLines);
	}

	private <T> T get(CompletableFuture<T> future) {
		try {
			return future.get(LIMIT_SECONDS, TimeUnit.SECONDS);
		}
		catch (TimeoutException | ExecutionException ex) {
			throw new IllegalStateException(output(), ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

}
