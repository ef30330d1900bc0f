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

package io.nixl4j.sample;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;
import java.util.Set;

import io.nixl4j.NixlAgent;
import io.nixl4j.NixlAgentBuilder;
import io.nixl4j.kv.ElementType;
import io.nixl4j.kv.KvCache;
import io.nixl4j.kv.KvLayout;
import io.nixl4j.memory.MemoryType;
import io.nixl4j.memory.Permissions;
import io.nixl4j.memory.RegionOptions;
import io.nixl4j.sample.engine.Engine;
import io.nixl4j.sample.engine.HeapKvPages;
import io.nixl4j.sample.engine.Model;
import io.nixl4j.sample.engine.ModelShape;
import io.nixl4j.sample.worker.ModelEngine;
import io.nixl4j.sample.worker.RegionPages;
import io.nixl4j.serving.DecodeEngine;
import io.nixl4j.serving.DecodeWorker;
import io.nixl4j.serving.KvTransferListener;
import io.nixl4j.serving.KvTransferMode;
import io.nixl4j.serving.PrefillEngine;
import io.nixl4j.serving.PrefillWorker;
import io.nixl4j.serving.Router;
import io.nixl4j.serving.RouterOptions;
import io.nixl4j.serving.WorkerDirectory;
import io.nixl4j.serving.WorkerOptions;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnNotWebApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * A router, a prefill worker and a decode worker, each with an agent of its own, in one
 * process. They know each other by engine id only.
 */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(SampleProperties.class)
class SampleConfiguration {

	private static final String PREFILL = "prefill-1";

	private static final String DECODE = "decode-1";

	private static final String ROUTER = "router-1";

	private static final String KV_REGION = "kv";

	private static final int THREADS = Runtime.getRuntime().availableProcessors();

	@Bean
	Model model(SampleProperties properties) throws IOException {
		if (!Files.isRegularFile(properties.model())) {
			throw new IllegalStateException("There is no model at " + properties.model().toAbsolutePath()
					+ "; run bin/demo once, which fetches it, or set sample.model");
		}
		return Model.load(properties.model());
	}

	@Bean
	KvLayout kvLayout(Model model, SampleProperties properties) {
		ModelShape shape = model.shape();
		return new KvLayout(shape.layers(), properties.tokensPerBlock(), shape.kvHeads(), shape.headSize(),
				ElementType.F32);
	}

	@Bean
	NixlAgent prefillAgent(NixlAgentBuilder builder) {
		return builder.name(PREFILL).engineId(PREFILL).build();
	}

	@Bean
	NixlAgent decodeAgent(NixlAgentBuilder builder) {
		return builder.name(DECODE).engineId(DECODE).build();
	}

	@Bean
	NixlAgent routerAgent(NixlAgentBuilder builder) {
		return builder.name(ROUTER).engineId(ROUTER).build();
	}

	@Bean
	KvCache prefillCache(NixlAgent prefillAgent, KvLayout layout, SampleProperties properties) {
		RegionOptions options = isPull(properties) ? granted(Permissions.READ, DECODE)
				: granted(Permissions.READ, PREFILL);
		return cache(prefillAgent, layout, properties.blocks(), options);
	}

	@Bean
	KvCache decodeCache(NixlAgent decodeAgent, KvLayout layout, SampleProperties properties) {
		RegionOptions options = isPull(properties) ? granted(Permissions.READ, DECODE)
				: granted(Permissions.WRITE, PREFILL);
		return cache(decodeAgent, layout, properties.blocks(), options);
	}

	@Bean
	ModelEngine prefillEngine(Model model, KvCache prefillCache) {
		return new ModelEngine(new Engine(model, new RegionPages(prefillCache), THREADS));
	}

	@Bean
	ModelEngine decodeEngine(Model model, KvCache decodeCache) {
		return new ModelEngine(new Engine(model, new RegionPages(decodeCache), THREADS));
	}

	@Bean
	PrefillWorker prefillWorker(NixlAgent prefillAgent, KvCache prefillCache, PrefillEngine prefillEngine,
			ObjectProvider<KvTransferListener> listener) {
		return new PrefillWorker(prefillAgent, prefillCache, prefillEngine,
				WorkerOptions.defaults().withTransferListener(listener.getIfAvailable(() -> KvTransferListener.NONE)));
	}

	@Bean
	DecodeWorker decodeWorker(NixlAgent decodeAgent, KvCache decodeCache, DecodeEngine decodeEngine,
			SampleProperties properties, ObjectProvider<KvTransferListener> listener) {
		return new DecodeWorker(decodeAgent, decodeCache, decodeEngine,
				WorkerOptions.defaults()
					.withThreads(properties.streams())
					.withTransferMode(properties.transferMode())
					.withTransferListener(listener.getIfAvailable(() -> KvTransferListener.NONE)));
	}

	@Bean
	Router router(NixlAgent routerAgent, SampleProperties properties) {
		// The sample is there to show a transfer: nothing is computed where it is
		// decoded.
		return new Router(routerAgent, WorkerDirectory.of(List.of(PREFILL), List.of(DECODE)),
				RouterOptions.defaults()
					.withMaxRequests(properties.maxRequests())
					.withRemoteTimeout(properties.requestTimeout())
					.withMaxAttempts(1));
	}

	@Bean(destroyMethod = "close")
	@ConditionalOnNotWebApplication
	Engine alone(Model model, SampleProperties properties) {
		return new Engine(model, new HeapKvPages(model.shape(), properties.tokensPerBlock(), properties.blocks()),
				THREADS);
	}

	@Bean
	@ConditionalOnNotWebApplication
	@ConditionalOnBooleanProperty(name = "sample.measure", havingValue = false, matchIfMissing = true)
	Demo demo(Model model, Router router, Engine alone, SampleProperties properties, ApplicationArguments arguments) {
		List<String> words = arguments.getNonOptionArgs();
		String question = words.isEmpty() ? properties.question() : String.join(" ", words);
		PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
		return new Demo(model, router, alone, properties, question, out);
	}

	@Bean
	@ConditionalOnNotWebApplication
	@ConditionalOnBooleanProperty("sample.measure")
	Measurement measurement(Model model, Router router, Engine alone, SampleProperties properties) {
		return new Measurement(model, router, alone, properties);
	}

	private static boolean isPull(SampleProperties properties) {
		return properties.transferMode() == KvTransferMode.PULL;
	}

	/**
	 * Nobody else may touch the region; an agent that is granted its own is nobody else.
	 */
	private static RegionOptions granted(Permissions permissions, String engine) {
		return RegionOptions.of(KV_REGION).withListed(false).withPermissions(permissions).withGrantTo(Set.of(engine));
	}

	private static KvCache cache(NixlAgent agent, KvLayout layout, int blocks, RegionOptions options) {
		return new KvCache(layout, agent.allocate(layout.bytes(blocks), options.withType(MemoryType.DRAM)));
	}

}
