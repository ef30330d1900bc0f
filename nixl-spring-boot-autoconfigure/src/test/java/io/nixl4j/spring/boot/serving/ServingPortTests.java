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

package io.nixl4j.spring.boot.serving;

import java.util.List;

import io.nixl4j.NixlAgent;
import io.nixl4j.NixlAgentBuilder;
import io.nixl4j.spring.boot.support.FreePort;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * On which ports the agents of roles listen, and what is said of those that nobody takes.
 */
@ExtendWith(OutputCaptureExtension.class)
class ServingPortTests {

	private static final String PREFIX = "data-plane.nixl.serving.";

	private final ApplicationContextRunner runner = Engines.runner(Engines.ForDecode.class)
		.withPropertyValues(Engines.LAYOUT);

	@Test
	void eachRoleHasItsPort(CapturedOutput output) throws Exception {
		int port = FreePort.find();
		this.runner.withPropertyValues(PREFIX + "roles=router,decode", PREFIX + "decode.port=" + port)
			.run((context) -> {
				assertThat(context.getBean("nixlDecodeAgent", NixlAgent.class).port()).isEqualTo(port);
				assertThat(context.getBean("nixlRouterAgent", NixlAgent.class).port()).isNotEqualTo(port);
			});
		assertThat(warnings(output)).isEmpty();
	}

	@Test
	void thePortOfTheApplicationIsNoneOfSeveralRoles(CapturedOutput output) throws Exception {
		this.runner.withPropertyValues(PREFIX + "roles=router,decode", "data-plane.nixl.tcp.port=" + FreePort.find())
			.run((context) -> assertThat(context).hasNotFailed());
		assertThat(warnings(output)).singleElement()
			.asString()
			.contains("WARN", "data-plane.nixl.tcp.port does nothing", PREFIX + "<role>.port");
	}

	@Test
	void theOnlyRoleHasThatOfTheApplication(CapturedOutput output) throws Exception {
		int port = FreePort.find();
		this.runner
			.withPropertyValues(PREFIX + "roles=decode", "data-plane.nixl.tcp.port=" + port, PREFIX + "decode.port=1")
			.run((context) -> assertThat(context.getBean(NixlAgent.class).port()).isEqualTo(port));
		assertThat(warnings(output)).singleElement()
			.asString()
			.contains(PREFIX + "decode.port does nothing", "is data-plane.nixl.tcp.port");
	}

	@Test
	void anAgentOfTheApplicationHasItsOwn(CapturedOutput output) {
		this.runner.withUserConfiguration(Own.class)
			.withPropertyValues(PREFIX + "roles=router,decode", PREFIX + "router.agent=mine", PREFIX + "router.port=1")
			.run((context) -> assertThat(context).hasNotFailed());
		assertThat(warnings(output)).singleElement()
			.asString()
			.contains(PREFIX + "router.port does nothing", "a bean of the application");
	}

	private static List<String> warnings(CapturedOutput output) {
		return output.toString().lines().filter((line) -> line.contains("UnusedPorts")).toList();
	}

	@Configuration(proxyBeanMethods = false)
	static class Own {

		@Bean
		NixlAgent mine(NixlAgentBuilder builder) {
			return builder.name("mine").build();
		}

	}

}
