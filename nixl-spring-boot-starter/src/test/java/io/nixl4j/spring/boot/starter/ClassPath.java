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

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What lies on a class path.
 *
 * @param entries jars and folders
 */
record ClassPath(List<Path> entries) {

	/** What the tests of this module need beyond the starter. */
	private static final List<String> TESTING = List.of("junit-", "assertj-", "opentest4j-", "apiguardian-",
			"byte-buddy-", "surefire", "test-classes", "-tests.jar");

	/** The client of etcd and what it needs. */
	static final List<String> ETCD = List.of("jetcd-", "vertx-", "grpc-", "protobuf-java", "proto-google-", "guava-",
			"failureaccess-", "listenablefuture-", "failsafe-", "perfmark-", "jackson-core-", "javax.annotation-");

	private static final List<String> BROUGHT = Stream.concat(Stream.of("nixl-", "netty-", "msgpack-"), ETCD.stream())
		.toList();

	/**
	 * What an application with the starter has, beside its own classes.
	 * @return the class path
	 */
	static ClassPath withStarter() {
		List<Path> all = Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
			.map(Path::of)
			.filter(Files::exists)
			.toList();
		return new ClassPath(all).without(TESTING);
	}

	/**
	 * What the same application has without the starter: Spring Boot's own.
	 * @return the class path
	 */
	static ClassPath withoutStarter() {
		return withStarter().without(BROUGHT);
	}

	/**
	 * Takes entries away.
	 * @param parts parts of the names of what is to go
	 * @return the rest
	 */
	ClassPath without(List<String> parts) {
		Predicate<Path> goes = (entry) -> parts.stream().anyMatch(name(entry)::contains);
		return new ClassPath(this.entries.stream().filter(goes.negate()).toList());
	}

	/** Of a module that is not packaged, the module's name and the folder's. */
	private static String name(Path entry) {
		return Files.isDirectory(entry) ? entry.subpath(entry.getNameCount() - 3, entry.getNameCount()).toString()
				: entry.getFileName().toString();
	}

	/**
	 * Adds what the tests run as an application.
	 * @return the class path with this module's test classes
	 */
	String withApplication() {
		return Stream.concat(Stream.of(Path.of("target", "test-classes").toAbsolutePath()), this.entries.stream())
			.map(Path::toString)
			.collect(Collectors.joining(File.pathSeparator));
	}

	long bytes() {
		return this.entries.stream().mapToLong(ClassPath::bytes).sum();
	}

	private static long bytes(Path entry) {
		try (Stream<Path> files = Files.walk(entry)) {
			return files.filter(Files::isRegularFile).mapToLong((file) -> file.toFile().length()).sum();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
