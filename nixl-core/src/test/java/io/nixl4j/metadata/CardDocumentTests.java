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

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

import io.nixl4j.docs.HexDump;
import io.nixl4j.docs.WireDocument;
import io.nixl4j.memory.Incarnation;
import io.nixl4j.memory.MemoryType;
import io.nixl4j.memory.Permissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Holds the cards of docs/wire.md to the codec.
 */
class CardDocumentTests {

	private static final String SECTION = "Metadata card";

	private static final WireDocument DOCUMENT = WireDocument.read();

	private static final Map<String, NixlMetadata> CARDS = cards();

	private static Map<String, NixlMetadata> cards() {
		Map<String, MemoryDescriptor> regions = Map.of("kv",
				new MemoryDescriptor(0x7f3a_0000_0000L, 4L << 30, MemoryType.DRAM, 0, Permissions.READ_WRITE));
		Map<String, NixlMetadata> cards = new LinkedHashMap<>();
		cards.put("card", new NixlMetadata("decode-1", regions, "decode-agent"));
		cards.put("card with additions",
				new NixlMetadata("decode-1", regions, "decode-agent",
						NixlMetadata.Additions.none()
							.withIncarnation(new Incarnation(0xffeeddccbbaa9988L, 0x7766554433221100L))
							.withSessionEndpoint("10.0.0.7:7400")
							.withFeatures(List.of("tcp"))
							.withRoles(List.of("decode"))
							.withCapacity(Map.of("blocks", 4096L))
							.withModel("SmolLM2-135M")
							.withZone("zone-a")));
		return cards;
	}

	static Stream<String> dumps() {
		return DOCUMENT.dumps(SECTION).stream();
	}

	@Test
	void everyDumpIsKnownHere() {
		assertThat(dumps()).containsExactlyInAnyOrderElementsOf(CARDS.keySet());
	}

	@ParameterizedTest
	@MethodSource("dumps")
	void aCardIsEncodedAsTheDocumentShowsIt(String name) {
		assertThat(HexDump.ofValue(NixlMetadataCodec.encode(card(name)))).as(name).isEqualTo(DOCUMENT.text(name));
	}

	@ParameterizedTest
	@MethodSource("dumps")
	void aCardIsDecodedAsTheDocumentShowsIt(String name) {
		assertThat(NixlMetadataCodec.decode(DOCUMENT.bytes(name))).isEqualTo(card(name));
	}

	@Test
	void everyFieldIsListedInItsCanonicalOrder() {
		List<String> remarks = DOCUMENT.text("card with additions").lines().map(CardDocumentTests::remark).toList();
		assertThat(remarks.stream().filter((remark) -> remark.matches("[a-z].*")).skip(1).map(CardDocumentTests::field))
			.containsExactlyElementsOf(DOCUMENT.rows(SECTION));
		assertThat(remarks.stream().filter((remark) -> remark.matches(" {4}[a-z].*")).map(CardDocumentTests::field))
			.containsExactlyElementsOf(DOCUMENT.rows("Memory descriptor"));
	}

	private static String remark(String line) {
		int hex = 16 * 3 - 1 + 2;
		return (line.length() > hex) ? line.substring(hex) : "";
	}

	private static String field(String remark) {
		return remark.strip().split(":")[0];
	}

	private static NixlMetadata card(String name) {
		return Objects.requireNonNull(CARDS.get(name), name);
	}

}
