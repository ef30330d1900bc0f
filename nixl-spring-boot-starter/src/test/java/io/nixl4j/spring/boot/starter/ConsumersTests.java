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

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarFile;
import java.util.stream.Stream;

import io.nixl4j.process.Child;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.util.FileSystemUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Applications as users make them, in {@code src/test/consumers}: projects of their own
 * that take what is published from a Maven repository.
 */
@Tag("all")
class ConsumersTests {

	/** Kotlin's compiler would leave a process behind. */
	private static final String KOTLIN_STAYS_INSIDE = "-Dkotlin.compiler.daemon=false";

	private static final Path PROJECTS = Path.of("src", "test", "consumers");

	private static final Path WORK = Path.of("target", "consumers");

	/** What {@code bin/verify --all} publishes. */
	private static final Path PUBLISHED = Path.of(property("nixl.cache"), "published");

	/** Maven's own repository for them, kept because it took long to fetch. */
	private static final Path REPOSITORY = Path.of(property("nixl.cache"), "consumers");

	/** The project whose sources the others take that have none. */
	private static final Path COMPLETE = PROJECTS.resolve("bom-epoll");

	static List<Path> consumers() throws IOException {
		try (Stream<Path> entries = Files.list(PROJECTS)) {
			return entries.filter(Files::isDirectory).map(Path::getFileName).sorted().toList();
		}
	}

	@BeforeAll
	static void build() throws Exception {
		assertThat(PUBLISHED).as("what is published, by 'bin/verify --all'").exists();
		FileSystemUtils.deleteRecursively(REPOSITORY.resolve(Path.of("io", "nixl4j")));
		copyProjects();
		List<String> command = new ArrayList<>(List.of(Path.of(property("nixl.maven.home"), "bin", "mvn").toString(),
				"-B", "-ntp", "-Dmaven.repo.local=" + REPOSITORY, KOTLIN_STAYS_INSIDE, "package"));
		if (property("nixl.maven.mode").equals("offline=true")) {
			command.addAll(List.of("--offline", "-Daether.offline.protocols=file"));
		}
		ProcessBuilder maven = new ProcessBuilder(command).directory(WORK.toFile());
		maven.environment().put("JAVA_HOME", property("java.home"));
		try (Child build = Child.start(maven)) {
			build.expect("[INFO] BUILD SUCCESS", Duration.ofMinutes(8));
			build.awaitEnd();
		}
	}

	@ParameterizedTest
	@MethodSource("consumers")
	void twoProcessesReadWriteAndNotify(Path consumer) throws Exception {
		try (Child decode = start(consumer, "decode");
				Child prefill = start(consumer, "prefill",
						"--data-plane.nixl.peers.decode=127.0.0.1:" + decode.expect("port:"))) {
			assertThat(prefill.expect("read:")).isEqualTo("true");
			assertThat(decode.expect("request-42:")).isEqualTo("true");
			prefill.awaitEnd();
			decode.awaitEnd();
			for (Child child : List.of(decode, prefill)) {
				assertThat(child.output()).contains("rdma").doesNotContain("Exception");
				assertThat(child.output().contains("uses NIO")).isNotEqualTo(hasEpoll(consumer));
			}
		}
	}

	@ParameterizedTest
	@MethodSource("consumers")
	void itsNettyIsOfOneVersion(Path consumer) throws IOException {
		List<String> netty = libraries(consumer).filter((name) -> name.startsWith("netty-")).toList();
		assertThat(netty).hasSizeGreaterThan(4);
		assertThat(netty.stream().map((name) -> name.replaceAll("^[a-z0-9-]+-(?=\\d+\\.)|Final.*", "")).distinct())
			.as("%s", netty)
			.hasSize(1);
		assertThat(netty.stream().anyMatch((name) -> name.endsWith("-linux-x86_64.jar"))).isEqualTo(hasEpoll(consumer));
	}

	private static boolean hasEpoll(Path consumer) {
		return consumer.toString().endsWith("epoll");
	}

	private static Stream<String> libraries(Path consumer) throws IOException {
		try (JarFile jar = new JarFile(jar(consumer).toFile())) {
			return jar.stream()
				.map((entry) -> entry.getName())
				.filter((name) -> name.startsWith("BOOT-INF/lib/"))
				.map((name) -> name.substring(name.lastIndexOf('/') + 1))
				.toList()
				.stream();
		}
	}

	private static void copyProjects() throws IOException {
		// Maven looks for this folder upwards, and must not find the one of this
		// repository.
		Files.createDirectories(WORK.resolve(".mvn"));
		copy(PROJECTS, WORK);
		addRepositories(WORK.resolve("pom.xml"));
		for (Path consumer : consumers()) {
			addRepositories(WORK.resolve(consumer).resolve("pom.xml"));
			if (!Files.exists(WORK.resolve(consumer).resolve("src"))) {
				copy(COMPLETE.resolve("src"), WORK.resolve(consumer).resolve("src"));
			}
		}
	}

	private static void copy(Path source, Path target) throws IOException {
		Files.walkFileTree(source, new SimpleFileVisitor<>() {

			@Override
			public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
				Path copy = target.resolve(source.relativize(file));
				Files.createDirectories(copy.getParent());
				Files.copy(file, copy, StandardCopyOption.REPLACE_EXISTING);
				return FileVisitResult.CONTINUE;
			}

		});
	}

	/** Where what is published lies, and what was fetched for this build already. */
	private static void addRepositories(Path pom) throws IOException {
		String ours = repository("repository", "published", PUBLISHED);
		Path fetched = Path.of(property("nixl.maven.repository"));
		Files.writeString(pom,
				Files.readString(pom)
					.replace("</project>",
							"<repositories>%s%s</repositories><pluginRepositories>%s</pluginRepositories></project>"
								.formatted(ours, repository("repository", "fetched", fetched),
										repository("pluginRepository", "fetched", fetched))));
	}

	private static String repository(String element, String id, Path folder) {
		return "<%1$s><id>%2$s</id><url>%3$s</url><snapshots><enabled>%4$s</enabled></snapshots></%1$s>"
			.formatted(element, id, folder.toUri(), id.equals("published"));
	}

	private static Path jar(Path consumer) {
		return WORK.resolve(consumer).resolve(Path.of("target", "consumer.jar"));
	}

	private static Child start(Path consumer, String engine, String... arguments) throws IOException {
		List<String> command = new ArrayList<>(List.of(Path.of(property("java.home"), "bin", "java").toString(), "-jar",
				jar(consumer).toString(), "--data-plane.nixl.engine-id=" + engine));
		command.addAll(List.of(arguments));
		return Child.start(new ProcessBuilder(command));
	}

	private static String property(String name) {
		return System.getProperty(name);
	}

}
