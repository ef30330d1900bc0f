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
import java.io.InputStream;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What iperf3 says of the same way: bytes a second, as the receiver counted them, in
 * measurements of as many bytes as fit the time.
 */
final class Iperf implements AutoCloseable {

	private static final Pattern RECEIVED = Pattern
		.compile("\"sum_received\"\\s*:\\s*\\{[^}]*\"bits_per_second\"\\s*:\\s*([0-9.eE+]+)");

	private static final long STEP = 16 << 20;

	private final BenchOptions options;

	private final String program;

	private final int port;

	private final Process server;

	/** Bytes a nanosecond of the measurement before. */
	private double rate = 1;

	private Iperf(BenchOptions options, String program, int port, Process server) {
		this.options = options;
		this.program = program;
		this.port = port;
		this.server = server;
	}

	/**
	 * Starts the server.
	 * @param options processors and addresses
	 * @return the peer
	 * @throws IOException if it cannot be started
	 * @throws Tools.UnavailableException if the program is not here
	 */
	static Iperf start(BenchOptions options) throws IOException, Tools.UnavailableException {
		String program = Tools.path("iperf3").toString();
		int port;
		try (ServerSocket socket = new ServerSocket(0)) {
			port = socket.getLocalPort();
		}
		Process server = process(options.targetCommand(
				List.of(program, "-s", "-p", String.valueOf(port), "-B", options.targetHost(), "--forceflush")));
		// Its first lines say that it listens
		if (server.getInputStream().read() < 0) {
			throw new IOException("iperf3 does not run here");
		}
		return new Iperf(options, program, port, server);
	}

	private static Process process(List<String> command) throws IOException {
		ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
		String libraries = System.getProperty("bench.iperf3.libraries");
		if (libraries != null) {
			builder.environment().putAll(Map.of("LD_LIBRARY_PATH", libraries));
		}
		return builder.start();
	}

	/**
	 * Measures as many streams as we have connections.
	 * @param op the direction
	 * @param bytes the bytes of a transfer
	 * @param streams how many streams
	 * @return measures what as many bytes take
	 */
	Timed timed(Op op, long bytes, int streams) {
		return (nanos) -> {
			long whole = Math.max(STEP, (long) (this.rate * nanos) / STEP * STEP);
			double bits = measure(op, whole, streams);
			this.rate = bits / 8e9;
			return new Sample(bytes * 8e9 / bits, Math.max(1, whole / bytes));
		};
	}

	private double measure(Op op, long bytes, int streams) throws IOException {
		List<String> command = new ArrayList<>(
				List.of(this.program, "-c", this.options.targetHost(), "-p", String.valueOf(this.port), "-l", "1M",
						"-J", "-P", String.valueOf(streams), "-n", String.valueOf(bytes)));
		if (op == Op.READ) {
			command.add("-R");
		}
		Process client = process(this.options.initiatorCommand(command));
		String output;
		try (InputStream stream = client.getInputStream()) {
			output = new String(stream.readAllBytes(), StandardCharsets.UTF_8);
		}
		Matcher matcher = RECEIVED.matcher(output);
		if (!matcher.find()) {
			throw new IOException(output.strip().replaceAll("\\s+", " "));
		}
		return Double.parseDouble(matcher.group(1));
	}

	@Override
	public void close() throws IOException {
		this.server.destroy();
		try {
			this.server.waitFor(5, TimeUnit.SECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}
