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

package io.nixl4j.metadata;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import io.nixl4j.memory.Incarnation;
import io.nixl4j.memory.MemoryType;
import io.nixl4j.memory.Permissions;

/**
 * Cards whose bytes Python's msgspec wrote (msgspec_peer.py, kept in cards.txt), and the
 * same cards said in Java.
 */
final class Fixtures {

	static final String FILE = "cards.txt";

	private static final MemoryDescriptor CACHE = new MemoryDescriptor(0x7f0000000000L, 64L << 30, MemoryType.VRAM, 3,
			Permissions.READ_WRITE);

	private static final MemoryDescriptor KV = new MemoryDescriptor(4096, 1 << 20, MemoryType.DRAM, 0,
			Permissions.READ);

	private static final MemoryDescriptor WEIGHTS = new MemoryDescriptor(0, 255, MemoryType.FILE, 65_535,
			Permissions.WRITE);

	private Fixtures() {
	}

	static Map<String, NixlMetadata> cards() {
		Map<String, NixlMetadata> cards = new LinkedHashMap<>();
		cards.put("empty", new NixlMetadata("engine-1", Map.of(), "agent-1"));
		cards.put("seed",
				new NixlMetadata("worker-1", Map.of("weights", WEIGHTS, "kv", KV, "cache", CACHE), "prefill-agent"));
		cards.put("struct", new NixlMetadata("worker-1", Map.of("kv", KV), "prefill-agent"));
		cards.put("unsigned",
				new NixlMetadata("worker-2",
						Map.of("high", new MemoryDescriptor(-4096, 4096, MemoryType.VRAM, -1, Permissions.READ_WRITE),
								"whole", new MemoryDescriptor(0, -1, MemoryType.DRAM, 128, Permissions.READ)),
						"agent-2"));
		cards.put("unicode",
				new NixlMetadata("引擎-1", Map.of("缓存", KV, "\uffee", KV, "\ud83d\ude00", KV), "агент".repeat(60)));
		Map<String, MemoryDescriptor> many = new LinkedHashMap<>();
		for (int i = 39; i >= 0; i--) {
			many.put("layer-%03d".formatted(i), CACHE);
		}
		cards.put("many", new NixlMetadata("worker-3", many, "agent-3"));
		cards.put("additions",
				new NixlMetadata("worker-4", Map.of("kv", KV), "agent-4",
						NixlMetadata.Additions.none()
							.withIncarnation(new Incarnation(0xf0f1f2f3f4f5f6f7L, 0xf8f9fafbfcfdfeffL))
							.withSessionEndpoint("[::1]:7400")
							.withFeatures(List.of("write", "read"))
							.withRoles(List.of("decode"))
							.withCapacity(Map.of("free", 0L, "blocks", 100_000L))
							.withModel("SmolLM2-135M")
							.withZone("zone-a")));
		cards.put("nil-additions", new NixlMetadata("worker-5", Map.of("kv", KV), "agent-5",
				NixlMetadata.Additions.none().withRoles(List.of("prefill"))));
		cards.put("later", new NixlMetadata("worker-6", Map.of("kv", KV), "agent-6"));
		return cards;
	}

	/** The bytes of each card as msgspec wrote them. */
	static Map<String, byte[]> bytes() {
		Map<String, byte[]> bytes = new LinkedHashMap<>();
		text().lines().forEach((line) -> {
			String[] parts = line.split(" ");
			bytes.put(parts[0], HexFormat.of().parseHex(parts[1]));
		});
		return bytes;
	}

	static String text() {
		try (InputStream stream = Objects.requireNonNull(Fixtures.class.getResourceAsStream(FILE))) {
			return new String(stream.readAllBytes(), StandardCharsets.US_ASCII);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
