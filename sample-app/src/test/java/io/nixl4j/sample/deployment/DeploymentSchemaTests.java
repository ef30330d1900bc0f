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
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The files of {@code deploy/} against the schemas of Docker Compose and of several
 * versions of Kubernetes.
 */
@Tag("all")
class DeploymentSchemaTests {

	@TempDir
	private Path folder;

	@Test
	void composeFileIsOne() throws Exception {
		assertThat(compose(DeployFiles.COMPOSE)).isEqualTo("");
	}

	@Test
	void aComposeFileWithAMisspelledKeyIsRefused() throws Exception {
		assertThat(compose(changed(DeployFiles.COMPOSE, "healthcheck:", "heathcheck:"))).contains("heathcheck");
	}

	@ParameterizedTest
	@ValueSource(strings = { "1.30", "1.34", "1.37" })
	void manifestsAreOnes(String version) throws Exception {
		assertThat(kubernetes(version, DeployFiles.manifests())).isEqualTo("");
	}

	@ParameterizedTest
	@CsvSource({ "readinessProbe:,readynessProbe:", "replicas: 2,replicas: two",
			"app.kubernetes.io/component: router,app.kubernetes.io/component: 7" })
	void aManifestWithAMistakeIsRefused(String text, String mistake) throws Exception {
		Path router = DeployFiles.KUBERNETES.resolve("router.yaml");
		assertThat(kubernetes("1.34", List.of(changed(router, text, mistake)))).contains("ERROR");
	}

	private Path changed(Path file, String text, String mistake) throws IOException {
		String right = DeployFiles.text(file);
		assertThat(right).contains(text);
		return Files.writeString(this.folder.resolve(file.getFileName()), right.replace(text, mistake));
	}

	/** Returns what is wrong, nothing if nothing is. */
	private static String compose(Path file) throws Exception {
		String said = run("check_jsonschema", "--builtin-schema", "vendor.compose-spec", file.toString());
		return said.contains("ok -- validation done") ? "" : said;
	}

	/** Returns what is wrong, nothing if nothing is. */
	private static String kubernetes(String version, List<Path> files) throws Exception {
		List<String> arguments = new ArrayList<>(List.of("kubernetes_validate", "--strict", "--quiet", "-k", version));
		files.forEach((file) -> arguments.add(file.toString()));
		return run(arguments.toArray(String[]::new)).strip();
	}

	private static String run(String... module) throws Exception {
		String python = System.getProperty("nixl.schemas.python", "");
		if (!Files.isExecutable(Path.of(python))) {
			throw new IllegalStateException("There is no Python with schemas at '" + python
					+ "' (system property nixl.schemas.python). Run bin/verify --all, which makes it, or type: bash -c "
					+ "'source bin/lib/common.sh; source bin/lib/python.sh; need_schemas_python'");
		}
		List<String> command = new ArrayList<>(List.of(python, "-m"));
		command.addAll(List.of(module));
		Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
		process.getOutputStream().close();
		String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		int status = process.waitFor();
		// A schema that is missing is a warning only
		assertThat(said).doesNotContain("WARN");
		assertThat(status).as(said).isIn(0, 1);
		assertThat(status == 0 || !said.isBlank()).isTrue();
		return said;
	}

}
