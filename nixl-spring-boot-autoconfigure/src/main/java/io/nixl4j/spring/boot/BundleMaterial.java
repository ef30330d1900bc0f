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

import java.security.KeyStore;
import java.util.List;
import java.util.function.Supplier;

import io.nixl4j.TlsOptions.Material;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.boot.diagnostics.FailureAnalyzedException;
import org.springframework.boot.ssl.NoSuchSslBundleException;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.boot.ssl.SslOptions;
import org.springframework.util.StringUtils;

/**
 * What an SSL bundle holds at the moment.
 */
final class BundleMaterial implements Supplier<Material> {

	private static final Logger logger = LoggerFactory.getLogger(BundleMaterial.class);

	private static final String KEY = NixlProperties.PREFIX + ".tcp.ssl.bundle";

	private final String name;

	private volatile Material current;

	private BundleMaterial(String name, SslBundle bundle) {
		this.name = name;
		this.current = read(name, bundle);
	}

	/**
	 * Follows a bundle.
	 * @param name the bundle's name
	 * @param bundles all bundles, {@code null} if there are none
	 * @return what it holds, now and after each update
	 */
	static BundleMaterial of(@Nullable String name, @Nullable SslBundles bundles) {
		if (!StringUtils.hasText(name)) {
			throw new FailureAnalyzedException(KEY + " is empty.",
					"Set " + KEY + " to the name of an SSL bundle, or remove the key: then nothing is encrypted.");
		}
		try {
			if (bundles == null) {
				throw new NoSuchSslBundleException(name, "There are no SSL bundles");
			}
			BundleMaterial material = new BundleMaterial(name, bundles.getBundle(name));
			bundles.addBundleUpdateHandler(name, material::update);
			return material;
		}
		catch (NoSuchSslBundleException ex) {
			throw new FailureAnalyzedException(KEY + " names the SSL bundle '" + name + "', which is not there.",
					"Define it below spring.ssl.bundle.pem." + name + " or spring.ssl.bundle.jks." + name
							+ ", or change " + KEY + ".",
					ex);
		}
	}

	private void update(SslBundle bundle) {
		try {
			this.current = read(this.name, bundle);
			logger.info("SSL bundle {} has changed; new connections of agents use it", this.name);
		}
		catch (RuntimeException ex) {
			logger.warn("SSL bundle {} has changed and cannot be used; agents go on with what it held before",
					this.name, ex);
		}
	}

	private static Material read(String name, SslBundle bundle) {
		KeyStore keys = bundle.getStores().getKeyStore();
		if (keys == null) {
			throw new FailureAnalyzedException("SSL bundle '" + name + "', which " + KEY + " names, has no key.",
					"Add a certificate and its private key to the bundle: an agent accepts connections, and shows its"
							+ " certificate to those whom it connects to.");
		}
		SslOptions options = bundle.getOptions();
		return new Material(bundle.getManagers().getKeyManagerFactory(), bundle.getManagers().getTrustManagerFactory(),
				list(options.getEnabledProtocols()), list(options.getCiphers()));
	}

	private static List<String> list(String @Nullable [] values) {
		return (values != null) ? List.of(values) : List.of();
	}

	@Override
	public Material get() {
		return this.current;
	}

}
