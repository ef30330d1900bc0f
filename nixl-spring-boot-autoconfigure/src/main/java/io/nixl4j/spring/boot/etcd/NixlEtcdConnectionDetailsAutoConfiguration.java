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

package io.nixl4j.spring.boot.etcd;

import io.nixl4j.NixlAgent;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;

/**
 * Auto-configuration of the connection to etcd where its endpoints are configured.
 */
@AutoConfiguration(after = SslAutoConfiguration.class)
@ConditionalOnClass(NixlAgent.class)
@ConditionalOnBooleanProperty(name = "data-plane.nixl.enabled", matchIfMissing = true)
@Conditional(OnEtcdEndpointsCondition.class)
@EnableConfigurationProperties(EtcdProperties.class)
public final class NixlEtcdConnectionDetailsAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean(NixlEtcdConnectionDetails.class)
	PropertiesNixlEtcdConnectionDetails nixlEtcdConnectionDetails(EtcdProperties properties,
			ObjectProvider<SslBundles> bundles) {
		return new PropertiesNixlEtcdConnectionDetails(properties, bundles.getIfAvailable());
	}

}
