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

import java.util.ArrayList;
import java.util.List;

import io.nixl4j.NixlAgent;
import io.nixl4j.NixlAgentBuilder;
import io.nixl4j.kv.KvCache;
import io.nixl4j.kv.KvLayout;
import io.nixl4j.memory.RegionOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.diagnostics.FailureAnalyzedException;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What cannot be served, and what the start says of it.
 */
class ServingFailureTests {

	private static final String PREFIX = "data-plane.nixl.serving.";

	private final ApplicationContextRunner runner = Engines.runner().withPropertyValues(Engines.LAYOUT);

	@Test
	void aRouterThatKnowsNoDecodeWorker() {
		check(this.runner.withPropertyValues(PREFIX + "roles=router"), "'router' knows no decode worker",
				PREFIX + "router.decode-engines");
	}

	@Test
	void aWorkerWithoutAnEngine() {
		check(this.runner.withPropertyValues(PREFIX + "roles=decode"), "'decode' has no engine", "DecodeEngine bean");
		check(this.runner.withPropertyValues(PREFIX + "roles=prefill"), "'prefill' has no engine",
				"PrefillEngine bean");
	}

	@Test
	void aDecodeEngineIsNotUsedByBothWorkers() {
		check(this.runner.withUserConfiguration(Engines.ForDecode.class)
			.withPropertyValues(PREFIX + "roles=prefill,decode"), "'prefill' has no engine", "one of its own");
	}

	@Test
	void twoEnginesOfWhichNoneIsNamed() {
		check(this.runner.withUserConfiguration(TwoEngines.class).withPropertyValues(PREFIX + "roles=prefill,decode"),
				"'decode' does not say which engine it has", PREFIX + "decode.engine to one of [one, two]");
	}

	@ParameterizedTest
	@CsvSource({ "prefill, two", "decode, one" })
	void namingOneOfTwoEnginesIsEnough(String role, String engine) {
		this.runner.withUserConfiguration(TwoEngines.class)
			.withPropertyValues(PREFIX + "roles=prefill,decode", PREFIX + role + ".engine=" + engine)
			.run((context) -> {
				assertThat(context.getBean(ServingEngines.class).decode()).isSameAs(context.getBean("one"));
				assertThat(context.getBean(ServingEngines.class).prefill()).isSameAs(context.getBean("two"));
			});
	}

	@Test
	void anEngineThatIsNotThere() {
		check(this.runner.withUserConfiguration(Engines.ForDecode.class)
			.withPropertyValues(PREFIX + "roles=decode", PREFIX + "decode.engine=three"), "the engine 'three'",
				"[decodeEngine]");
	}

	@Test
	void noLayout() {
		check(Engines.runner(Engines.ForDecode.class)
			.withPropertyValues(PREFIX + "roles=decode", PREFIX + "decode.blocks=1"),
				"'decode' does not know how KV blocks lie", PREFIX + "layout.layers");
	}

	@Test
	void noBlocks() {
		check(Engines.runner(Engines.ForDecode.class)
			.withPropertyValues(PREFIX + "roles=decode", PREFIX + "layout.layers=30", PREFIX + "layout.heads=3",
					PREFIX + "layout.head-size=64"),
				"how many KV blocks", PREFIX + "decode.blocks. A block of 16 tokens takes 368640 bytes");
	}

	@ParameterizedTest
	@CsvSource({ "layout.heads, 0, layout", "layout.layers, -1, layout", "decode.threads, 0, decode",
			"decode.max-requests, 0, decode", "decode.blocks, 0, decode", "router.max-attempts, 0, router",
			"router.remote-timeout, 0s, router" })
	void valuesOutOfRange(String key, String value, String group) {
		check(this.runner.withUserConfiguration(Engines.ForDecode.class)
			.withPropertyValues(PREFIX + "roles=router,decode", PREFIX + key + "=" + value), PREFIX + group + ": ",
				"below " + PREFIX + group);
	}

