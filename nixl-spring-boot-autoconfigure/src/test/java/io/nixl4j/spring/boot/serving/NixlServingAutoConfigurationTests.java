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

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

import io.nixl4j.NixlAgent;
import io.nixl4j.NixlAgentBuilder;
import io.nixl4j.kv.ElementType;
import io.nixl4j.kv.KvCache;
import io.nixl4j.kv.KvContent;
import io.nixl4j.kv.KvLayout;
import io.nixl4j.memory.MemoryType;
import io.nixl4j.memory.NixlException;
import io.nixl4j.memory.Permissions;
import io.nixl4j.metadata.InMemoryNixlMetadataStore;
import io.nixl4j.metadata.NixlMetadataStore;
import io.nixl4j.serving.DecodeWorker;
import io.nixl4j.serving.KvTransferListener;
import io.nixl4j.serving.PrefillWorker;
import io.nixl4j.serving.Router;
import io.nixl4j.serving.RouterOptions;
import io.nixl4j.serving.WorkerDirectory;
import io.nixl4j.serving.ServingCall;
import io.nixl4j.serving.WorkerOptions;
import io.nixl4j.spring.boot.support.TwoAgents;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.LazyInitializationBeanFactoryPostProcessor;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.annotation.Order;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Routers and workers that an application gets by naming its roles.
 */
class NixlServingAutoConfigurationTests {

	private static final Duration SOON = Duration.ofSeconds(30);

	private static final List<Integer> ANSWER = List.of(100, 101, 102, 103, 104);

	private final ApplicationContextRunner allRoles = Engines.runner(Engines.ForPrefill.class, Engines.ForDecode.class)
		.withPropertyValues(Engines.LAYOUT)
		.withPropertyValues("data-plane.nixl.serving.roles=router,prefill,decode");

	@ParameterizedTest
	@ValueSource(strings = { "push", "pull" })
	void anApplicationWithAllRolesServes(String mode) {
		this.allRoles.withPropertyValues("data-plane.nixl.serving.decode.transfer-mode=" + mode).run((context) -> {
			TwoAgents.ready(context);
			assertThat(Engines.answer(context.getBean(Router.class), "request-1")).isEqualTo(ANSWER);
			StampingEngine prefill = context.getBean(StampingPrefill.class).engine();
			StampingEngine decode = context.getBean(StampingEngine.class);
			assertThat(prefill.prefills).hasValue(1);
			assertThat(decode.prefills).hasValue(0);
			assertThat(decode.decodes).hasValue(1);
			assertThat(prefill.cache()).isNotSameAs(decode.cache());
			assertThat(context.getBeansOfType(NixlAgent.class)).containsOnlyKeys("nixlRouterAgent", "nixlPrefillAgent",
					"nixlDecodeAgent");
			assertThat(context.getBean("nixlPrefillAgent", NixlAgent.class).engineId()).matches("prefill-[0-9a-f]{8}");
		});
	}

	@Test
	void anApplicationEachServesTogether() {
		try (NixlMetadataStore store = new InMemoryNixlMetadataStore()) {
			part(store, "decode", Engines.ForDecode.class).run(
					(decode) -> part(store, "prefill", Engines.ForPrefill.class).run(
							(prefill) -> part(store, "router", Object.class)
								.withPropertyValues("data-plane.nixl.serving.router.prefill-engines=prefill-1",
										"data-plane.nixl.serving.router.decode-engines=decode-1")
								.run((router) -> {
									TwoAgents.ready(decode);
									TwoAgents.ready(prefill);
									TwoAgents.ready(router);
									assertThat(router).doesNotHaveBean(KvCache.class).hasSingleBean(NixlAgent.class);
									assertThat(Engines.answer(router.getBean(Router.class), "request-1"))
										.isEqualTo(ANSWER);
									assertThat(prefill.getBean(StampingPrefill.class).engine().prefills).hasValue(1);
								})));
		}
	}

	@Test
	void aRouterFindsTheWorkersOfItsModelInTheStore() {
		String model = "data-plane.nixl.serving.model=";
		try (NixlMetadataStore store = new InMemoryNixlMetadataStore()) {
			ApplicationContextRunner other = part(store, "decode", Engines.ForDecode.class)
				.withPropertyValues("data-plane.nixl.engine-id=decode-2", model + "large");
			part(store, "router", Object.class).withPropertyValues(model + "small")
				.run((router) -> other.run((large) -> {
					TwoAgents.ready(router);
					TwoAgents.ready(large);
					assertThatExceptionOfType(CompletionException.class)
						.isThrownBy(() -> Engines.answer(router.getBean(Router.class), "request-1"))
						.withMessageContaining("no decode worker");
					part(store, "decode", Engines.ForDecode.class).withPropertyValues(model + "small").run((small) -> {
						TwoAgents.ready(small);
						assertThat(Engines.answer(router.getBean(Router.class), "request-2")).isEqualTo(ANSWER);
					});
				}));
		}
	}

