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

import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What is said of keys that mean nothing.
 */
@ExtendWith(OutputCaptureExtension.class)
class UnknownKeysTests {

	private static final List<Class<?>> NOTHING = List.of();

	@Test
	void aMisspelledKeyIsOneWarningWithTheNearestKnownKey(CapturedOutput output) {
		TestApplication.run(NOTHING, "data_plane.nixl.rdma_interfaces=ib0").close();
		assertThat(output.toString().lines().filter((line) -> line.contains("UnknownKeys"))).singleElement()
			.asString()
			.contains("WARN", "data-plane.nixl.rdma_interfaces", "nearest known key is data-plane.nixl.rdma-interface")
			.doesNotContain("ib0");
	}

	@Test
	void aFileIsNamedWithTheLine(CapturedOutput output) {
		TestApplication.run(NOTHING, "spring.config.name=misspelled").close();
		assertThat(output.toString().lines().filter((line) -> line.contains("UnknownKeys"))).singleElement()
			.asString()
			.contains("data-plane.nixl.tcp.advertise-host", "misspelled.yaml", "5:23",
					"data-plane.nixl.tcp.advertised-host");
	}

	@Test
	void misspelledEnvironmentVariablesAreWarnedOf(CapturedOutput output) {
		TestApplication.run(Map.of("DATAPLANE_NIXL_TCP_BIND_ADDRESS", "127.0.0.1"), NOTHING).close();
		assertThat(output).contains("nearest known key is data-plane.nixl.tcp.bind-address");
	}

	@Test
	void knownKeysAreNotWarnedOf(CapturedOutput output) {
		TestApplication
			.run(Map.of("DATAPLANE_NIXL_TCP_BINDADDRESS", "127.0.0.1", "DATA_PLANE_NIXL_TCP_CHECKSUM", "true"), NOTHING,
					"data_plane.nixl.peers.decode-1=localhost:7000", "data-plane.nixl.timeouts.regionClose=1s",
					"spring.config.name=seed")
			.close();
		assertThat(output).doesNotContain("UnknownKeys");
	}

	@Test
	void keysOfServingWithoutItsModuleAreOneWarningWithTheDependency(CapturedOutput output) {
		ApplicationContextRunner runner = new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(NixlUnknownKeysAutoConfiguration.class))
			.withPropertyValues("data-plane.nixl.serving.roles=decode", "data-plane.nixl.serving.decode.blocks=7");
		runner.run((context) -> assertThat(output).doesNotContain("UnknownKeys"));
		runner.withClassLoader(new FilteredClassLoader("io.nixl4j.serving"))
			.run((context) -> assertThat(output.toString().lines().filter((line) -> line.contains("UnknownKeys")))
				.singleElement()
				.asString()
				.contains("WARN", "Keys below data-plane.nixl.serving do nothing", "io.nixl4j:nixl-serving"));
	}

	@Test
	void nothingIsSaidWhereAgentsAreSwitchedOff(CapturedOutput output) {
		TestApplication.run(NOTHING, "data-plane.nixl.enabled=false", "data-plane.nixl.x=y").close();
		assertThat(output).doesNotContain("UnknownKeys");
	}

}
