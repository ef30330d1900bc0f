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
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.nixl4j.process.Child;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * An application as a user makes it, in {@code src/test/user-application}: a project of
 * its own that takes the starter from a Maven repository.
 */
class UserApplicationTests {

	private static final Path PROJECT = Path.of("src", "test", "user-application");

	private static final Path WORK = Path.of("target", "user-application");

	private static final Path REPOSITORY = WORK.resolve("repository").toAbsolutePath();

	private static final List<String> MODULES = List.of("nixl-core", "nixl-spring-boot-autoconfigure",
			"nixl-spring-boot-starter");

	@Test
	void theReadmeShowsItsDependenciesAndConfiguration() throws IOException {
		String readme = Files.readString(Path.of("..", "README.md"));
		String pom = Files.readString(PROJECT.resolve("pom.xml"));
		int shown = 0;
		for (String snippet : readme.split("```xml\n")) {
			if (snippet.startsWith("<dependency>") || snippet.startsWith("<!--")) {
				assertThat(plain(pom)).contains(plain(snippet.substring(0, snippet.indexOf("```"))));
				shown++;
			}
		}
		assertThat(shown).isEqualTo(2);
		String configuration = Files
			.readString(PROJECT.resolve(Path.of("src", "main", "resources", "application.yaml")))
			.replaceAll(" *#.*", "");
		assertThat(readme).contains("```yaml\n" + configuration);
	}

	private static String plain(String text) {
		return text.replaceAll("\\s+", " ").strip();
	}

	@Test
	@Tag("all")
	void twoProcessesReadWriteAndNotify() throws Exception {
		install();
		copyProject();
		build();
		try (Child decode = start("decode");
				Child prefill = start("prefill",
						"--data-plane.nixl.peers.decode=127.0.0.1:" + decode.expect("port:"))) {
			assertThat(prefill.expect("read:")).isEqualTo("true");
			assertThat(decode.expect("request-42:")).isEqualTo("true");
			prefill.awaitEnd();
			decode.awaitEnd();
			for (Child child : List.of(decode, prefill)) {
				assertThat(child.output()).contains("rdma").doesNotContain("uses NIO", "Exception");
			}
		}
	}

	/** As Maven's install plugin does, but not where other projects would find it. */
	private static void install() throws IOException {
		String version = property("nixl.version");
		Path parent = Files.createDirectories(REPOSITORY.resolve(Path.of("io", "nixl4j", "nixl-parent", version)));
		copy(Path.of("..", "pom.xml"), parent.resolve("nixl-parent-" + version + ".pom"));
		for (String module : MODULES) {
			Path home = Path.of("..", module);
			String name = module + "-" + version;
			Path target = Files.createDirectories(REPOSITORY.resolve(Path.of("io", "nixl4j", module, version)));
			copy(home.resolve("pom.xml"), target.resolve(name + ".pom"));
			Path jar = home.resolve(Path.of("target", name + ".jar"));
			assertThat(jar).as("the module's jar, made by 'mvn -pl nixl-spring-boot-starter -am verify'").exists();
			copy(jar, target.resolve(name + ".jar"));
		}
	}

	private static void copyProject() throws IOException {
		// Maven looks for this folder upwards, and must not find the one of this
		// repository.
		Files.createDirectories(WORK.resolve(".mvn"));
		Files.walkFileTree(PROJECT, new SimpleFileVisitor<>() {

			@Override
			public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
				Path target = WORK.resolve(PROJECT.relativize(file));
				Files.createDirectories(target.getParent());
				copy(file, target);
				return FileVisitResult.CONTINUE;
			}

		});
		// What was fetched for this build need not be fetched again.
		String fetched = Path.of(property("nixl.maven.repository")).toUri().toString();
		Path pom = WORK.resolve("pom.xml");
		Files.writeString(pom,
				Files.readString(pom)
					.replace("</project>", repositories("repositories", "repository", fetched)
							+ repositories("pluginRepositories", "pluginRepository", fetched) + "</project>"));
	}

	private static void copy(Path source, Path target) {
		try {
			Files.copy(source, target, StandardCopyOption.REPLACE_EXISTING);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static String repositories(String list, String element, String url) {
		return "<%s><%s><id>fetched</id><url>%s</url></%s></%s>".formatted(list, element, url, element, list);
	}

	private static void build() throws Exception {
		List<String> command = new ArrayList<>(List.of(Path.of(property("nixl.maven.home"), "bin", "mvn").toString(),
				"-B", "-ntp", "-Dmaven.repo.local=" + REPOSITORY, "package"));
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

	private static Child start(String engine, String... arguments) throws IOException {
		List<String> command = new ArrayList<>(List.of(Path.of(property("java.home"), "bin", "java").toString(), "-jar",
				WORK.resolve(Path.of("target", "user-application.jar")).toString(),
				"--data-plane.nixl.engine-id=" + engine));
		command.addAll(List.of(arguments));
		return Child.start(new ProcessBuilder(command));
	}

	private static String property(String name) {
		return System.getProperty(name);
	}

}
