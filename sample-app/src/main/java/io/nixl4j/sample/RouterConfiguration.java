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
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

import io.nixl4j.NixlAgent;
import io.nixl4j.metadata.NixlMetadataStore;
import io.nixl4j.sample.engine.Engine;
import io.nixl4j.sample.engine.HeapKvPages;
import io.nixl4j.sample.engine.Model;
import io.nixl4j.serving.Router;
import io.nixl4j.serving.RouterOptions;
import io.nixl4j.serving.WorkerDirectory;

import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnNotWebApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * The router, and what asks it where there is no web server.
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnRole(SampleRole.ROUTER)
class RouterConfiguration {

	@Bean
	AwaitedWorkers workers(NixlMetadataStore store, SampleProperties properties) {
		return new AwaitedWorkers((properties.role() == SampleRole.ALL)
				? WorkerDirectory.of(List.of(AgentConfiguration.PREFILL), List.of(AgentConfiguration.DECODE))
				: WorkerDirectory.listed(store, properties.modelName()));
	}

	@Bean
	Router router(NixlAgent routerAgent, AwaitedWorkers workers, SampleProperties properties) {
		RouterOptions options = RouterOptions.defaults()
			.withMaxRequests(properties.maxRequests())
			.withRemoteTimeout(properties.requestTimeout());
		if (properties.role() == SampleRole.ALL) {
			// One process is there to show a transfer: nothing is computed where it is
			// decoded.
			options = options.withMaxAttempts(1);
		}
		return new Router(routerAgent, workers, options);
	}

	@Bean(destroyMethod = "close")
	@ConditionalOnNotWebApplication
	Engine alone(Model model, SampleProperties properties) {
		return new Engine(model, new HeapKvPages(model.shape(), properties.tokensPerBlock(), properties.blocks()),
				WorkerParts.THREADS);
	}

	@Bean
	@ConditionalOnNotWebApplication
	@ConditionalOnBooleanProperty(name = "sample.measure", havingValue = false, matchIfMissing = true)
	Demo demo(Model model, Router router, AwaitedWorkers workers, Engine alone, SampleProperties properties,
			ApplicationArguments arguments) {
		List<String> words = arguments.getNonOptionArgs();
		String question = words.isEmpty() ? properties.question() : String.join(" ", words);
		PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
		return new Demo(model, router, workers, alone, properties, question, out);
	}

	@Bean
	@ConditionalOnNotWebApplication
	@ConditionalOnBooleanProperty("sample.measure")
	Measurement measurement(Model model, Router router, Engine alone, SampleProperties properties) {
		return new Measurement(model, router, alone, properties);
	}

}