	@Test
	void anApplicationMayNameTheWorkersItself() {
		part(new InMemoryNixlMetadataStore(), "router", Object.class)
			.withBean(WorkerDirectory.class, () -> WorkerDirectory.of(List.of(), List.of("decode-7")))
			.run((router) -> {
				TwoAgents.ready(router);
				assertThatExceptionOfType(CompletionException.class)
					.isThrownBy(() -> Engines.answer(router.getBean(Router.class), "request-1"))
					.withMessageContaining("decode-7");
			});
	}

	/** An application with one role, which shares a store with others. */
	private static ApplicationContextRunner part(NixlMetadataStore store, String role, Class<?> configuration) {
		return Engines.runner(configuration)
			.withPropertyValues(Engines.LAYOUT)
			.withBean("sharedStore", NixlMetadataStore.class, () -> store,
					(definition) -> definition.setDestroyMethodName(""))
			.withPropertyValues("data-plane.nixl.serving.roles=" + role, "data-plane.nixl.engine-id=" + role + "-1",
					"data-plane.nixl.serving.router.max-attempts=1");
	}

	@Test
	void identitiesAreConfigured() {
		this.allRoles
			.withPropertyValues("data-plane.nixl.agent-name=host-7",
					"data-plane.nixl.serving.decode.engine-id=decode-7")
			.run((context) -> {
				assertThat(context.getBean("nixlRouterAgent", NixlAgent.class).engineId()).isEqualTo("host-7-router");
				assertThat(context.getBean("nixlPrefillAgent", NixlAgent.class).name()).isEqualTo("host-7-prefill");
				assertThat(context.getBean("nixlDecodeAgent", NixlAgent.class).engineId()).isEqualTo("decode-7");
				TwoAgents.ready(context);
				assertThat(Engines.answer(context.getBean(Router.class), "request-1")).isEqualTo(ANSWER);
			});
	}

	@Test
	void shortPromptsAreComputedByTheDecodeWorkerIfConfigured() {
		this.allRoles.withPropertyValues("data-plane.nixl.serving.router.local-prefill-tokens=10").run((context) -> {
			TwoAgents.ready(context);
			assertThat(Engines.answer(context.getBean(Router.class), "request-1")).isEqualTo(ANSWER);
			assertThat(context.getBean(StampingEngine.class).prefills).hasValue(1);
		});
	}

	@Test
	void withoutRolesThereIsNothing() {
		Engines.runner()
			.withPropertyValues(Engines.LAYOUT)
			.run((context) -> assertThat(context).hasNotFailed()
				.doesNotHaveBean(KvLayout.class)
				.doesNotHaveBean(ServingLifecycle.class)
				.doesNotHaveBean(Router.class)
				.hasSingleBean(NixlAgent.class));
	}

	@Test
	void switchedOffThereIsNothing() {
		Engines.runner()
			.withPropertyValues("data-plane.nixl.enabled=false", "data-plane.nixl.serving.roles=router")
			.run((context) -> assertThat(context).hasNotFailed()
				.doesNotHaveBean(Router.class)
				.doesNotHaveBean(NixlAgent.class));
	}

	@Test
	void withoutTheModuleThereIsNothing() {
		Engines.runner()
			.withPropertyValues("data-plane.nixl.serving.roles=router")
			.withClassLoader(new FilteredClassLoader("io.nixl4j.serving", "io.nixl4j.kv"))
			.run((context) -> assertThat(context).hasNotFailed()
				.doesNotHaveBean("nixlRouter")
				.hasSingleBean(NixlAgent.class));
	}

