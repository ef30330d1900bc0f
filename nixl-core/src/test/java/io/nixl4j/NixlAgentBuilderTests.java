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

package io.nixl4j;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNoException;

/**
 * What a builder refuses before there is an agent.
 */
class NixlAgentBuilderTests {

	private final NixlAgentBuilder builder = NixlAgent.builder();

	@ParameterizedTest
	@ValueSource(strings = { "", "decode", "decode:", ":7000", "decode:0", "decode:65536", "::1:7000", "a b:1" })
	void peersThatAreNotHostAndPortAreRefused(String endpoint) {
		assertThatIllegalArgumentException().isThrownBy(() -> this.builder.peer("decode-1", endpoint));
	}

	@ParameterizedTest
	@ValueSource(strings = { "decode:7000", "10.0.0.1:1", "[::1]:65535" })
	void peersThatAreHostAndPortAreTaken(String endpoint) {
		assertThatNoException().isThrownBy(() -> this.builder.peer("decode-1", endpoint));
	}

	@Test
	void portsOutOfRangeAreRefused() {
		assertThatIllegalArgumentException().isThrownBy(() -> this.builder.port(65_536))
			.withMessageStartingWith("port ");
		assertThatIllegalArgumentException().isThrownBy(() -> this.builder.port(-1));
	}

	@Test
	void aPortForAnAgentWithoutSocketsDoesNothing() {
		assertThatNoException().isThrownBy(() -> this.builder.tcp(null).port(7_000).build().close());
	}

}
