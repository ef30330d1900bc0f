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

import java.io.IOException;
import java.nio.file.Files;

import io.nixl4j.kv.ElementType;
import io.nixl4j.kv.KvLayout;
import io.nixl4j.sample.engine.Model;
import io.nixl4j.sample.engine.ModelShape;
import io.nixl4j.spring.boot.NixlAgentBuilderCustomizer;

import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * What every process has: the model, and how its KV blocks lie. By {@code sample.role} a
 * router, a prefill worker and a decode worker, each with an agent of its own, are in one
 * process or in several. They find each other in the metadata store only.
 */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(SampleProperties.class)
class SampleConfiguration {

	@Bean
	Model model(SampleProperties properties) throws IOException {
		if (!Files.isRegularFile(properties.model())) {
			throw new IllegalStateException("There is no model at " + properties.model().toAbsolutePath()
					+ "; run bin/demo once, which fetches it, or set sample.model");
		}
		return Model.load(properties.model());
	}

	/** A router takes workers of its own model only. */
	@Bean
	NixlAgentBuilderCustomizer modelOnCards(SampleProperties properties) {
		return (builder) -> builder.model(properties.modelName());
	}

	@Bean
	KvLayout kvLayout(Model model, SampleProperties properties) {
		ModelShape shape = model.shape();
		return new KvLayout(shape.layers(), properties.tokensPerBlock(), shape.kvHeads(), shape.headSize(),
				ElementType.F32);
	}

}
