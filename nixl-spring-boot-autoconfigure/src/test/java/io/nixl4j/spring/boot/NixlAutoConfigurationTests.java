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

import java.util.ArrayList;
import java.util.List;

import io.nixl4j.InProcessNetwork;
import io.nixl4j.NixlAgent;
import io.nixl4j.NixlAgentBuilder;
import io.nixl4j.NixlPeer;
import io.nixl4j.memory.MemoryRegion;
import io.nixl4j.memory.MemoryType;
import io.nixl4j.memory.NixlException;
import io.nixl4j.memory.Permissions;
import io.nixl4j.metadata.InMemoryNixlMetadataStore;
import io.nixl4j.metadata.NixlMetadataStore;
import io.nixl4j.route.RouteProvider;
import io.nixl4j.spring.boot.support.FreePort;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.LazyInitializationBeanFactoryPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The beans that an application gets, and those that give way to its own.
 */
class NixlAutoConfigurationTests {

	private final ApplicationContextRunner contextRunner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(NixlAgentAutoConfiguration.class, NixlLifecycleAutoConfiguration.class,
				NixlMetadataStoreAutoConfiguration.class, NixlRouteAutoConfiguration.class,
				NixlUnknownKeysAutoConfiguration.class));

	@Test
	void anApplicationGetsOneStartedAgent() {
		this.contextRunner.withPropertyValues("spring.application.name=My app/1").run((context) -> {
			NixlAgent agent = context.getBean(NixlAgent.class);
			assertThat(agent.name()).matches("My-app-1-[0-9a-f]{8}");
			assertThat(agent.engineId()).isEqualTo(agent.name());
			assertThat(agent.incarnation()).isPresent();
			assertThat(agent.port()).isPositive();
			assertThat(agent.routes()).first().isEqualTo("memory");
			assertThat(context).hasSingleBean(InMemoryNixlMetadataStore.class).hasSingleBean(InProcessNetwork.class);
		});
	}

	@Test
	void identityAndPortAreConfigured() {
		int port = FreePort.find();
		this.contextRunner
			.withPropertyValues("data-plane.nixl.agent-name=left", "data-plane.nixl.engine-id=decode-1",
					"data-plane.nixl.tcp.port=" + port)
			.run((context) -> {
				NixlAgent agent = context.getBean(NixlAgent.class);
				assertThat(agent.name()).isEqualTo("left");
				assertThat(agent.engineId()).isEqualTo("decode-1");
				assertThat(agent.port()).isEqualTo(port);
			});
	}

	@Test
	void everyBuilderIsNewAndTakesAFreePort() {
		int port = FreePort.find();
		this.contextRunner
			.withPropertyValues("data-plane.nixl.agent-name=left", "data-plane.nixl.engine-id=decode-1",
					"data-plane.nixl.tcp.port=" + port)
			.run((context) -> {
				assertThat(context.getBean(NixlAgentBuilder.class))
					.isNotSameAs(context.getBean(NixlAgentBuilder.class));
				try (NixlAgent first = context.getBean(NixlAgentBuilder.class).build();
						NixlAgent second = context.getBean(NixlAgentBuilder.class).build()) {
					first.start();
					second.start();
					assertThat(List.of(first.port(), second.port())).doesNotContain(port, -1).doesNotHaveDuplicates();
					assertThat(List.of(first.name(), second.name())).doesNotContain("left").doesNotHaveDuplicates();
				}
			});
	}

	@Test
	void customizersChangeEveryBuilderInTheirOrder() {
		this.contextRunner.withUserConfiguration(Customizers.class).run((context) -> {
			assertThat(context.getBean(NixlAgent.class).engineId()).isEqualTo("second");
			assertThat(context.getBean(NixlAgent.class).port()).isEqualTo(-1);
			try (NixlAgent another = context.getBean(NixlAgentBuilder.class).build()) {
				assertThat(another.engineId()).isEqualTo("second");
			}
		});
	}

	@Test
	void aStoreOfTheApplicationIsUsed() {
		List<String> events = new ArrayList<>();
		this.contextRunner.withBean("mine", NixlMetadataStore.class, () -> new RecordingStore(events::add))
			.run((context) -> {
				assertThat(context).doesNotHaveBean(InMemoryNixlMetadataStore.class);
				ready(context);
				assertThat(events).containsExactly("published");
			});
		assertThat(events).containsExactly("published", "withdrawn", "store closed");
	}

	@Test
	void anAgentOfTheApplicationIsStartedInsteadOfOurs() {
		this.contextRunner.withUserConfiguration(OwnAgent.class).run((context) -> {
			assertThat(context).hasSingleBean(NixlAgent.class);
			assertThat(context.getBean(NixlAgent.class).name()).isEqualTo("mine");
			assertThat(context.getBean(NixlAgent.class).incarnation()).isPresent();
		});
	}

	@Test
	void aBuilderOfTheApplicationMakesTheAgent() {
		this.contextRunner.withBean("mine", NixlAgentBuilder.class, () -> NixlAgent.builder().name("mine").tcp(null))
			.run((context) -> assertThat(context.getBean(NixlAgent.class).name()).isEqualTo("mine"));
	}

	@Test
	void severalAgentsAreStartedPublishedAndFindEachOther() {
		this.contextRunner.withUserConfiguration(TwoAgents.class).run((context) -> {
			ready(context);
			NixlAgent prefill = context.getBean("prefill", NixlAgent.class);
			NixlAgent decode = context.getBean("decode", NixlAgent.class);
			checkWrite(prefill, decode);
			assertThat(context.getBean(NixlMetadataStore.class).list()).extracting((card) -> card.engineId())
				.containsExactly("decode-1", "prefill-1");
		});
	}

	@Test
	void aRouteOfTheApplicationReplacesTheOneOfItsName() {
		List<String> events = new ArrayList<>();
		this.contextRunner.withBean("mine", RouteProvider.class, () -> new HeldRouteProvider(events::add))
			.withPropertyValues("data-plane.nixl.agent-name=left")
			.run((context) -> assertThat(context.getBean(NixlAgent.class).routes()).containsOnlyOnce("memory"));
		assertThat(events).containsExactly("left");
	}

	@Test
	void transportTcpTakesSocketsEvenInsideTheProcess() {
		this.contextRunner.withPropertyValues("data-plane.nixl.transport=tcp")
			.withUserConfiguration(TwoAgents.class)
			.run((context) -> {
				ready(context);
				NixlAgent prefill = context.getBean("prefill", NixlAgent.class);
				assertThat(prefill.routes()).containsExactly("tcp");
				checkWrite(prefill, context.getBean("decode", NixlAgent.class));
				// A session inside the process would be authenticated.
				assertThat(prefill.connect("decode-1").isAuthenticated()).isFalse();
			});
	}

	@Test
	void aSharedSecretAuthenticates() {
		this.contextRunner.withPropertyValues("data-plane.nixl.transport=tcp", "data-plane.nixl.tcp.secret=sesame")
			.withUserConfiguration(TwoAgents.class)
			.run((context) -> {
				ready(context);
				NixlAgent prefill = context.getBean("prefill", NixlAgent.class);
				assertThat(prefill.connect("decode-1").isAuthenticated()).isTrue();
			});
	}

	@Test
	void configuredPeersAreFoundWithoutAStore() {
		int nobody = FreePort.find();
		this.contextRunner
			.withPropertyValues("data-plane.nixl.peers.decode-1=127.0.0.1:" + nobody,
					"data-plane.nixl.timeouts.connect=200ms")
			.run((context) -> {
				NixlAgent agent = context.getBean(NixlAgent.class);
				assertThat(catching(() -> agent.connect("decode-1"))).contains(String.valueOf(nobody));
				assertThat(catching(() -> agent.connect("decode-2")))
					.contains("metadata not found for engine decode-2");
			});
	}

	@Test
	void switchedOffThereIsNothing() {
		this.contextRunner.withPropertyValues("data-plane.nixl.enabled=false")
			.withUserConfiguration(OptionalUse.class)
			.run((context) -> {
				assertThat(context).hasNotFailed()
					.doesNotHaveBean(NixlAgent.class)
					.doesNotHaveBean(NixlAgentBuilder.class)
					.doesNotHaveBean(NixlMetadataStore.class)
					.doesNotHaveBean(NixlAgentLifecycle.class);
				assertThat(context.getBean(Boolean.class)).isFalse();
			});
	}

	@Test
	void withoutTheCoreThereIsNothing() {
		this.contextRunner.withClassLoader(new FilteredClassLoader(NixlAgent.class)).run((context) -> {
			assertThat(context).hasNotFailed();
			assertThat(context.getBeanDefinitionNames()).noneMatch((name) -> name.contains("nixl"));
		});
	}

	@Test
	void theNativeModuleIsNotNeeded() {
		this.contextRunner.withClassLoader(new FilteredClassLoader("com.sun.jna", "io.nixl4j.jna", "io.etcd"))
			.run((context) -> assertThat(context).hasSingleBean(NixlAgent.class));
	}

	@Test
	void lazyInitializationDoesNotKeepAgentsFromStarting() {
		this.contextRunner
			.withInitializer(
					(context) -> context.addBeanFactoryPostProcessor(new LazyInitializationBeanFactoryPostProcessor()))
			.run((context) -> assertThat(context.getBean(NixlAgent.class).incarnation()).isPresent());
	}

	private static void ready(ApplicationContext context) {
		AvailabilityChangeEvent.publish(context, ReadinessState.ACCEPTING_TRAFFIC);
	}

	private static void checkWrite(NixlAgent prefill, NixlAgent decode) throws InterruptedException {
		MemoryRegion source = prefill.allocate("source", 4096, MemoryType.DRAM, Permissions.READ);
		MemoryRegion target = decode.allocate("kv", 4096, MemoryType.DRAM, Permissions.READ_WRITE);
		for (int i = 0; i < 4096; i++) {
			source.buffer(0, 4096).put(i, (byte) (i * 31));
		}
		NixlPeer peer = prefill.connect(decode.engineId());
		peer.write(source.all(), peer.region("kv").all()).submit().await();
		assertThat(target.buffer(0, 4096)).isEqualTo(source.buffer(0, 4096));
	}

	private static String catching(Runnable call) {
		try {
			call.run();
			return "nothing was thrown";
		}
		catch (NixlException ex) {
			return String.valueOf(ex.getMessage());
		}
	}

	@Configuration(proxyBeanMethods = false)
	static class Customizers {

		@Bean
		@Order(2)
		NixlAgentBuilderCustomizer second() {
			return (builder) -> builder.engineId("second");
		}

		@Bean
		@Order(1)
		NixlAgentBuilderCustomizer first() {
			return (builder) -> builder.engineId("first").tcp(null);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OwnAgent {

		@Bean
		NixlAgent mine(NixlAgentBuilder builder) {
			return builder.name("mine").build();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class TwoAgents {

		@Bean
		NixlAgent prefill(NixlAgentBuilder builder) {
			return builder.name("prefill-1").build();
		}

		@Bean
		NixlAgent decode(NixlAgentBuilder builder) {
			return builder.name("decode-1").build();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OptionalUse {

		@Bean
		Boolean agentIsThere(ObjectProvider<NixlAgent> agent) {
			return agent.getIfAvailable() != null;
		}

	}

}