	@ParameterizedTest
	@CsvSource({ "data-plane.nixl.serving.decode.engine-id", "data-plane.nixl.engine-id",
			"data-plane.nixl.agent-name" })
	void engineIdsThatCannotBeOnes(String key) {
		check(this.runner.withUserConfiguration(Engines.ForDecode.class)
			.withPropertyValues(PREFIX + "roles=router,decode", key + "=with/slash"), key + ": The engine id", key);
	}

	@Test
	void aPortOutOfRange() {
		check(this.runner.withUserConfiguration(Engines.ForDecode.class)
			.withPropertyValues(PREFIX + "roles=router,decode", PREFIX + "decode.port=65536"), PREFIX + "decode.port: ",
				PREFIX + "decode.port");
	}

	@Test
	void anAgentThatIsNotThere() {
		check(this.runner.withUserConfiguration(TwoAgentsOfTheApplication.class, Engines.ForDecode.class)
			.withPropertyValues(PREFIX + "roles=decode", PREFIX + "decode.agent=third"), "the agent 'third'",
				"[first, second]");
	}

	@Test
	void severalAgentsOfWhichNoneIsNamed() {
		check(this.runner.withUserConfiguration(TwoAgentsOfTheApplication.class, Engines.ForDecode.class)
			.withPropertyValues(PREFIX + "roles=decode"), "does not say which agent",
				PREFIX + "decode.agent to one of [first, second]");
	}

	@Test
	void twoRolesOfOneAgent() {
		check(this.runner.withUserConfiguration(TwoAgentsOfTheApplication.class, Engines.ForDecode.class)
			.withPropertyValues(PREFIX + "roles=router,decode", PREFIX + "decode.agent=first",
					PREFIX + "router.agent=first"),
				"cannot have the notifications of its agent", "an agent of its own");
	}

	@Test
	void severalCachesOfTheApplicationOfWhichNoneIsTheWorkers() {
		check(this.runner.withUserConfiguration(TwoCaches.class).withPropertyValues(PREFIX + "roles=decode"),
				"'decode' does not say which KV cache it has", "'nixlDecodeKvCache'");
	}

	private static void check(ApplicationContextRunner runner, String description, String action) {
		runner.run((context) -> {
			List<FailureAnalyzedException> reports = new ArrayList<>();
			for (Throwable ex = context.getStartupFailure(); ex != null; ex = ex.getCause()) {
				if (ex instanceof FailureAnalyzedException report) {
					reports.add(report);
				}
			}
			assertThat(reports).as("reports of %s", context.getStartupFailure()).hasSize(1);
			assertThat(reports.get(0).analysis().getDescription()).contains(description);
			assertThat(reports.get(0).analysis().getAction()).contains(action);
		});
	}

	@Configuration(proxyBeanMethods = false)
	static class TwoEngines {

		@Bean
		StampingEngine one(@Qualifier("nixlDecodeKvCache") KvCache cache) {
			return new StampingEngine(cache);
		}

		@Bean
		StampingEngine two(@Qualifier("nixlPrefillKvCache") KvCache cache) {
			return new StampingEngine(cache);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class TwoAgentsOfTheApplication {

		@Bean
		NixlAgent first(NixlAgentBuilder builder) {
			return builder.build();
		}

		@Bean
		NixlAgent second(NixlAgentBuilder builder) {
			return builder.build();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class TwoCaches {

		@Bean
		KvCache first(NixlAgent agent, KvLayout layout) {
			return new KvCache(layout, agent.allocate(layout.bytes(1), RegionOptions.of("first")));
		}

		@Bean
		KvCache second(NixlAgent agent, KvLayout layout) {
			return new KvCache(layout, agent.allocate(layout.bytes(1), RegionOptions.of("second")));
		}

		@Bean
		StampingEngine engine(@Qualifier("first") KvCache cache) {
			return new StampingEngine(cache);
		}

	}

}
