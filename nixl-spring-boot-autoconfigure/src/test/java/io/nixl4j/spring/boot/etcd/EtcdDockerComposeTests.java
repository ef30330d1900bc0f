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

package io.nixl4j.spring.boot.etcd;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

import io.nixl4j.metadata.etcd.EtcdProcess;
import io.nixl4j.process.Child;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Service connections to containers of Docker Compose. Boot asks the program
 * {@code docker} what runs; here that is a script which knows of an etcd that is a
 * process.
 */
@Tag("etcd")
class EtcdDockerComposeTests {

	private static final String DOCKER = """
			#!/bin/sh
			case "$*" in
				version*) echo 28.0.0 ;;
				"compose version"*) echo '{"version":"v2.40.0"}' ;;
				context*) echo '{"Name":"default","Current":true,"DockerEndpoint":"unix:///var/run/docker.sock"}' ;;
				*config*) echo '{"name":"app","services":{"etcd":{"image":"IMAGE"}}}' ;;
				*" ps "*) echo '[{"ID":"f00","Name":"app-etcd-1","Image":"IMAGE","State":"running"}]' ;;
				inspect*) echo '{"Id":"f00","Config":{"Image":"IMAGE","Labels":{LABELS},"ExposedPorts":{"2379/tcp":{}},\
			"Env":["ETCD_ROOT_PASSWORD=SECRET"]},"NetworkSettings":{"Ports":{"2379/tcp":[{"HostIp":"127.0.0.1",\
			"HostPort":"PORT"}]}},"HostConfig":{"NetworkMode":"bridge"}}' ;;
			esac
			""";

	@TempDir
	private Path folder;

	@ParameterizedTest
	@CsvSource({ "quay.io/coreos/etcd:v3.6.5, , ''", "bitnami/etcd:3.6, , sesame",
			"my/own:1, '\"org.springframework.boot.service-connection\":\"etcd\"', ''" })
	void anEtcdThatComposeRunsIsTheStore(String image, String labels, String password) throws Exception {
		try (EtcdProcess etcd = EtcdProcess.start()) {
			if (!password.isEmpty()) {
				etcd.enableAuth(password);
			}
			try (Child application = start(image, (labels != null) ? labels : "", password, etcd.port())) {
				assertThat(application.expect("store"))
					.isEqualTo("EtcdNixlMetadataStore at [http://127.0.0.1:" + etcd.port() + "]");
				assertThat(etcd.keys("default/nixl_metadata/")).containsExactly("default/nixl_metadata/composed");
				application.end();
			}
		}
	}

	private Child start(String image, String labels, String password, int port) throws IOException {
		Path docker = Files.writeString(this.folder.resolve("docker"),
				DOCKER.replace("IMAGE", image)
					.replace("LABELS", labels)
					.replace("SECRET", password)
					.replace("PORT", Integer.toString(port)));
		Files.setPosixFilePermissions(docker, PosixFilePermissions.fromString("rwx------"));
		Path file = Files.writeString(this.folder.resolve("compose.yaml"),
				"services: {etcd: {image: '" + image + "'}}");
		ProcessBuilder builder = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
				"-cp", System.getProperty("java.class.path"), ComposedApplication.class.getName(),
				"--spring.docker.compose.file=" + file, "--data-plane.nixl.agent-name=composed");
		builder.environment().merge("PATH", this.folder.toString(), (before, own) -> own + ":" + before);
		builder.environment().keySet().removeAll(List.of("DOCKER_HOST", "SERVICES_HOST"));
		return Child.start(builder);
	}

}
