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

import java.time.Duration;
import java.util.List;
import java.util.Map;

import io.nixl4j.CompletionMode;
import io.nixl4j.NixlAgent;
import io.nixl4j.NixlAgentBuilder;
import io.nixl4j.TcpOptions;
import io.nixl4j.Timeouts;
import io.nixl4j.metadata.NixlMetadataCodec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.util.unit.DataSize;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * How keys are spelled, and what they are without being spelled at all.
 */
class NixlPropertiesTests {

	private static final List<Class<?>> NOTHING = List.of();

	@Test
	void theBlockOfTheReferenceDocumentIsTakenAsItIs() {
		try (ConfigurableApplicationContext context = TestApplication.run(NOTHING, "spring.config.name=seed")) {
			NixlProperties properties = context.getBean(NixlProperties.class);
			assertThat(properties.enabled()).isTrue();
			assertThat(properties.rdmaInterface()).isEqualTo("ib0");
			assertThat(properties.fallback()).isEqualTo(NixlProperties.Fallback.TCP);
			assertThat(context.getBeansOfType(NixlAgent.class)).hasSize(1);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "data_plane.nixl.tcp.connections_per_peer", "data-plane.nixl.tcp.connections-per-peer",
			"dataPlane.nixl.tcp.connectionsPerPeer", "DATA_PLANE.NIXL.TCP.CONNECTIONS_PER_PEER" })
	void keysAreWrittenInAnyOfTheUsualSpellings(String key) {
		assertThat(bind(Map.of(key, "7")).tcp().connectionsPerPeer()).isEqualTo(7);
	}

	@ParameterizedTest
	@ValueSource(strings = { "data_plane.nixl.enabled=false", "data-plane.nixl.enabled=false",
			"dataPlane.nixl.enabled=false" })
	void agentsAreSwitchedOffInAnySpelling(String property) {
		try (ConfigurableApplicationContext context = TestApplication.run(NOTHING, property)) {
			assertThat(context.getBeansOfType(NixlAgent.class)).isEmpty();
		}
	}

	@Test
	void environmentVariablesAreTaken() {
		NixlProperties properties = bindVariables(
				Map.of("DATAPLANE_NIXL_RDMAINTERFACE", "mlx5_0", "DATAPLANE_NIXL_TCP_BINDADDRESS", "::1",
						"DATAPLANE_NIXL_TIMEOUTS_REGIONCLOSE", "3s", "DATAPLANE_NIXL_PEERS_DECODE1", "decode:7000"));
		assertThat(properties.rdmaInterface()).isEqualTo("mlx5_0");
		assertThat(properties.tcp().bindAddress()).isEqualTo("::1");
		assertThat(properties.timeouts().regionClose()).isEqualTo(Duration.ofSeconds(3));
		assertThat(properties.peers()).containsExactly(Map.entry("decode1", "decode:7000"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "DATAPLANE_NIXL_ENABLED", "DATA_PLANE_NIXL_ENABLED" })
	void environmentVariablesSwitchAgentsOff(String variable) {
		try (ConfigurableApplicationContext context = TestApplication.run(Map.of(variable, "false"), NOTHING)) {
			assertThat(context.getBeansOfType(NixlAgent.class)).isEmpty();
		}
	}

	@Test
	void defaultsAreThoseOfTheCore() {
		NixlProperties properties = bind(Map.of());
		assertThat(properties.enabled()).isTrue();
		assertThat(properties.transport()).isEqualTo(NixlProperties.Transport.AUTO);
		assertThat(properties.fallback()).isEqualTo(NixlProperties.Fallback.TCP);
		assertThat(properties.metadata().store()).isEqualTo(NixlProperties.Metadata.Store.AUTO);
		assertThat(properties.namespace()).isEqualTo("default");
		assertThat(properties.peers()).isEmpty();
		AgentDefaults defaults = new AgentDefaults(properties, null);
		assertThat(defaults.tcp()).isEqualTo(TcpOptions.defaults());
		assertThat(defaults.timeouts()).isEqualTo(Timeouts.defaults());
		assertThat(properties.tuning().queueDepth()).isEqualTo(NixlAgentBuilder.DEFAULT_QUEUE_DEPTH);
		assertThat(properties.tuning().completionMode()).isEqualTo(CompletionMode.POLLING);
		assertThat(properties.tuning().mtu()).isEqualTo(4096);
	}

	@Test
	void allAgentsAreInTheZoneThatIsConfigured() {
		AgentDefaults defaults = new AgentDefaults(bind(Map.of("data-plane.nixl.zone", "zone-a")), null);
		try (NixlAgent agent = defaults.builder().build()) {
			agent.start();
			assertThat(NixlMetadataCodec.decode(agent.localMetadata()).additions().zone()).isEqualTo("zone-a");
		}
		try (NixlAgent agent = new AgentDefaults(bind(Map.of()), null).builder().build()) {
			agent.start();
			assertThat(NixlMetadataCodec.decode(agent.localMetadata()).additions().zone()).isNull();
		}
	}

	@Test
	void sizesAndDurationsHaveUnits() {
		NixlProperties properties = bind(Map.of("data-plane.nixl.tcp.max-frame-size", "256KB",
				"data-plane.nixl.tcp.send-buffer", "4MB", "data-plane.nixl.timeouts.drain", "250ms"));
		assertThat(properties.tcp().maxFrameSize()).isEqualTo(DataSize.ofKilobytes(256));
		AgentDefaults defaults = new AgentDefaults(properties, null);
		assertThat(defaults.tcp().maxFrameSize()).isEqualTo(256 * 1024);
		assertThat(defaults.tcp().sendBuffer()).isEqualTo(4 * 1024 * 1024);
		assertThat(defaults.timeouts().drain()).isEqualTo(Duration.ofMillis(250));
	}

	@Test
	void theSecretIsNotShown() {
		NixlProperties properties = bind(Map.of("data-plane.nixl.tcp.secret", "open sesame"));
		assertThat(properties.tcp().secret()).isEqualTo("open sesame");
		assertThat(properties.toString()).contains("secret").doesNotContain("sesame");
	}

	private static NixlProperties bind(Map<String, Object> values) {
		StandardEnvironment environment = new StandardEnvironment();
		environment.getPropertySources().addFirst(new MapPropertySource("test", values));
		return bind(environment);
	}

	private static NixlProperties bindVariables(Map<String, Object> variables) {
		StandardEnvironment environment = new StandardEnvironment();
		environment.getPropertySources()
			.replace(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME, new SystemEnvironmentPropertySource(
					StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME, variables));
		return bind(environment);
	}

	private static NixlProperties bind(StandardEnvironment environment) {
		return Binder.get(environment).bindOrCreate("data-plane.nixl", Bindable.of(NixlProperties.class));
	}

}
