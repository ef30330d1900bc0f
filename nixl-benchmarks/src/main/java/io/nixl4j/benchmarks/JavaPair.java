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

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A {@link Target} and an {@link Initiator} process of one JDK.
 */
final class JavaPair implements AutoCloseable {

	private static final String NATIVE_TRANSPORT = "netty-transport-native-epoll-";

	private final ChildPair processes;

	private final String host;

	private JavaPair(ChildPair processes, String host) {
		this.processes = processes;
		this.host = host;
	}

	/**
	 * Starts both processes.
	 * @param variant what they run on
	 * @param options processors and addresses
	 * @param memory bytes that transfers may use at each end
	 * @return the pair
	 * @throws IOException if one does not become ready
	 */
	static JavaPair start(Variant variant, BenchOptions options, long memory) throws IOException {
		String bytes = String.valueOf(memory);
		ChildPair processes = ChildPair.start(
				options.targetCommand(variant.command(Target.class, options.targetHost(), bytes)),
				options.initiatorCommand(variant.command(Initiator.class, options.initiatorHost(), bytes)), Map.of());
		return new JavaPair(processes, options.targetHost());
	}

	Opened nixl4j(Setting setting) throws IOException {
		String label = setting.label().isEmpty() ? Target.NO_SETTING : setting.label();
		return open("nixl4j", "agent " + label, label);
	}

	Opened sockets(SocketOptions options) throws IOException {
		return open("sockets", "sockets " + options.words(), options.words());
	}

	Opened grpc() throws IOException {
		return open("grpc", "grpc", "");
	}

	private Opened open(String kind, String targetCommand, String words) throws IOException {
		String[] listening = this.processes.target().ask(targetCommand).split(" ");
		String[] opened = this.processes.initiator()
			.ask("open " + kind + " " + this.host + " " + listening[2] + " " + words)
			.split(" ");
		return new Opened(listening[1], opened[1]);
	}

	@Override
	public void close() throws IOException {
		this.processes.close();
	}

	/**
	 * A contender in both processes.
	 */
	final class Opened {

		private final String atTarget;

		private final String atInitiator;

		private Opened(String atTarget, String atInitiator) {
			this.atTarget = atTarget;
			this.atInitiator = atInitiator;
		}

		Timed timed(Op op, Shape shape) {
			String command = "run " + this.atInitiator + " " + op.label() + " " + shape.label() + " ";
			return (nanos) -> Sample.parse(JavaPair.this.processes.initiator().ask(command + nanos));
		}

		void close() throws IOException {
			JavaPair.this.processes.initiator().ask("close " + this.atInitiator);
			JavaPair.this.processes.target().ask("close " + this.atTarget);
		}

	}

	/**
	 * What a pair runs on.
	 *
	 * @param jdk the major version of the JDK, 0 for the one that runs this
	 * @param nio whether the native transport is left off the class path
	 */
	record Variant(int jdk, boolean nio) {

		static Variant of(Setting setting) {
			return new Variant(setting.jdk(), setting.nio());
		}

		boolean isDefault() {
			return this.jdk == 0 && !this.nio;
		}

		/**
		 * Looks whether the JDK is there.
		 * @throws Tools.UnavailableException if it is not
		 */
		void check() throws Tools.UnavailableException {
			if (this.jdk > 0) {
				Tools.path("jdk" + this.jdk);
			}
		}

		List<String> command(Class<?> main, String... arguments) throws IOException {
			List<String> command = new ArrayList<>();
			command.add(home().resolve("bin").resolve("java").toString());
			int major = (this.jdk > 0) ? this.jdk : Runtime.version().feature();
			if (major >= 24) {
				command.add("--enable-native-access=ALL-UNNAMED");
				command.add("--sun-misc-unsafe-memory-access=deny");
			}
			command.add("-D" + BenchKeys.PROPERTY + "=" + System.getProperty(BenchKeys.PROPERTY, ""));
			// Memory for transfers, and some for the libraries
			command.add("-XX:MaxDirectMemorySize=4g");
			command.addAll(List.of("-cp", classPath(), main.getName()));
			command.addAll(List.of(arguments));
			return command;
		}

		private Path home() throws IOException {
			if (this.jdk == 0) {
				return Path.of(System.getProperty("java.home"));
			}
			try {
				return Tools.path("jdk" + this.jdk);
			}
			catch (Tools.UnavailableException ex) {
				throw new IOException(ex.getMessage(), ex);
			}
		}

		private String classPath() {
			String whole = System.getProperty("java.class.path");
			return !this.nio ? whole
					: Arrays.stream(whole.split(File.pathSeparator))
						.filter((entry) -> !entry.contains(NATIVE_TRANSPORT))
						.collect(Collectors.joining(File.pathSeparator));
		}

	}

}
