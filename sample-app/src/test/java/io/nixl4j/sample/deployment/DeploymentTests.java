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

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.io.ByteArrayResource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What {@code deploy/} says is so: keys are keys, names are names of what is there.
 */
class DeploymentTests {

	/** Variables that are read by others than Spring Boot. */
	private static final Set<String> FOREIGN = Set.of("JAVA_TOOL_OPTIONS", "POD_NAME");

	/** Where make-secrets gives a cluster the mesh's secret. */
	private static final Pattern SECRET = Pattern.compile("give (tcp-secret) --from-file=([^=]+)=");

	/** Where it gives it certificates. */
	private static final Pattern CERTIFICATES = Pattern.compile("for name in ([a-z ]+); do\\s+give \"\\$name(-tls)\" ");

	private final KnownKeys keys = new KnownKeys();

	@Test
	void misspelledKeysAreNotKnown() {
		assertThat(this.keys.has("data_plane.nixl.tcp.bind_address")).isTrue();
		assertThat(this.keys.has("dataPlane.nixl.tcp.bindAddress")).isTrue();
		assertThat(this.keys.has("data_plane.nixl.tcp.bind_adress")).isFalse();
		assertThat(this.keys.hasVariable("DATAPLANE_NIXL_TCP_BINDADDRESS")).isTrue();
		assertThat(this.keys.hasVariable("DATA_PLANE_NIXL_TCP_BIND_ADDRESS")).isFalse();
		assertThat(this.keys.hasVariable("SAMPLE_ROLE")).isTrue();
		assertThat(this.keys.hasVariable("SAMPLE_ROLES")).isFalse();
	}

	@Test
	void composeSetsKeysThatAreThere() {
		Map<String, Object> services = DeployFiles.map(DeployFiles.compose(), "services");
		assertThat(services).hasSize(6);
		Set<String> variables = new TreeSet<>();
		services.values().forEach((service) -> variables.addAll(DeployFiles.map(service, "environment").keySet()));
		assertThat(variables).contains("SAMPLE_ROLE", "DATAPLANE_NIXL_METADATA_ETCD_ENDPOINTS")
			.allSatisfy((variable) -> assertThat(this.keys.hasVariable(variable)).as(variable).isTrue());
	}

	@Test
	void composeGivesSecretsAsFilesNamedAsKeys() {
		List<String> files = new ArrayList<>();
		DeployFiles.map(DeployFiles.compose(), "services")
			.values()
			.forEach((service) -> DeployFiles.list(service, "secrets")
				.forEach((secret) -> files.add(DeployFiles.text(secret, "target"))));
		assertThat(files.stream().filter((file) -> file.startsWith("keys/"))).hasSize(5)
			.allSatisfy((file) -> assertThat(this.keys.has(file.substring("keys/".length()))).as(file).isTrue());
	}

	@Test
	void kubernetesSetsKeysThatAreThere() throws Exception {
		Set<String> variables = new TreeSet<>();
		containers().forEach((container) -> DeployFiles.list(container, "env")
			.forEach((variable) -> variables.add(DeployFiles.text(variable, "name"))));
		variables.removeAll(FOREIGN);
		assertThat(variables).contains("DATAPLANE_NIXL_ENGINEID")
			.allSatisfy((variable) -> assertThat(this.keys.hasVariable(variable)).as(variable).isTrue());
		String application = DeployFiles.text(DeployFiles.resources("ConfigMap").get(0), "data", "application.yaml");
		List<String> names = new ArrayList<>();
		new YamlPropertySourceLoader().load("application.yaml", new ByteArrayResource(application.getBytes()))
			.forEach((source) -> names.addAll(List.of(((EnumerablePropertySource<?>) source).getPropertyNames())));
		assertThat(names).contains("data_plane.nixl.tcp.port")
			.allSatisfy((name) -> assertThat(this.keys.has(name)).as(name).isTrue());
		assertThat(this.keys.has(found(SECRET).group(2))).as(found(SECRET).group(2)).isTrue();
	}

	@Test
	void nothingSecretIsInTheFiles() {
		assertThat(DeployFiles.resources("Secret")).isEmpty();
		assertThat(DeployFiles.resources("").toString() + DeployFiles.compose()).doesNotContainIgnoringCase("password")
			.doesNotContain("PRIVATE KEY");
		assertThat(DeployFiles.text(DeployFiles.FOLDER.resolve(".gitignore"))).isEqualTo("secrets/\n");
	}

	@Test
	void everyManifestIsApplied() {
		Map<String, Object> kustomization = DeployFiles
			.documents(DeployFiles.text(DeployFiles.KUBERNETES.resolve("kustomization.yaml")))
			.get(0);
		assertThat(DeployFiles.list(kustomization, "resources")).containsExactlyInAnyOrderElementsOf(
				DeployFiles.manifests().stream().map(Path::getFileName).map(Path::toString).toList());
		assertThat(DeployFiles.resources("")).allSatisfy((resource) -> {
			String namespace = "Namespace".equals(resource.get("kind")) ? DeployFiles.text(resource, "metadata", "name")
					: DeployFiles.text(resource, "metadata", "namespace");
			assertThat(namespace).isEqualTo(kustomization.get("namespace"));
		});
	}

