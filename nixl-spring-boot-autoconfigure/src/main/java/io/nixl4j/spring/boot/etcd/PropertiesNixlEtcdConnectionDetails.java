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
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.diagnostics.FailureAnalyzedException;
import org.springframework.boot.ssl.NoSuchSslBundleException;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.util.StringUtils;

/**
 * The connection that the keys speak of.
 */
final class PropertiesNixlEtcdConnectionDetails implements NixlEtcdConnectionDetails {

	private static final String KEY = EtcdProperties.PREFIX + ".ssl.bundle";

	private final EtcdProperties properties;

	private final @Nullable SslBundles bundles;

	/**
	 * Takes the configuration.
	 * @param properties the keys
	 * @param bundles all bundles, {@code null} if there are none
	 */
	PropertiesNixlEtcdConnectionDetails(EtcdProperties properties, @Nullable SslBundles bundles) {
		this.properties = properties;
		this.bundles = bundles;
	}

	@Override
	public List<String> getEndpoints() {
		return this.properties.endpoints();
	}

	@Override
	public @Nullable String getUsername() {
		return this.properties.username();
	}

	@Override
	public @Nullable String getPassword() {
		return this.properties.password();
	}

	@Override
	public @Nullable SslBundle getSslBundle() {
		String name = this.properties.ssl().bundle();
		if (name == null) {
			return null;
		}
		if (!StringUtils.hasText(name)) {
			throw new FailureAnalyzedException(KEY + " is empty.",
					"Set " + KEY + " to the name of an SSL bundle, or remove the key.");
		}
		try {
			return bundles(name).getBundle(name);
		}
		catch (NoSuchSslBundleException ex) {
			throw new FailureAnalyzedException(KEY + " names the SSL bundle '" + name + "', which is not there.",
					"Define it below spring.ssl.bundle.pem." + name + " or spring.ssl.bundle.jks." + name
							+ ", or change " + KEY + ".",
					ex);
		}
	}

	@Override
	public void addSslBundleUpdateHandler(Consumer<SslBundle> handler) {
		String name = this.properties.ssl().bundle();
		if (name != null) {
			bundles(name).addBundleUpdateHandler(name, handler);
		}
	}

	private SslBundles bundles(String name) {
		if (this.bundles == null) {
			throw new NoSuchSslBundleException(name, "There are no SSL bundles");
		}
		return this.bundles;
	}

}
