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
import java.util.stream.IntStream;

import io.nixl4j.kv.KvCache;
import io.nixl4j.serving.Router;
import io.nixl4j.serving.ServingCall;
import io.nixl4j.serving.ServingRequest;
import io.nixl4j.spring.boot.NixlAgentAutoConfiguration;
import io.nixl4j.spring.boot.NixlLifecycleAutoConfiguration;
import io.nixl4j.spring.boot.NixlMetadataStoreAutoConfiguration;
import io.nixl4j.spring.boot.NixlRouteAutoConfiguration;

import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * What an application brings to serving, and requests to it.
 */
final class Engines {

	/** All that is configured about the layout. */
	static final String[] LAYOUT = { "data-plane.nixl.serving.layout.layers=3",
			"data-plane.nixl.serving.layout.tokens-per-block=4", "data-plane.nixl.serving.layout.heads=2",
			"data-plane.nixl.serving.layout.head-size=8", "data-plane.nixl.serving.layout.element-type=f32",
			"data-plane.nixl.serving.prefill.blocks=64", "data-plane.nixl.serving.decode.blocks=64" };

	private static final Duration DEADLINE = Duration.ofSeconds(20);

	private Engines() {
	}

	static ApplicationContextRunner runner(Class<?>... configurations) {
		return new ApplicationContextRunner()
			.withConfiguration(
					AutoConfigurations.of(NixlAgentAutoConfiguration.class, NixlLifecycleAutoConfiguration.class,
							NixlMetadataStoreAutoConfiguration.class, NixlRouteAutoConfiguration.class,
							NixlServingAutoConfiguration.class, NixlRouterAutoConfiguration.class,
							NixlPrefillWorkerAutoConfiguration.class, NixlDecodeWorkerAutoConfiguration.class))
			.withPropertyValues("data-plane.nixl.transport=tcp", "data-plane.nixl.tuning.completion-mode=event")
			.withUserConfiguration(configurations);
	}

	static ServingRequest request(String id, int maxTokens) {
		return new ServingRequest(id, IntStream.range(0, 10).boxed().toList(), maxTokens, "", DEADLINE);
	}

	static List<Integer> answer(Router router, String id) {
		ServingCall call = router.submit(request(id, 5), (token, text) -> {
		});
		return call.result().join().tokens();
	}

	@Configuration(proxyBeanMethods = false)
	static class ForPrefill {

		@Bean
		StampingPrefill prefillEngine(@Qualifier("nixlPrefillKvCache") KvCache cache) {
			return new StampingPrefill(new StampingEngine(cache));
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class ForDecode {

		@Bean
		StampingEngine decodeEngine(@Qualifier("nixlDecodeKvCache") KvCache cache) {
			return new StampingEngine(cache);
		}

	}

}
