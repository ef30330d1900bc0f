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

import javax.net.ssl.KeyManagerFactory;

import io.nixl4j.metadata.etcd.EtcdTls;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.boot.origin.Origin;
import org.springframework.boot.ssl.SslBundle;

/**
 * What connection details say, as the store wants it, and how to name it to a user.
 */
final class EtcdDetails {

	private static final Logger logger = LoggerFactory.getLogger(EtcdDetails.class);

	private final NixlEtcdConnectionDetails details;

	EtcdDetails(NixlEtcdConnectionDetails details) {
		this.details = details;
	}

	List<String> endpoints() {
		return this.details.getEndpoints();
	}

	@Nullable String username() {
		return this.details.getUsername();
	}

	@Nullable String password() {
		return this.details.getPassword();
	}

	@Nullable SslBundle sslBundle() {
		return this.details.getSslBundle();
	}

	/**
	 * Returns whom to trust and what to show.
	 * @return the keys, or {@code null} for what the endpoints say
	 */
	@Nullable EtcdTls tls() {
		SslBundle bundle = sslBundle();
		return (bundle != null) ? tls(bundle) : null;
	}

	private static EtcdTls tls(SslBundle bundle) {
		KeyManagerFactory keys = (bundle.getStores().getKeyStore() != null)
				? bundle.getManagers().getKeyManagerFactory() : null;
		return new EtcdTls(keys, bundle.getManagers().getTrustManagerFactory(), null);
	}

	/**
	 * Follows the bundle.
	 * @param reload gets what the bundle holds from now on
	 */
	void onTlsUpdate(Consumer<EtcdTls> reload) {
		this.details.addSslBundleUpdateHandler((bundle) -> {
			try {
				reload.accept(tls(bundle));
				logger.info("The SSL bundle of the metadata store has changed; it connects to etcd anew");
			}
			catch (RuntimeException ex) {
				logger.warn("The SSL bundle of the metadata store has changed and cannot be used;"
						+ " it goes on with what the bundle held before", ex);
			}
		});
	}

	/**
	 * Names what a user has to change.
	 * @param name the last part of the key
	 * @return the key, or in words what the details have in its place
	 */
	String key(String name) {
		return isConfigured() ? EtcdProperties.PREFIX + "." + name : "the connection's " + name;
	}

	private boolean isConfigured() {
		return this.details instanceof PropertiesNixlEtcdConnectionDetails;
	}

	/**
	 * Says where the connection is described.
	 * @return a key, a container or a type
	 */
	String origin() {
		if (isConfigured()) {
			return key("endpoints");
		}
		Origin origin = Origin.from(this.details);
		return (origin != null) ? origin.toString() : this.details.getClass().getName();
	}

}
