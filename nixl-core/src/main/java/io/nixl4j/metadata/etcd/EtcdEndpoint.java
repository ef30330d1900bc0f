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
package io.nixl4j.metadata.etcd;

import java.net.URI;
import java.net.URISyntaxException;

import org.jspecify.annotations.Nullable;

/**
 * Where one member of etcd takes requests.
 *
 * @param secure whether by TLS, or {@code null} if the endpoint does not say
 * @param host name or address, an IPv6 one in brackets
 * @param port the port
 */
record EtcdEndpoint(@Nullable Boolean secure, String host, int port) {

	private static final int DEFAULT_PORT = 2379;

	static EtcdEndpoint parse(String text) {
		boolean plainForm = !text.contains("://");
		try {
			URI uri = new URI(plainForm ? "any://" + text : text);
			if (uri.getHost() == null || uri.getRawUserInfo() != null || uri.getRawQuery() != null
					|| uri.getRawFragment() != null || !(uri.getRawPath().isEmpty() || uri.getRawPath().equals("/"))) {
				throw invalid();
			}
			int port = (uri.getPort() >= 0) ? uri.getPort() : DEFAULT_PORT;
			if (port < 1 || port > 65_535) {
				throw invalid();
			}
			return new EtcdEndpoint(plainForm ? null : secure(uri.getScheme()), uri.getHost(), port);
		}
		catch (URISyntaxException ex) {
			throw invalid();
		}
	}

	private static boolean secure(String scheme) {
		if (scheme.equalsIgnoreCase("https")) {
			return true;
		}
		if (scheme.equalsIgnoreCase("http")) {
			return false;
		}
		throw invalid();
	}

	/** Without the text, which may hold a password. */
	private static IllegalArgumentException invalid() {
		return new IllegalArgumentException(
				"An endpoint of etcd is http://host:port, https://host:port or host:port, with a port of 1 to 65535 and nothing else");
	}

	URI uri(boolean tls) {
		return URI.create((tls ? "https://" : "http://") + this.host + ":" + this.port);
	}

	@Override
	public String toString() {
		return ((this.secure != null) ? (this.secure ? "https://" : "http://") : "") + this.host + ":" + this.port;
	}

}