	@Test
	void beansOfTheApplicationTakeThePlaceOfOurs() {
		Engines.runner(Own.class)
			.withPropertyValues(Engines.LAYOUT)
			.withPropertyValues("data-plane.nixl.serving.roles=router,prefill,decode",
					"data-plane.nixl.serving.router.agent=mine", "data-plane.nixl.serving.layout.layers=7")
			.run((context) -> {
				assertThat(context).hasSingleBean(KvLayout.class).hasSingleBean(Router.class);
				assertThat(context.getBean(KvLayout.class).layers()).isEqualTo(2);
				assertThat(context).hasBean("ownRouter").doesNotHaveBean("nixlRouter");
				assertThat(context).hasBean("ownPrefillWorker")
					.doesNotHaveBean("nixlPrefillWorker")
					.doesNotHaveBean("nixlPrefillKvCache");
				assertThat(context.getBean("nixlDecodeKvCache", KvCache.class).blocks().count()).isEqualTo(5);
				assertThat(context.getBeansOfType(NixlAgent.class)).containsOnlyKeys("mine", "nixlPrefillAgent",
						"nixlDecodeAgent");
				TwoAgents.ready(context);
				assertThat(Engines.answer(context.getBean(Router.class), "request-1")).isEqualTo(ANSWER);
			});
	}

	@Test
	void theOnlyCacheNeedsNoName() {
		Engines.runner(ByType.class)
			.withPropertyValues(Engines.LAYOUT)
			.withPropertyValues("data-plane.nixl.serving.roles=decode")
			.run((context) -> {
				assertThat(context).hasSingleBean(DecodeWorker.class).hasSingleBean(KvCache.class);
				assertThat(context.getBean(StampingEngine.class).cache()).isSameAs(context.getBean(KvCache.class));
				assertThat(context.getBean(DecodeWorker.class).occupancy().free()).isEqualTo(64);
			});
	}

	@Test
	void aWorkerOfTheApplicationNeedsNoBlocksOfOurs() {
		Engines.runner(OwnDecodeWorker.class)
			.withPropertyValues("data-plane.nixl.serving.roles=decode")
			.run((context) -> assertThat(context).hasSingleBean(DecodeWorker.class).doesNotHaveBean(KvCache.class));
	}

	@Test
	void aCacheOfTheApplicationIsThatOfItsOnlyWorker() {
		Engines.runner(OwnCache.class, ByType.class)
			.withPropertyValues("data-plane.nixl.serving.roles=decode")
			.run((context) -> {
				assertThat(context).hasSingleBean(DecodeWorker.class).hasSingleBean(KvCache.class);
				assertThat(context.getBean(DecodeWorker.class).occupancy().free()).isEqualTo(9);
			});
	}

	@Test
	void aCacheOfAnyNameIsForNeitherOfTwoWorkers() {
		Engines.runner(OwnLayout.class, OwnCacheOfNobody.class, Engines.ForPrefill.class, Engines.ForDecode.class)
			.withPropertyValues(Engines.LAYOUT)
			.withPropertyValues("data-plane.nixl.serving.roles=prefill,decode")
			.run((context) -> {
				assertThat(context.getBeansOfType(KvCache.class)).containsOnlyKeys("cache", "nixlPrefillKvCache",
						"nixlDecodeKvCache");
				assertThat(context.getBean(DecodeWorker.class).occupancy().free()).isEqualTo(64);
			});
	}

	@Test
	void anEmptyNameOfAnAgentIsNone() {
		this.allRoles.withPropertyValues("data-plane.nixl.serving.router.agent=${NOT_SET:}").run((context) -> {
			assertThat(context.getBeansOfType(NixlAgent.class)).containsOnlyKeys("nixlRouterAgent", "nixlPrefillAgent",
					"nixlDecodeAgent");
			TwoAgents.ready(context);
			assertThat(Engines.answer(context.getBean(Router.class), "request-1")).isEqualTo(ANSWER);
		});
	}

	@Test
	void latentsAreConfigured() {
		Engines.runner(Engines.ForDecode.class)
			.withPropertyValues("data-plane.nixl.serving.roles=decode", "data-plane.nixl.serving.decode.blocks=2",
					"data-plane.nixl.serving.layout.layers=3", "data-plane.nixl.serving.layout.latent-size=576")
			.run((context) -> {
				KvLayout layout = context.getBean(KvLayout.class);
				assertThat(layout.content()).isEqualTo(KvContent.LATENT);
				assertThat(layout.headSize()).isEqualTo(576);
				assertThat(layout.elementType()).isEqualTo(ElementType.BF16);
				assertThat(layout.tokensPerBlock()).isEqualTo(16);
			});
	}

