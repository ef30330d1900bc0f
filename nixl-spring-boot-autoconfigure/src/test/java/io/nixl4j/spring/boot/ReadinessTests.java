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
import java.util.ArrayList;
import java.util.List;

import io.nixl4j.InProcessNetwork;
import io.nixl4j.NixlAgent;
import io.nixl4j.NixlPeer;
import io.nixl4j.Timeouts;
import io.nixl4j.memory.NixlError;
import io.nixl4j.memory.NixlException;
import io.nixl4j.metadata.NixlMetadata;
import io.nixl4j.metadata.NixlMetadataStore;
import io.nixl4j.route.RouteProvider;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * An application that loads its model in an {@link ApplicationRunner} is not addressed
 * before the model is there.
 */
class ReadinessTests {

	@ParameterizedTest
	@ValueSource(strings = { "auto", "tcp" })
	void nobodyGetsInUntilTheApplicationIsReady(String transport) {
		try (ConfigurableApplicationContext context = TestApplication.run(List.of(ModelLoading.class),
				"data-plane.nixl.engine-id=decode-1", "data-plane.nixl.transport=" + transport)) {
			ModelLoading loading = context.getBean(ModelLoading.class);
			assertThat(loading.refusals).hasSize(1).allSatisfy((refusal) -> {
				assertThat(refusal.error()).isEqualTo(NixlError.NOT_READY);
				assertThat(refusal.peer()).isPresent();
			});
			assertThat(loading.published).isEmpty();
			try (NixlAgent prefill = loading.prefill()) {
				NixlPeer peer = loading.connect(prefill);
				assertThat(peer.engineId()).isEqualTo("decode-1");
				assertThat(peer.routes().get(0).name()).isEqualTo(transport.equals("auto") ? "memory" : "tcp");
			}
			assertThat(context.getBean(NixlMetadataStore.class).list()).extracting(NixlMetadata::engineId)
				.containsExactly("decode-1");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "auto", "tcp" })
	void nobodyNewGetsInWhileTheApplicationRefusesTraffic(String transport) {
		try (ConfigurableApplicationContext context = TestApplication.run(List.of(ModelLoading.class),
				"data-plane.nixl.engine-id=decode-1", "data-plane.nixl.transport=" + transport)) {
			ModelLoading loading = context.getBean(ModelLoading.class);
			NixlMetadataStore store = context.getBean(NixlMetadataStore.class);
			try (NixlAgent early = loading.prefill(); NixlAgent late = loading.prefill()) {
				NixlPeer connected = loading.connect(early);
				AvailabilityChangeEvent.publish(context, ReadinessState.REFUSING_TRAFFIC);
				assertThat(store.find("decode-1")).isEmpty();
				assertThat(connected.isConnected()).isTrue();
				assertThatExceptionOfType(NixlException.class).isThrownBy(() -> loading.connect(late))
					.satisfies((ex) -> assertThat(ex.error()).isEqualTo(NixlError.NOT_READY));
				AvailabilityChangeEvent.publish(context, ReadinessState.ACCEPTING_TRAFFIC);
				assertThat(store.find("decode-1")).isPresent();
				assertThat(loading.connect(late).isConnected()).isTrue();
			}
		}
	}

	/**
	 * A decode worker that loads its model, while a prefill worker tries to reach it.
	 */
	@Configuration(proxyBeanMethods = false)
	static class ModelLoading {

		private final List<NixlException> refusals = new ArrayList<>();

		private final NixlAgent decode;

		private final NixlMetadataStore store;

		private final List<RouteProvider> routes;

		private final @Nullable InProcessNetwork network;

		private List<NixlMetadata> published = List.of();

		private int agents;

		ModelLoading(NixlAgent decode, NixlMetadataStore store, RouteSelection routes, InProcessNetwork network) {
			this.decode = decode;
			this.store = store;
			this.routes = routes.providers();
			this.network = routes.has("memory") ? network : null;
		}

		@Bean
		ApplicationRunner loadModel() {
			return (arguments) -> {
				try (NixlAgent prefill = prefill()) {
					connect(prefill);
				}
				catch (NixlException ex) {
					this.refusals.add(ex);
				}
				this.published = this.store.list();
			};
		}

		/** An agent that is no bean: another process might have it. */
		NixlAgent prefill() {
			NixlAgent agent = NixlAgent.builder()
				.name("prefill-" + ++this.agents)
				.routes(this.routes)
				.network(this.network)
				.timeouts(Timeouts.defaults().withConnect(Duration.ofMillis(300)))
				.build();
			agent.start();
			return agent;
		}

		NixlPeer connect(NixlAgent prefill) {
			return (this.network != null) ? prefill.connect("decode-1")
					: prefill.connect("127.0.0.1", this.decode.port());
		}

	}

}
