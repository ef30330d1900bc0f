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

package io.nixl4j.sample.deployment;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/**
 * The files of {@code deploy/}.
 */
final class DeployFiles {

	static final Path FOLDER = Path.of("..", "deploy");

	static final Path COMPOSE = FOLDER.resolve("compose.yaml");

	static final Path KUBERNETES = FOLDER.resolve("kubernetes");

	private DeployFiles() {
	}

	/** The files for Kubernetes, but the one that names the others. */
	static List<Path> manifests() {
		try (Stream<Path> files = Files.list(KUBERNETES)) {
			return files.filter((file) -> !file.endsWith("kustomization.yaml")).sorted().toList();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** What there is of a kind in all manifests, or everything for an empty kind. */
	static List<Map<String, Object>> resources(String kind) {
		return manifests().stream()
			.flatMap((file) -> documents(text(file)).stream())
			.filter((resource) -> kind.isEmpty() || kind.equals(resource.get("kind")))
			.toList();
	}

	static Map<String, Object> compose() {
		return documents(text(COMPOSE)).get(0);
	}

	static String text(Path file) {
		try {
			return Files.readString(file);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	static List<Map<String, Object>> documents(String yaml) {
		List<Map<String, Object>> documents = new ArrayList<>();
		new Yaml(new SafeConstructor(new LoaderOptions())).loadAll(yaml).forEach((each) -> documents.add(map(each)));
		return documents;
	}

	/** What is at a path of keys, an empty list or map if there is nothing. */
	static Map<String, Object> map(@Nullable Object from, String... path) {
		@Nullable Object found = at(from, path);
		return (found != null) ? cast(found) : Map.of();
	}

	static List<Object> list(@Nullable Object from, String... path) {
		@Nullable Object found = at(from, path);
		return (found != null) ? cast(found) : List.of();
	}

	static String text(@Nullable Object from, String... path) {
		return String.valueOf(at(from, path));
	}

	static @Nullable Object at(@Nullable Object from, String... path) {
		@Nullable Object found = from;
		for (String key : path) {
			found = (found instanceof Map<?, ?> map) ? map.get(key) : null;
		}
		return found;
	}

	@SuppressWarnings("unchecked")
	private static <T> T cast(Object value) {
		return (T) value;
	}

}