	@Test
	void customizersChangeOptionsInTheirOrder() {
		this.allRoles.withUserConfiguration(Customizers.class).run((context) -> {
			TwoAgents.ready(context);
			assertThat(Engines.answer(context.getBean(Router.class), "request-1")).isEqualTo(ANSWER);
			// The router's: everything is short.
			assertThat(context.getBean(StampingEngine.class).prefills).hasValue(1);
			assertThat(context.getBean(Customizers.class).told).containsExactlyInAnyOrder("PREFILL 8", "DECODE 8");
			assertThat(context.getBean("nixlPrefillKvCache", KvCache.class).region().permissions())
				.isEqualTo(Permissions.READ);
			assertThat(context.getBean("nixlDecodeKvCache", KvCache.class).region().name()).isEqualTo("blocks");
		});
	}

	@Test
	void aTransferListenerHearsOfLayers() {
		List<Integer> layers = new CopyOnWriteArrayList<>();
		this.allRoles.withBean(KvTransferListener.class, () -> new KvTransferListener() {
			@Override
			public void layerMoved(String requestId, int layer, int blocks, long bytes, Duration duration) {
				layers.add(layer);
			}
		}).run((context) -> {
			TwoAgents.ready(context);
			Engines.answer(context.getBean(Router.class), "request-1");
			Awaitility.await().untilAsserted(() -> assertThat(layers).containsExactlyInAnyOrder(0, 1, 2));
		});
	}