	@ParameterizedTest
	@MethodSource("statefulSets")
	void whatPodsReferToIsThere(Map<String, Object> set) {
		Map<String, Object> pod = DeployFiles.map(set, "spec", "template", "spec");
		Map<String, Object> labels = DeployFiles.map(set, "spec", "template", "metadata", "labels");
		assertThat(labels).containsAllEntriesOf(DeployFiles.map(set, "spec", "selector", "matchLabels"));
		assertThat(names("Service")).contains(DeployFiles.text(set, "spec", "serviceName"));
		Map<String, Object> volumes = DeployFiles.list(pod, "volumes")
			.stream()
			.collect(Collectors.toMap((volume) -> DeployFiles.text(volume, "name"), (volume) -> volume));
		DeployFiles.list(set, "spec", "volumeClaimTemplates")
			.forEach((claim) -> volumes.put(DeployFiles.text(claim, "metadata", "name"), claim));
		volumes.values().forEach((volume) -> {
			if (DeployFiles.at(volume, "secret") != null) {
				assertThat(given()).contains(DeployFiles.text(volume, "secret", "secretName"));
			}
			if (DeployFiles.at(volume, "configMap") != null) {
				assertThat(names("ConfigMap")).contains(DeployFiles.text(volume, "configMap", "name"));
			}
		});
		DeployFiles.list(pod, "containers")
			.forEach((container) -> assertThat(DeployFiles.list(container, "volumeMounts"))
				.extracting((mount) -> DeployFiles.text(mount, "name"))
				.containsExactlyInAnyOrderElementsOf(volumes.keySet()));
	}

	@ParameterizedTest
	@MethodSource("statefulSets")
	void podsAreProbedBoundedAndWithoutPrivileges(Map<String, Object> set) {
		Map<String, Object> pod = DeployFiles.map(set, "spec", "template", "spec");
		assertThat(DeployFiles.at(pod, "securityContext", "runAsNonRoot")).isEqualTo(true);
		assertThat(DeployFiles.list(pod, "containers")).isNotEmpty().allSatisfy((container) -> {
			Set<String> ports = DeployFiles.list(container, "ports")
				.stream()
				.map((port) -> DeployFiles.text(port, "name"))
				.collect(Collectors.toSet());
			for (String probe : List.of("startupProbe", "readinessProbe", "livenessProbe")) {
				assertThat(ports).contains(DeployFiles.text(container, probe, "httpGet", "port"));
			}
			assertThat(DeployFiles.at(container, "resources", "limits", "memory")).isNotNull();
			assertThat(DeployFiles.at(container, "securityContext", "readOnlyRootFilesystem")).isEqualTo(true);
			assertThat(DeployFiles.at(container, "securityContext", "allowPrivilegeEscalation")).isEqualTo(false);
		});
	}

	@ParameterizedTest
	@ValueSource(strings = { "Service", "PodDisruptionBudget", "NetworkPolicy" })
	void selectorsFindPods(String kind) {
		List<Map<String, Object>> pods = statefulSets().stream()
			.map((set) -> DeployFiles.map(set, "spec", "template", "metadata", "labels"))
			.toList();
		assertThat(DeployFiles.resources(kind)).isNotEmpty().allSatisfy((resource) -> {
			Map<String, Object> selector = switch (kind) {
				case "Service" -> DeployFiles.map(resource, "spec", "selector");
				case "NetworkPolicy" -> DeployFiles.map(resource, "spec", "podSelector", "matchLabels");
				default -> DeployFiles.map(resource, "spec", "selector", "matchLabels");
			};
			assertThat(pods).anySatisfy((labels) -> assertThat(labels).containsAllEntriesOf(selector));
		});
	}

	/** Compose and Kubernetes have the image by the same name and version. */
	@Test
	void imagesArePinned() {
		Map<String, Object> kustomization = DeployFiles
			.documents(DeployFiles.text(DeployFiles.KUBERNETES.resolve("kustomization.yaml")))
			.get(0);
		Object own = DeployFiles.list(kustomization, "images").get(0);
		String name = DeployFiles.text(own, "name");
		Set<String> kubernetes = containers().stream()
			.map((container) -> DeployFiles.text(container, "image"))
			.map((image) -> image.equals(name) ? name + ":" + DeployFiles.text(own, "newTag") : image)
			.collect(Collectors.toSet());
		Set<String> compose = DeployFiles.map(DeployFiles.compose(), "services")
			.values()
			.stream()
			.map((service) -> DeployFiles.text(service, "image"))
			.collect(Collectors.toSet());
		assertThat(kubernetes).isEqualTo(compose)
			.allMatch((image) -> image.matches(".+:v?[0-9]+\\.[0-9]+\\.[0-9]+"))
			.hasSize(2);
		assertThat(DeployFiles.text(DeployFiles.FOLDER.resolve("Dockerfile"))).contains(name);
	}

	/** The names of the secrets that make-secrets gives a cluster. */
	private static List<String> given() {
		List<String> names = new ArrayList<>(List.of(found(SECRET).group(1)));
		Matcher certificates = found(CERTIFICATES);
		for (String name : certificates.group(1).split(" ")) {
			names.add(name + certificates.group(2));
		}
		return names;
	}

	private static Matcher found(Pattern pattern) {
		Matcher matcher = pattern.matcher(DeployFiles.text(DeployFiles.FOLDER.resolve("make-secrets")));
		assertThat(matcher.find()).as(pattern.pattern()).isTrue();
		return matcher;
	}

	static List<Map<String, Object>> statefulSets() {
		return DeployFiles.resources("StatefulSet");
	}

	private static List<Object> containers() {
		return statefulSets().stream()
			.flatMap((set) -> DeployFiles.list(set, "spec", "template", "spec", "containers").stream())
			.toList();
	}

	private static Set<String> names(String kind) {
		return DeployFiles.resources(kind)
			.stream()
			.map((resource) -> DeployFiles.text(resource, "metadata", "name"))
			.collect(Collectors.toSet());
	}

}
