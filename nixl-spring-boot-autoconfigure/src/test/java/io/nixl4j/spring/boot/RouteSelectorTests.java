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

import java.util.Arrays;
import java.util.List;
import java.util.Map;

import io.nixl4j.route.RouteBackend;
import io.nixl4j.route.RouteContext;
import io.nixl4j.route.RouteProvider;
import io.nixl4j.route.RouteTraits;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.boot.diagnostics.FailureAnalyzedException;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Which of the routes that are there an application takes.
 */
@ExtendWith(OutputCaptureExtension.class)
class RouteSelectorTests {

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			auto   | tcp  | tcp nixl shm memory cuda | memory shm cuda nixl tcp
			auto   | tcp  | tcp mine memory          | memory mine tcp
			auto   | none | tcp nixl memory          | memory nixl
			native | tcp  | tcp nixl shm memory cuda | cuda nixl tcp
			native | none | tcp nixl shm memory cuda | cuda nixl
			tcp    | tcp  | tcp nixl shm memory cuda | tcp
			tcp    | none | tcp memory               | tcp
			""")
	void theTransportDecides(String transport, String fallback, String found, String chosen) {
		assertThat(select(Map.of("transport", transport, "fallback", fallback), found)).containsExactly(names(chosen));
	}

	@Test
	void nativeWithoutTheNativeModuleTakesTcpWithOneWarning(CapturedOutput output) {
		assertThat(select(Map.of("transport", "native"), "memory tcp")).containsExactly("tcp");
		assertThat(output.toString().lines().filter((line) -> line.contains("WARN"))).singleElement()
			.asString()
			.contains("data-plane.nixl.transport", "io.nixl4j:nixl-native-jna", "tcp");
	}

	@Test
	void anRdmaInterfaceWithoutTheNativeModuleIsOneWarning(CapturedOutput output) {
		assertThat(select(Map.of("rdma-interface", "ib0"), "memory tcp")).containsExactly("memory", "tcp");
		assertThat(output.toString().lines().filter((line) -> line.contains("WARN"))).singleElement()
			.asString()
			.contains("data-plane.nixl.rdma-interface", "'ib0'", "io.nixl4j:nixl-native-jna");
	}

	@Test
	void nothingIsWarnedOfWhereNothingIsMissing(CapturedOutput output) {
		select(Map.of("rdma-interface", "ib0", "transport", "native"), "nixl tcp");
		select(Map.of("rdma-interface", ""), "memory tcp");
		assertThat(output).doesNotContain("WARN");
	}

	@ParameterizedTest
	@CsvSource({ "native", "auto" })
	void withoutFallbackTheNativeModuleMustBeThere(String transport) {
		assertThatExceptionOfType(FailureAnalyzedException.class)
			.isThrownBy(() -> select(Map.of("transport", transport, "fallback", "none"), "memory tcp"))
			.satisfies((ex) -> {
				assertThat(ex.analysis().getDescription()).contains("data-plane.nixl.fallback", "'none'",
						"data-plane.nixl.transport", transport);
				assertThat(ex.analysis().getAction()).contains("io.nixl4j:nixl-native-jna", "data-plane.nixl.fallback");
			});
	}

	@Test
	void aMissingRouteIsReportedWithWhatIsThere() {
		assertThatExceptionOfType(FailureAnalyzedException.class)
			.isThrownBy(() -> select(Map.of("transport", "tcp"), "memory"))
			.satisfies((ex) -> {
				assertThat(ex.analysis().getDescription()).contains("data-plane.nixl.transport is 'tcp'", "[memory]");
				assertThat(ex.analysis().getAction()).contains("META-INF/services/io.nixl4j.route.RouteProvider");
			});
	}

	private static List<String> select(Map<String, String> values, String found) {
		NixlProperties properties = new Binder(new MapConfigurationPropertySource(values)).bindOrCreate("",
				Bindable.of(NixlProperties.class));
		List<RouteProvider> providers = Arrays.stream(names(found)).<RouteProvider>map(Named::new).toList();
		return new RouteSelector(properties).select(providers).providers().stream().map(RouteProvider::name).toList();
	}

	private static String[] names(String names) {
		return names.strip().split(" ");
	}

	/**
	 * A route that is only spoken of.
	 */
	private record Named(String name) implements RouteProvider {

		@Override
		public RouteTraits traits() {
			throw new UnsupportedOperationException();
		}

		@Override
		public RouteBackend open(RouteContext context) {
			throw new UnsupportedOperationException();
		}

	}

}