	@Test
	void allTransferListenersHearOfLayersWhateverOneThrows() {
		List<String> told = new CopyOnWriteArrayList<>();
		this.allRoles.withBean("first", KvTransferListener.class, () -> new KvTransferListener() {
			@Override
			public void layerMoved(String requestId, int layer, int blocks, long bytes, Duration duration) {
				told.add("first " + layer);
				throw new IllegalStateException("first");
			}
		}).withBean("second", KvTransferListener.class, () -> new KvTransferListener() {
			@Override
			public void layerComputed(String requestId, int layer) {
				told.add("computed " + layer);
			}

			@Override
			public void layerMoved(String requestId, int layer, int blocks, long bytes, Duration duration) {
				told.add("second " + layer);
			}
		}).run((context) -> {
			TwoAgents.ready(context);
			Engines.answer(context.getBean(Router.class), "request-1");
			Awaitility.await()
				.untilAsserted(() -> assertThat(told).containsExactlyInAnyOrder("first 0", "first 1", "first 2",
						"second 0", "second 1", "second 2", "computed 0", "computed 1", "computed 2"));
		});
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void aContextThatIsStoppedAndStartedAgainServes(boolean pauses) {
		this.allRoles.run((context) -> {
			ConfigurableApplicationContext application = context.getSourceApplicationContext();
			TwoAgents.ready(context);
			Router router = context.getBean(Router.class);
			assertThat(Engines.answer(router, "request-0")).isEqualTo(ANSWER);
			for (int i = 1; i <= 3; i++) {
				StampingEngine decode = context.getBean(StampingEngine.class);
				decode.beforeSecondToken = new CountDownLatch(1);
				ServingCall underWay = router.submit(Engines.request("under-way-" + i, 5), (token, text) -> {
				});
				int calls = 2 * i;
				Awaitility.await().until(() -> decode.decodes.get() == calls);
				if (pauses) {
					application.pause();
				}
				else {
					application.stop();
				}
				assertThat(underWay.result()).failsWithin(SOON)
					.withThrowableThat()
					.withCauseInstanceOf(NixlException.class);
				decode.beforeSecondToken.countDown();
				if (pauses) {
					application.restart();
				}
				else {
					application.start();
				}
				assertThat(Engines.answer(router, "request-" + i)).isEqualTo(ANSWER);
				assertThat(context.getBean(Router.class)).isSameAs(router);
			}
			DecodeWorker worker = context.getBean(DecodeWorker.class);
			Awaitility.await().until(() -> worker.occupancy().free() == 64);
			assertThat(context.getBean(StampingPrefill.class).engine().prefills).hasValue(7);
		});
	}

	@Test
	void aCloseEndsWhatIsUnderWay() {
		this.allRoles.withPropertyValues("data-plane.nixl.engine-id=closing").run((context) -> {
			TwoAgents.ready(context);
			Router router = context.getBean(Router.class);
			StampingEngine decode = context.getBean(StampingEngine.class);
			decode.beforeSecondToken = new CountDownLatch(1);
			ServingCall underWay = router.submit(Engines.request("under-way", 5), (token, text) -> {
			});
			Awaitility.await().until(() -> decode.decodes.get() == 1);
			context.getSourceApplicationContext().close();
			assertThat(underWay.result()).failsWithin(SOON)
				.withThrowableThat()
				.withMessageContaining("The router is closed");
		});
		Awaitility.await()
			.untilAsserted(() -> assertThat(Thread.getAllStackTraces().keySet()).extracting(Thread::getName)
				.noneMatch((name) -> name.startsWith("nixl-closing")));
	}

	@Test
	void lazyInitializationDoesNotKeepWorkersFromServing() {
		this.allRoles
			.withInitializer(
					(context) -> context.addBeanFactoryPostProcessor(new LazyInitializationBeanFactoryPostProcessor()))
			.run((context) -> {
				TwoAgents.ready(context);
				assertThat(Engines.answer(context.getBean(Router.class), "request-1")).isEqualTo(ANSWER);
			});
	}

	@Test
	void phasesLieBetweenAgentsAndWebServers() {
		assertThat(ServingLifecycle.PHASE).isEqualTo(SmartLifecycle.DEFAULT_PHASE - 3072);
	}

	/**
	 * What an application may bring itself.
	 */
	@Configuration(proxyBeanMethods = false)
	static class Own {

		@Bean
		NixlAgent mine(NixlAgentBuilder builder) {
			return builder.name("mine").build();
		}

		@Bean
		KvLayout layout() {
			return new KvLayout(2, 4, 2, 8, ElementType.F32);
		}

		@Bean
		KvCache nixlDecodeKvCache(KvLayout layout, @Qualifier("nixlDecodeAgent") NixlAgent agent) {
			return new KvCache(layout, agent.allocate("kv", layout.bytes(5), MemoryType.DRAM, Permissions.WRITE));
		}

		@Bean
		StampingEngine engine(@Qualifier("nixlDecodeKvCache") KvCache cache) {
			return new StampingEngine(cache);
		}

		@Bean
		PrefillWorker ownPrefillWorker(@Qualifier("nixlPrefillAgent") NixlAgent agent, KvLayout layout) {
			KvCache cache = new KvCache(layout,
					agent.allocate("kv", layout.bytes(64), MemoryType.DRAM, Permissions.READ));
			return new PrefillWorker(agent, cache, new StampingPrefill(new StampingEngine(cache)),
					WorkerOptions.defaults());
		}

		@Bean
		Router ownRouter(NixlAgent mine, @Qualifier("nixlPrefillAgent") NixlAgent prefill,
				@Qualifier("nixlDecodeAgent") NixlAgent decode) {
			return new Router(mine, WorkerDirectory.of(Set.of(prefill.engineId()), Set.of(decode.engineId())),
					RouterOptions.defaults());
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OwnDecodeWorker {

		@Bean
		DecodeWorker worker(NixlAgent agent) {
			KvLayout layout = new KvLayout(2, 4, 2, 8, ElementType.F32);
			KvCache cache = new KvCache(layout,
					agent.allocate("own", layout.bytes(5), MemoryType.DRAM, Permissions.WRITE));
			return new DecodeWorker(agent, cache, new StampingEngine(cache), WorkerOptions.defaults());
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OwnLayout {

		@Bean
		KvLayout layout() {
			return new KvLayout(2, 4, 2, 8, ElementType.F32);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@Import(OwnLayout.class)
	static class OwnCache {

		@Bean
		KvCache cache(NixlAgent agent, KvLayout layout) {
			return new KvCache(layout, agent.allocate("own", layout.bytes(9), MemoryType.DRAM, Permissions.WRITE));
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OwnCacheOfNobody {

		@Bean
		KvCache cache(@Qualifier("nixlPrefillAgent") NixlAgent agent, KvLayout layout) {
			return new KvCache(layout, agent.allocate("own", layout.bytes(9), MemoryType.DRAM, Permissions.WRITE));
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class ByType {

		@Bean
		StampingEngine engine(KvCache cache) {
			return new StampingEngine(cache);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Customizers {

		private final List<String> told = new CopyOnWriteArrayList<>();

		@Bean
		@Order(2)
		NixlWorkerOptionsCustomizer second() {
			return (role, options) -> {
				this.told.add(role + " " + options.threads());
				return options;
			};
		}

		@Bean
		@Order(1)
		NixlWorkerOptionsCustomizer first() {
			return (role, options) -> options.withThreads(8);
		}

		@Bean
		NixlRouterOptionsCustomizer router() {
			return (options) -> options.withLocalPrefillTokens(1_000);
		}

		@Bean
		NixlKvRegionCustomizer region() {
			return (role, options) -> (role == NixlServingRole.DECODE) ? options.withName("blocks") : options;
		}

	}

}
