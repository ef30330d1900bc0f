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

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

import io.nixl4j.memory.MemoryType;
import io.nixl4j.memory.Permissions;
import io.nixl4j.metadata.MemoryDescriptor;
import io.nixl4j.metadata.NixlMetadata;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * The commands and the Python of {@code docs/deployment.md} do what it says.
 */
@Tag("etcd")
@Tag("python")
class DeploymentRecipeTests {

	private static final Pattern BLOCK = Pattern.compile("^( *)```(sh|python)\n(.*?)^ *```$",
			Pattern.MULTILINE | Pattern.DOTALL);

	@TempDir
	private Path folder;

	@BeforeEach
	void putProgramsOnThePath() throws Exception {
		program("etcdctl", System.getProperty("nixl.etcdctl", ""));
		// A link would not be the Python of its environment
		program("python3", System.getProperty("nixl.python", ""));
		Files.writeString(this.folder.resolve("read-entries.py"), block("msgspec.Struct"));
	}

	private void program(String name, String path) throws Exception {
		Path script = Files.writeString(this.folder.resolve(name), "#!/bin/sh\nexec '" + path + "' \"$@\"\n");
		Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
	}

	@Test
	void entriesOfOursAreReadByEtcdctlAndPython() throws Exception {
		Map<String, MemoryDescriptor> regions = Map.of("kv",
				new MemoryDescriptor(-(1L << 40), 1L << 33, MemoryType.VRAM, 3, Permissions.READ_WRITE));
		NixlMetadata.Additions additions = new NixlMetadata.Additions(null, "10.0.0.7:7300", List.of(),
				List.of("decode"), Map.of("kv_tokens", 4_096L), "SmolLM2", null);
		try (EtcdProcess etcd = EtcdProcess.start();
				EtcdNixlMetadataStore store = EtcdNixlMetadataStore.open(EtcdOptions.of(etcd.url()))) {
			store.put(new NixlMetadata("decode-1", regions, "agent-1", additions)).join();
			store.put(new NixlMetadata("prefill-1", Map.of(), "agent-2")).join();
			assertThat(run(etcd, block("--keys-only"))).contains("default/nixl_metadata/decode-1",
					"default/nixl_metadata/prefill-1");
			List<String> lines = run(etcd, block("read-entries.py")).lines().toList();
			assertThat(lines).hasSize(2);
			assertThat(lines.get(0)).contains("engine_id='decode-1'", "agent_name='agent-1'",
					"address=18446742974197923840, length=8589934592, memory_type='VRAM', device_id=3",
					"permissions='RW'", "session_endpoint='10.0.0.7:7300'", "roles=['decode']", "model='SmolLM2'");
			assertThat(lines.get(1)).contains("engine_id='prefill-1'", "memory_descriptors={}", "roles=[]");
		}
	}

	@Test
	void theUserMayTouchOneNamespaceOnly() throws Exception {
		NixlMetadata card = new NixlMetadata("decode-1", Map.of(), "agent-1");
		try (EtcdProcess etcd = EtcdProcess.start()) {
			run(etcd, block("auth enable"));
			EtcdOptions options = EtcdOptions.of(etcd.url()).withUser("nixl", "of-a-test");
			try (EtcdNixlMetadataStore store = EtcdNixlMetadataStore.open(options.withNamespace("production"))) {
				store.check();
				store.put(card).join();
				assertThat(etcd.ctl("get", "--prefix", "--keys-only", "production/nixl_metadata/", "--user",
						"nixl:of-a-test"))
					.contains("production/nixl_metadata/decode-1");
			}
			try (EtcdNixlMetadataStore store = EtcdNixlMetadataStore.open(options.withNamespace("other"))) {
				assertThatExceptionOfType(CompletionException.class).isThrownBy(() -> store.put(card).join());
			}
		}
	}

	/** The only code block that has a text, without its indentation. */
	private static String block(String with) throws Exception {
		List<String> found = BLOCK.matcher(Files.readString(Path.of("..", "docs", "deployment.md")))
			.results()
			.filter((block) -> block.group(3).contains(with))
			.map(DeploymentRecipeTests::withoutIndentation)
			.toList();
		assertThat(found).as("blocks of docs/deployment.md with '%s'", with).hasSize(1);
		return found.get(0);
	}

	private static String withoutIndentation(MatchResult block) {
		return Pattern.compile("^" + block.group(1), Pattern.MULTILINE).matcher(block.group(3)).replaceAll("");
	}

	private String run(EtcdProcess etcd, String commands) throws Exception {
		ProcessBuilder builder = new ProcessBuilder("bash", "-euo", "pipefail", "-c", commands)
			.directory(this.folder.toFile())
			.redirectErrorStream(true);
		builder.environment()
			.putAll(Map.of("PATH", this.folder + ":" + System.getenv("PATH"), "ETCDCTL_API", "3", "ETCDCTL_ENDPOINTS",
					etcd.url(), "NIXL_PASSWORD", "of-a-test", "ROOT_PASSWORD", "also-of-a-test"));
		Process process = builder.start();
		process.getOutputStream().close();
		String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		assertThat(process.waitFor()).as(said).isZero();
		return said;
	}

}
