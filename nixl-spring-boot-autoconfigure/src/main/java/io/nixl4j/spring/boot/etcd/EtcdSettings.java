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

import java.util.List;
import java.util.function.Supplier;

import io.etcd.jetcd.ClientBuilder;
import io.nixl4j.metadata.etcd.EtcdOptions;

import org.springframework.boot.diagnostics.FailureAnalyzedException;
import org.springframework.util.StringUtils;

/**
 * What is configured, as options of the store.
 *
 * @param properties the keys
 * @param namespace what the store's keys begin with
 * @param customizers change each client
 */
record EtcdSettings(EtcdProperties properties, String namespace, List<NixlEtcdClientCustomizer> customizers) {

	EtcdOptions options(EtcdDetails details) {
		EtcdOptions first = checked(details.key("endpoints"), () -> EtcdOptions.of(details.endpoints()));
		EtcdOptions named = checked("data-plane.nixl.namespace", () -> first.withNamespace(this.namespace));
		EtcdOptions leased = checked(EtcdProperties.PREFIX + ".lease-time",
				() -> named.withLeaseTime(this.properties.leaseTime()));
		EtcdOptions timed = checked(EtcdProperties.PREFIX + ".request-timeout",
				() -> leased.withRequestTimeout(this.properties.requestTimeout()));
		EtcdOptions encrypted = checked(details.key("ssl.bundle"), () -> timed.withTls(details.tls()));
		return withUser(encrypted, details).withClientCustomizer(this::customize);
	}

	private static EtcdOptions withUser(EtcdOptions options, EtcdDetails details) {
		String username = details.username();
		String password = details.password();
		boolean named = StringUtils.hasText(username);
		if (named != StringUtils.hasText(password)) {
			String there = details.key(named ? "username" : "password");
			String missing = details.key(named ? "password" : "username");
			throw new FailureAnalyzedException("There is " + there + ", but " + missing + " is empty.",
					"Set " + missing + ", or remove " + there + " if etcd wants no user.");
		}
		return (named && username != null && password != null) ? options.withUser(username, password) : options;
	}

	private void customize(Object builder) {
		this.customizers.forEach((customizer) -> customizer.customize((ClientBuilder) builder));
	}

	private static EtcdOptions checked(String key, Supplier<EtcdOptions> use) {
		try {
			return use.get();
		}
		catch (IllegalArgumentException ex) {
			throw new FailureAnalyzedException(key + ": " + ex.getMessage() + ".", "Change the value of " + key + ".",
					ex);
		}
	}

}
