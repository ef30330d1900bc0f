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
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;

import io.nixl4j.NixlAgent;
import io.nixl4j.NixlAgentBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Starts that fail name the key and the cure.
 */
class FailureReportTests {

	@Test
	void aPortInUse() throws IOException {
		try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			String port = String.valueOf(other.getLocalPort());
			assertThat(report("data-plane.nixl.tcp.port=" + port)).contains("in use", port)
				.containsSubsequence("Action:", "data-plane.nixl.tcp.port", "free");
		}
	}

	@ParameterizedTest
	@CsvSource({ "192.0.2.1", "no-such-host.invalid" })
	void anAddressOfAnotherHost(String address) {
		assertThat(report("data-plane.nixl.tcp.bind-address=" + address)).contains(address)
			.containsSubsequence("Action:", "data-plane.nixl.tcp.bind-address", "127.0.0.1");
	}

	@Test
	void aTransportThatIsUnknown() {
		assertThat(report("data-plane.nixl.transport=rdma")).contains("data-plane.nixl.transport", "rdma")
			.containsSubsequence("Action:", "AUTO", "NATIVE", "TCP");
	}

	@Test
	void theNativeModuleIsMissing() {
		assertThat(report("data-plane.nixl.transport=native", "data-plane.nixl.fallback=none"))
			.contains("data-plane.nixl.transport", "data-plane.nixl.fallback")
			.containsSubsequence("Action:", "io.nixl4j:nixl-native-jna");
	}

	@Test
	void anEmptySecret() {
		assertThat(report("data-plane.nixl.tcp.secret=")).contains("data-plane.nixl.tcp.secret is empty")
			.containsSubsequence("Action:", "data-plane.nixl.tcp.secret", "remove the key");
	}

	@Test
	void aSecretIsNotShownWhereSomethingElseIsWrong() {
		assertThat(report("data-plane.nixl.tcp.secret=sesame", "data-plane.nixl.tcp.port=70000"))
			.contains("data-plane.nixl.tcp.port")
			.doesNotContain("sesame");
	}

	@ParameterizedTest
	@CsvSource({ "tcp.port, 70000", "tcp.connections-per-peer, 0", "tcp.max-frame-size, 2MB", "tcp.max-frame-size, 8GB",
			"tcp.send-buffer, -1B", "tcp.staging-memory, 2GB", "timeouts.connect, 0s", "tcp.limits.connections, 0",
			"tcp.limits.frame-time, 0s", "tcp.limits.frame-rate, 0B", "timeouts.region-close, -1s",
			"timeouts.drain, -1s", "tuning.queue-depth, 0", "tuning.mtu, 0", "engine-id, a/b", "engine-id, ''",
			"zone, ''", "peers.decode-1, decode", "peers.decode-1, decode:99999" })
	void aValueOutOfRange(String key, String value) {
		assertThat(report("data-plane.nixl." + key + "=" + value)).containsSubsequence("Description:",
				"data-plane.nixl." + key, "Action:", "Change the value of data-plane.nixl." + key);
	}

	@ParameterizedTest
	@CsvSource({ "timeouts.connect, soon", "tcp.port, many", "tcp.send-buffer, big", "fallback, shm",
			"metadata.store, etcd" })
	void aValueOfTheWrongKind(String key, String value) {
		assertThat(report("data-plane.nixl." + key + "=" + value)).contains("data-plane.nixl." + key, value);
	}

	@Test
	void anAgentNameThatIsTooLong() {
		assertThat(report("data-plane.nixl.agent-name=" + "x".repeat(300))).containsSubsequence("255", "Action:",
				"data-plane.nixl.agent-name");
	}

	@Test
	void twoAgentsOfOneEngine() {
		assertThat(StartFailure.of(List.of(SameEngine.class))).contains("decode-1")
			.containsSubsequence("Action:", "data-plane.nixl.engine-id", "engineId(..)");
	}

	private static String report(String... properties) {
		String report = StartFailure.of(List.of(), properties);
		assertThat(report).contains("APPLICATION FAILED TO START");
		return report;
	}

	@Configuration(proxyBeanMethods = false)
	static class SameEngine {

		@Bean
		NixlAgent one(NixlAgentBuilder builder) {
			return builder.engineId("decode-1").build();
		}

		@Bean
		NixlAgent two(NixlAgentBuilder builder) {
			return builder.engineId("decode-1").build();
		}

	}

}
