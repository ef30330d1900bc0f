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
import io.nixl4j.TcpOptions;
import io.nixl4j.metadata.InMemoryNixlMetadataStore;
import io.nixl4j.metadata.NixlMetadataStore;
import io.nixl4j.spring.boot.NixlAgentAutoConfiguration;
import io.nixl4j.spring.boot.NixlAgentBuilderCustomizer;
import io.nixl4j.spring.boot.NixlLifecycleAutoConfiguration;
import io.nixl4j.spring.boot.NixlMetadataStoreAutoConfiguration;
import io.nixl4j.spring.boot.NixlRouteAutoConfiguration;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the test configures holds, whatever the application and other auto-configurations
 * say.
 */
class ForeignConfigurationTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(NixlAgentAutoConfiguration.class, NixlLifecycleAutoConfiguration.class,
				NixlMetadataStoreAutoConfiguration.class, NixlRouteAutoConfiguration.class,
				NixlTestAutoConfiguration.class));

	@Test
	void aPrimaryStoreOfTheApplicationIsNotUsed() {
		this.runner.withUserConfiguration(PrimaryStore.class).run((context) -> {
			assertThat(context).hasNotFailed();
			NixlMetadataStore own = context.getBean("own", NixlMetadataStore.class);
			assertThat(context.getBean(NixlMetadataStore.class)).isNotSameAs(own);
			context.getBean(NixlAgent.class).publish();
			assertThat(own.list()).isEmpty();
			assertThat(context.getBean(NixlMetadataStore.class).list()).hasSize(1);
		});
	}

	@Test
	void customizersOfOtherAutoConfigurationsOpenNoSocket() {
		this.runner.withConfiguration(AutoConfigurations.of(AfterAll.class)).run((context) -> {
			assertThat(context.getBean(NixlAgent.class).port()).isEqualTo(-1);
			assertThat(context.getBean(NixlAgent.class).routes()).containsExactly("memory");
		});
	}

	@Configuration(proxyBeanMethods = false)
	static class PrimaryStore {

		@Bean
		@Primary
		NixlMetadataStore own() {
			return new InMemoryNixlMetadataStore();
		}

	}

	/**
	 * An auto-configuration that knows nothing of the test's.
	 */
	@AutoConfiguration(after = NixlTestAutoConfiguration.class)
	static class AfterAll {

		@Bean
		NixlAgentBuilderCustomizer sockets() {
			return (builder) -> builder.tcp(TcpOptions.defaults());
		}

		@Bean
		@Order(Ordered.LOWEST_PRECEDENCE)
		NixlAgentBuilderCustomizer lowest() {
			return sockets();
		}

	}

}
