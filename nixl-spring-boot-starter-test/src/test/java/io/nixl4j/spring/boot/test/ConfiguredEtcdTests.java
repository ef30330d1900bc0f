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

package io.nixl4j.spring.boot.test;

import io.nixl4j.NixlAgent;
import io.nixl4j.metadata.InMemoryNixlMetadataStore;
import io.nixl4j.metadata.NixlMetadataStore;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.ApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * An application that is configured for etcd, in a test without one.
 */
@SpringBootTest(properties = { "data-plane.nixl.metadata.store=etcd",
		"data-plane.nixl.metadata.etcd.endpoints=http://192.0.2.1:2379", "data-plane.nixl.engine-id=gateway-1" })
@AutoConfigureTestNixl
class ConfiguredEtcdTests {

	@Autowired
	private ApplicationContext context;

	@Test
	void itsAgentsPublishIntoMemory() {
		assertThat(this.context.getBeansOfType(NixlMetadataStore.class)).hasSize(1)
			.allSatisfy((name, store) -> assertThat(store).isInstanceOf(InMemoryNixlMetadataStore.class));
		assertThat(this.context.getBean(NixlMetadataStore.class).get("gateway-1").additions().incarnation())
			.isEqualTo(this.context.getBean(NixlAgent.class).incarnation().orElseThrow());
	}

	@SpringBootConfiguration
	@EnableAutoConfiguration
	static class Application {

	}

}
