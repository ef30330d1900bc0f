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

package io.nixl4j.spring.boot;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.context.properties.source.ConfigurationPropertyName;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The keys that are known.
 */
class NixlKeysTests {

	@Test
	void theyAreThoseOfTheGeneratedMetadata() throws IOException {
		List<String> known = new ArrayList<>(NixlKeys.VALUES);
		known.addAll(NixlKeys.MAPS);
		assertThat(known.stream().map((key) -> NixlProperties.PREFIX + "." + key))
			.containsExactlyInAnyOrderElementsOf(GeneratedMetadata.propertiesByName().keySet());
	}

	@Test
	void hintsAreForKeysThatAreThere() throws IOException {
		assertThat(GeneratedMetadata.namesWithHints()).isNotEmpty()
			.isSubsetOf(GeneratedMetadata.propertiesByName().keySet());
	}

	@ParameterizedTest
	@ValueSource(strings = { "enabled", "tcp.bind-address", "tcp.bindaddress", "peers.decode-1", "peers.a.b" })
	void aKeyIsKnownInAnySpelling(String key) {
		assertThat(NixlKeys.isKnown(ConfigurationPropertyName.of(key))).isTrue();
	}

	@ParameterizedTest
	@ValueSource(strings = { "tcp", "peers", "enabled.x", "tcp.bind.address", "zones" })
	void otherKeysAreNot(String key) {
		assertThat(NixlKeys.isKnown(ConfigurationPropertyName.of(key))).isFalse();
	}

	@ParameterizedTest
	@CsvSource({ "fallbak, fallback", "rdma_interfaces, rdma-interface", "enable, enabled",
			"rdma-iface, rdma-interface", "port, tcp.port", "bind-address, tcp.bind-address",
			"tcp.bindadress, tcp.bind-address", "timeout.drain, timeouts.drain",
			"tunning.queue-depth, tuning.queue-depth", "tcp.conections-per-peer, tcp.connections-per-peer" })
	void theNearestKnownKeyIsWhatAPersonWouldGuess(String key, String nearest) {
		assertThat(NixlKeys.nearest(key)).isEqualTo(nearest);
	}

}
