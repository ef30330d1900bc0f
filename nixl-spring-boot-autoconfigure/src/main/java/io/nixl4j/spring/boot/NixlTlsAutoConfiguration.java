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

import io.nixl4j.NixlAgent;
import io.nixl4j.TlsOptions;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.context.annotation.Bean;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/**
 * Auto-configuration of TLS for all agents from an SSL bundle. A bundle that is updated
 * is used by new connections.
 */
@AutoConfiguration(after = SslAutoConfiguration.class, before = NixlAgentAutoConfiguration.class)
@ConditionalOnClass(NixlAgent.class)
@ConditionalOnBooleanProperty(name = "data-plane.nixl.enabled", matchIfMissing = true)
@ConditionalOnProperty("data-plane.nixl.tcp.ssl.bundle")
@EnableConfigurationProperties(NixlProperties.class)
public final class NixlTlsAutoConfiguration {

	@Bean
	@Order(Ordered.HIGHEST_PRECEDENCE)
	NixlAgentBuilderCustomizer nixlTlsCustomizer(NixlProperties properties, ObjectProvider<SslBundles> bundles) {
		NixlProperties.Ssl ssl = properties.tcp().ssl();
		TlsOptions options = new TlsOptions(BundleMaterial.of(ssl.bundle(), bundles.getIfAvailable()), ssl.provider(),
				ssl.clientAuth(), ssl.peerIdentity());
		return (builder) -> builder.tls(options);
	}

}
