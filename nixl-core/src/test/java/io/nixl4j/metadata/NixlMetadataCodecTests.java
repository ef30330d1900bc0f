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

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

import io.nixl4j.memory.MemoryType;
import io.nixl4j.memory.NixlError;
import io.nixl4j.memory.NixlException;
import io.nixl4j.memory.Permissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class NixlMetadataCodecTests {

	private static final MemoryDescriptor KV = new MemoryDescriptor(4096, 1 << 20, MemoryType.DRAM, 0,
			Permissions.READ_WRITE);

	/** The end of a card that lacks its regions' map. */
	private static final String IDS = text("engine_id") + text("e") + text("agent_name") + text("a");

	private static final String REGION_FIELDS = text("address") + "00" + text("length") + "01" + text("device_id")
			+ "00";

	@ParameterizedTest
	@MethodSource("fixtures")
	void cardsOfPythonAreRead(String name) {
		assertThat(NixlMetadataCodec.decode(fixture(name))).isEqualTo(Fixtures.cards().get(name));
	}

	@ParameterizedTest
	@ValueSource(strings = { "empty", "seed", "struct", "unsigned", "unicode", "many", "additions" })
	void cardsAreTheSameBytesAsThoseOfPython(String name) {
		NixlMetadata card = Fixtures.cards().get(name);
		assertThat(card).isNotNull();
		assertThat(NixlMetadataCodec.encode(card)).isEqualTo(fixture(name));
	}

	@Test
	void everyFixtureHasACardAndEveryCardAFixture() {
		assertThat(Fixtures.bytes().keySet()).isEqualTo(Fixtures.cards().keySet());
	}

	@Test
	void aCardOf64KibIsEncodedAndALargerOneRefused() {
		NixlMetadata small = large(1);
		int missing = NixlMetadataCodec.MAX_CARD_BYTES - NixlMetadataCodec.encode(small).length;
		NixlMetadata full = large(1 + missing);
		assertThat(NixlMetadataCodec.encode(full)).hasSize(NixlMetadataCodec.MAX_CARD_BYTES);
		assertThat(NixlMetadataCodec.decode(NixlMetadataCodec.encode(full))).isEqualTo(full);
		NixlMetadata over = new NixlMetadata("ee", full.memoryDescriptors(), "a", full.additions());
		assertThatExceptionOfType(NixlException.class).isThrownBy(() -> NixlMetadataCodec.encode(over))
			.withMessageContaining("'ee'")
			.withMessageContaining("500 regions")
			.satisfies((ex) -> assertThat(ex.error()).isEqualTo(NixlError.REFUSED));
	}

	@Test
	void moreThan64KibAreNotRead() {
		assertCorrupt(new byte[NixlMetadataCodec.MAX_CARD_BYTES + 1], "65537 bytes");
	}

	@Test
	void theCardOfAnotherEngineIsNotTakenForTheOneAskedFor() {
		byte[] card = NixlMetadataCodec.encode(new NixlMetadata("worker-10", Map.of("kv", KV), "a"));
		assertThat(NixlMetadataCodec.decode(card, "worker-10").agentName()).isEqualTo("a");
		assertThatExceptionOfType(NixlException.class).isThrownBy(() -> NixlMetadataCodec.decode(card, "worker-1"))
			.withMessageContaining("worker-10")
			.satisfies((ex) -> assertThat(ex.error()).isEqualTo(NixlError.CORRUPT));
	}

	@ParameterizedTest
	@CsvSource({ "'', end before", "c0, a map is due", "90, a map is due", "80, engine_id is missing", "81, end before",
			"df7fffffff, end before", "deffff, end before", "dfffffffff, end before" })
	void whatIsNoMapIsCorrupt(String hex, String reason) {
		assertCorrupt(HexFormat.of().parseHex(hex), reason);
	}

	@Test
	void nothingFollowsACard() {
		assertCorrupt("83" + IDS + text("memory_descriptors") + "8000", "1 bytes follow");
	}

	@Test
	void fieldsThatAreMissingAreNamed() {
		assertCorrupt("82" + IDS, "memory_descriptors is missing");
		assertCorrupt("82" + text("engine_id") + text("e") + text("memory_descriptors") + "80",
				"agent_name is missing");
		assertCorrupt(region(text("memory_type") + text("DRAM")), "permissions is missing");
	}

	@Test
	void fieldsThatComeTwiceAreCorrupt() {
		assertCorrupt("83" + IDS + text("engine_id") + text("f"), "engine_id comes twice");
		assertCorrupt("84" + IDS + text("zone") + text("f") + text("zone") + "c0", "zone comes twice");
		String fields = "85" + REGION_FIELDS + text("memory_type") + text("DRAM") + text("permissions") + text("R");
		assertCorrupt("83" + IDS + text("memory_descriptors") + "82" + text("kv") + fields + text("kv") + fields,
				"region 'kv' comes twice");
	}

	@Test
	void unknownFieldsAreIgnoredEvenTwice() {
		String unknown = text("x") + "c70501" + "0102030405" + text("x") + "d801" + "00".repeat(16)
				+ text("x".repeat(31)) + "cb0000000000000000";
		assertThat(decode("86" + IDS + unknown + text("memory_descriptors") + "80").agentName()).isEqualTo("a");
	}

	@Test
	void deepNestingInAnUnknownFieldIsPassedOver() {
		String nested = "91".repeat(30_000) + "c0";
		assertThat(decode("84" + IDS + text("x") + nested + text("memory_descriptors") + "80").engineId())
			.isEqualTo("e");
		assertCorrupt("84" + IDS + text("x") + "91".repeat(30_000), "end before");
	}

	@ParameterizedTest
	@ValueSource(strings = { "c1", "c6ffffffff00", "c9ffffffff00", "dbffffffff00", "ddffffffff00", "dfffffffff00",
			"c9fffffffe0000", "92dd7fffffffdd7fffffff" })
	void anUnknownFieldThatCannotBeIsCorrupt(String value) {
		assertCorrupt("84" + IDS + text("x") + value + text("memory_descriptors") + "80", "");
	}

	@Test
	void valuesOfAnotherTypeAreCorrupt() {
		assertCorrupt(
				"83" + text("engine_id") + "07" + text("agent_name") + text("a") + text("memory_descriptors") + "80",
				"a text is due");
		assertCorrupt("810700", "a text is due");
		assertCorrupt("83" + IDS + text("memory_descriptors") + "c0", "a map is due");
		assertCorrupt(addition("features", "80"), "an array is due");
		assertCorrupt(addition("capacity", "81" + text("n") + "ff"), "not negative");
		assertCorrupt(addition("capacity", "81" + text("n") + "d0ff"), "negative");
		assertCorrupt(addition("capacity", "81" + text("n") + "cf8000000000000000"), "negative");
		assertCorrupt(addition("incarnation", "c40f" + "00".repeat(15)), "15 bytes where 16");
		assertCorrupt(addition("incarnation", text("0123456789abcdef")), "binary is due");
		assertCorrupt(addition("roles", "dd00000101" + "a161".repeat(257)), "257 entries");
	}

	@Test
	void integersAreReadInAnyWidth() {
		for (String five : List.of("05", "cc05", "cd0005", "ce00000005", "cf0000000000000005", "d005", "d10005",
				"d200000005", "d30000000000000005")) {
			NixlMetadata card = decode(addition("capacity", "81" + text("n") + five));
			assertThat(card.additions().capacity()).isEqualTo(Map.of("n", 5L));
		}
	}

	@Test
	void textsAreReadInAnyWidthAndBounded() {
		assertThat(decode(addition("zone", "d90161")).additions().zone()).isEqualTo("a");
		assertThat(decode(addition("zone", "da000161")).additions().zone()).isEqualTo("a");
		assertThat(decode(addition("zone", "db0000000161")).additions().zone()).isEqualTo("a");
		assertThat(decode(addition("zone", "da0400" + "61".repeat(1024))).additions().zone()).hasSize(1024);
		assertCorrupt(addition("zone", "da0401" + "61".repeat(1025)), "1025 bytes");
	}

	@ParameterizedTest
	@ValueSource(strings = { "ff", "c080", "eda080", "f4908080", "c3" })
	void textsThatAreNotUtf8AreCorrupt(String utf8) {
		assertCorrupt(addition("zone", HexFormat.of().toHexDigits((byte) (0xa0 + utf8.length() / 2)) + utf8),
				"not UTF-8");
	}

	@ParameterizedTest
	@ValueSource(strings = { "a/b", "/", "", "a\nb", "a\u0000", "a\u2028b" })
	void engineIdsThatNoKeyCanHoldAreCorrupt(String id) {
		assertCorrupt("83" + text("engine_id") + text(id) + text("agent_name") + text("a") + text("memory_descriptors")
				+ "80", "The engine id");
	}

	@Test
	void memoryTypesAndPermissionsThatAreNotKnownAreUnsupported() {
		assertError(region(text("memory_type") + text("BLK") + text("permissions") + text("R")), NixlError.UNSUPPORTED,
				"Region 'kv' has memory type 'BLK'");
		assertError(region(text("memory_type") + text("DRAM") + text("permissions") + text("RWX")),
				NixlError.UNSUPPORTED, "Region 'kv' has permissions 'RWX'");
		assertError(region(text("memory_type") + text("\n") + text("permissions") + text("R")), NixlError.CORRUPT,
				"no line of text");
	}

	@Test
	void aRegionBeyondTheAddressSpaceIsCorrupt() {
		assertCorrupt("83" + IDS + text("memory_descriptors") + "81" + text("kv") + "85" + text("address") + "02"
				+ text("length") + "cfffffffffffffffff" + text("device_id") + "00" + text("memory_type") + text("DRAM")
				+ text("permissions") + text("R"), "beyond the 64-bit address space");
	}

	@Test
	void manyEntriesThatAreNotThereCostNothing() {
		for (String head : List.of("dd0000f000", "dd7fffffff")) {
			assertCorrupt(addition("features", head), "");
		}
		assertCorrupt("83" + IDS + text("memory_descriptors") + "df00fffff0", "end before");
	}

	private static Set<String> fixtures() {
		return Fixtures.cards().keySet();
	}

	private static byte[] fixture(String name) {
		return Stream.of(Fixtures.bytes().get(name)).flatMap(Stream::ofNullable).findFirst().orElseThrow();
	}

	/**
	 * A card with one region of the fields given beside its address, length and device.
	 */
	private static String region(String fields) {
		int count = 3
				+ (int) Stream.of("memory_type", "permissions").filter((name) -> fields.contains(text(name))).count();
		return "83" + IDS + text("memory_descriptors") + "81" + text("kv")
				+ HexFormat.of().toHexDigits((byte) (0x80 | count)) + REGION_FIELDS + fields;
	}

	private static String addition(String field, String value) {
		return "84" + IDS + text("memory_descriptors") + "80" + text(field) + value;
	}

	private static String text(String text) {
		byte[] utf8 = text.getBytes(UTF_8);
		ByteArrayOutputStream bytes = new ByteArrayOutputStream();
		assertThat(utf8.length).isLessThan(32);
		bytes.write(0xa0 | utf8.length);
		bytes.writeBytes(utf8);
		return HexFormat.of().formatHex(bytes.toByteArray());
	}

	private static NixlMetadata decode(String hex) {
		return NixlMetadataCodec.decode(HexFormat.of().parseHex(hex));
	}

	private static void assertCorrupt(String hex, String reason) {
		assertError(hex, NixlError.CORRUPT, reason);
	}

	private static void assertCorrupt(byte[] bytes, String reason) {
		assertCorrupt(HexFormat.of().formatHex(bytes), reason);
	}

	private static void assertError(String hex, NixlError error, String reason) {
		assertThatExceptionOfType(NixlException.class).isThrownBy(() -> decode(hex))
			.withMessageContaining(reason)
			.satisfies((ex) -> assertThat(ex.error()).isEqualTo(error));
	}

	/**
	 * A card near the limit, whose texts in a list have so many bytes more than the
	 * least.
	 */
	private static NixlMetadata large(int more) {
		Map<String, MemoryDescriptor> regions = new HashMap<>();
		for (int i = 0; i < 500; i++) {
			regions.put("%040d".formatted(i), KV);
		}
		List<String> features = new ArrayList<>();
		for (int left = more, i = 0; i < 15; i++) {
			int longer = Math.min(left, 700);
			features.add("x".repeat(300 + longer));
			left -= longer;
		}
		return new NixlMetadata("e", regions, "a", NixlMetadata.Additions.none().withFeatures(features));
	}

}
