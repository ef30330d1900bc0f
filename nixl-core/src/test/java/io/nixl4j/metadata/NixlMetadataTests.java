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

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import io.nixl4j.memory.MemoryType;
import io.nixl4j.memory.Permissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class NixlMetadataTests {

	private static final MemoryDescriptor KV = new MemoryDescriptor(4096, 1 << 20, MemoryType.DRAM, 0,
			Permissions.READ_WRITE);

	@ParameterizedTest
	@ValueSource(strings = { "", "a/b", "a\tb", "\ud800", "\udc00x" })
	void engineIdsThatNoKeyCanHoldAreRefused(String id) {
		assertThatIllegalArgumentException().isThrownBy(() -> NixlMetadata.checkEngineId(id))
			.withMessageContaining("The engine id");
		assertThatIllegalArgumentException().isThrownBy(() -> new NixlMetadata(id, Map.of(), "a"));
	}

	@Test
	void textsAreMeasuredInBytes() {
		assertThat(NixlMetadata.checkEngineId("é".repeat(512))).hasSize(512);
		assertThatIllegalArgumentException().isThrownBy(() -> NixlMetadata.checkEngineId("é".repeat(513)))
			.withMessageContaining("1024 bytes");
	}

	@ParameterizedTest
	@ValueSource(strings = { "localhost:7400", "10.0.0.1:1", "[::1]:65535", "worker-1.example:80" })
	void sessionEndpointsAreHostAndPort(String endpoint) {
		assertThat(NixlMetadata.Additions.none().withSessionEndpoint(endpoint).sessionEndpoint()).isEqualTo(endpoint);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "localhost", ":7400", "a:0", "a:65536", "a:+1", "a:", "::1:7400", "[::1:7400",
			"[]:7400", "a b:7400", "a:123456", "a:١" })
	void sessionEndpointsOfAnotherFormAreRefused(String endpoint) {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> NixlMetadata.Additions.none().withSessionEndpoint(endpoint))
			.withMessageContaining("session endpoint");
	}

	@Test
	void regionsEndWithinTheAddressSpace() {
		assertThat(new MemoryDescriptor(-1, 1, MemoryType.DRAM, 0, Permissions.READ).address()).isEqualTo(-1);
		assertThat(new MemoryDescriptor(-1, 0, MemoryType.DRAM, 0, Permissions.READ).length()).isZero();
		assertThatIllegalArgumentException()
			.isThrownBy(() -> new MemoryDescriptor(-1, 2, MemoryType.DRAM, 0, Permissions.READ))
			.withMessageContaining("2 bytes at address 18446744073709551615");
	}

	@Test
	void collectionsAreCopiedAndCannotBeChanged() {
		Map<String, MemoryDescriptor> regions = new HashMap<>(Map.of("kv", KV));
		List<String> roles = new ArrayList<>(List.of("decode"));
		NixlMetadata card = new NixlMetadata("e", regions, "a", NixlMetadata.Additions.none().withRoles(roles));
		regions.clear();
		roles.clear();
		assertThat(card.memoryDescriptors()).isEqualTo(Map.of("kv", KV)).isUnmodifiable();
		assertThat(card.additions().roles()).containsExactly("decode").isUnmodifiable();
	}

	@Test
	void additionsAreBoundedAndNotNegative() {
		NixlMetadata.Additions none = NixlMetadata.Additions.none();
		assertThatIllegalArgumentException().isThrownBy(() -> none.withFeatures(Collections.nCopies(257, "x")))
			.withMessageContaining("features");
		assertThatIllegalArgumentException().isThrownBy(() -> none.withRoles(List.of("")))
			.withMessageContaining("roles");
		assertThatIllegalArgumentException().isThrownBy(() -> none.withCapacity(Map.of("blocks", -1L)))
			.withMessageContaining("'blocks'");
		Map<String, Long> tooMany = IntStream.range(0, 257)
			.boxed()
			.collect(Collectors.toMap(String::valueOf, Long::valueOf));
		assertThatIllegalArgumentException().isThrownBy(() -> none.withCapacity(tooMany));
	}

}
