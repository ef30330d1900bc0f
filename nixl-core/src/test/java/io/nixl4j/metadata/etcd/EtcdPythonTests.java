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

import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import java.util.UUID;

import io.nixl4j.memory.MemoryType;
import io.nixl4j.memory.Permissions;
import io.nixl4j.metadata.MemoryDescriptor;
import io.nixl4j.metadata.MsgspecPeer;
import io.nixl4j.metadata.NixlMetadata;
import io.nixl4j.metadata.NixlMetadataCodec;
import io.nixl4j.metadata.NixlMetadataNotFoundException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Entries of etcd that Python's msgspec wrote are read here, and ours there. Between the
 * two lies etcdctl, not our client.
 */
@Tag("etcd")
@Tag("python")
class EtcdPythonTests {

	private static final NixlMetadata CARD = new NixlMetadata("worker-10",
			Map.of("kv", new MemoryDescriptor(0x7f0000000000L, 64L << 30, MemoryType.VRAM, 3, Permissions.READ_WRITE)),
			"prefill-agent");

	private final String namespace = UUID.randomUUID().toString();

	private final String key = this.namespace + "/nixl_metadata/worker-10";

	private final EtcdProcess etcd = EtcdProcess.start();

	private final MsgspecPeer python = new MsgspecPeer("echo");

	private EtcdNixlMetadataStore store = open();

	private EtcdNixlMetadataStore open() {
		return EtcdNixlMetadataStore.open(EtcdOptions.of(this.etcd.url()).withNamespace(this.namespace));
	}

	@BeforeEach
	void waitForEtcd() {
		this.store.check();
	}

	@AfterEach
	void close() {
		this.store.close();
		this.python.close();
		this.etcd.close();
	}

	@Test
	void anEntryOfPythonWithTwoUnknownFieldsIsRead() {
		String hex = this.python.ask("two-more " + HexFormat.of().formatHex(NixlMetadataCodec.encode(CARD)));
		byte[] entry = HexFormat.of().parseHex(hex.substring(0, hex.indexOf('\t')));
		assertThat(entry).hasSizeGreaterThan(NixlMetadataCodec.encode(CARD).length);
		this.etcd.put(this.key, entry);
		await().untilAsserted(() -> assertThat(this.store.list()).containsExactly(CARD));
		assertThat(this.store.get("worker-10")).isEqualTo(CARD);
		assertThat(this.store.find("worker-1")).isEmpty();
		assertThatExceptionOfType(NixlMetadataNotFoundException.class).isThrownBy(() -> this.store.get("worker-1"));
	}

	@Test
	void ourEntryIsReadByPython() {
		assertThat(this.store.put(CARD.withAdditions(NixlMetadata.Additions.none().withZone("zone-a"))))
			.succeedsWithin(Duration.ofSeconds(10));
		String entry = HexFormat.of().formatHex(this.etcd.get(this.key).orElseThrow());
		for (String classes : new String[] { "dataclass", "struct" }) {
			assertThat(this.python.ask(classes + " " + entry))
				.endsWith("\tworker-10\tprefill-agent\tkv\t" + 0x7f0000000000L + " " + (64L << 30) + " VRAM\t3 RW");
		}
		assertThat(this.etcd.get(this.namespace + "/nixl_metadata/worker-1")).isEmpty();
	}

	@Test
	void anEntryThatIsNoCardHarmsNoOther() {
		this.etcd.put(this.namespace + "/nixl_metadata/broken", new byte[] { 1, 2, 3 });
		this.etcd.put(this.namespace + "/nixl_metadata/another", NixlMetadataCodec.encode(CARD));
		this.etcd.put(this.key, NixlMetadataCodec.encode(CARD));
		await().untilAsserted(() -> assertThat(this.store.list()).containsExactly(CARD));
		assertThat(this.store.find("another")).as("the card of another engine").isEmpty();
		assertThat(this.store.find("broken")).isEmpty();
		this.store.close();
		this.store = open();
		await().untilAsserted(() -> assertThat(this.store.list()).containsExactly(CARD));
	}

}
