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

import java.time.Duration;
import java.util.List;

import io.etcd.jetcd.Client;
import io.nixl4j.metadata.etcd.EtcdNixlMetadataStore;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.diagnostics.FailureAnalyzedException;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

/**
 * The store in etcd and its start.
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnClass(Client.class)
class EtcdStoreConfiguration {

	private static final Duration CONNECT = Duration.ofSeconds(5);

	@Bean
	EtcdDetails nixlEtcdDetails(ObjectProvider<NixlEtcdConnectionDetails> details) {
		NixlEtcdConnectionDetails available = details.getIfAvailable();
		if (available == null) {
			throw new FailureAnalyzedException("data-plane.nixl.metadata.store is 'etcd', but no etcd is configured.",
					"Set " + EtcdProperties.PREFIX + ".endpoints to the addresses of its members, such as"
							+ " http://etcd:2379, or set data-plane.nixl.metadata.store to 'auto'.");
		}
		return new EtcdDetails(available);
	}

	@Bean
	EtcdNixlMetadataStore nixlEtcdMetadataStore(EtcdDetails details, EtcdProperties properties, Environment environment,
			ObjectProvider<NixlEtcdClientCustomizer> customizers) {
		String namespace = Binder.get(environment).bind("data-plane.nixl.namespace", String.class).orElse("default");
		List<NixlEtcdClientCustomizer> inOrder = customizers.orderedStream().toList();
		EtcdNixlMetadataStore store = EtcdNixlMetadataStore
			.open(new EtcdSettings(properties, namespace, inOrder).options(details));
		details.onTlsUpdate(store::reloadTls);
		return store;
	}

	@Bean
	EtcdStoreLifecycle nixlEtcdStoreLifecycle(EtcdNixlMetadataStore store, EtcdDetails details,
			EtcdProperties properties, Environment environment) {
		Duration limit = Binder.get(environment)
			.bind("data-plane.nixl.timeouts.connect", Duration.class)
			.orElse(CONNECT);
		return new EtcdStoreLifecycle(store::check, new EtcdReport(details), properties.failFast(), limit);
	}

}
