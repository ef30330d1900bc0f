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

import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.TrustManagerFactory;

import org.jspecify.annotations.Nullable;

/**
 * How the connections to etcd are encrypted and who trusts whom.
 *
 * @param keys the client's certificate and key, or {@code null} where etcd asks for none
 * @param trust whose certificates of etcd are accepted, or {@code null} for those that
 * the JVM trusts by itself
 * @param authority the name that etcd's certificate has to show, or {@code null} for the
 * host of the endpoint
 */
public record EtcdTls(@Nullable KeyManagerFactory keys, @Nullable TrustManagerFactory trust,
		@Nullable String authority) {

	/**
	 * TLS as the JVM trusts, without a client's certificate.
	 * @return the settings
	 */
	public static EtcdTls trustedByJvm() {
		return new EtcdTls(null, null, null);
	}

	/**
	 * TLS that accepts etcd's certificate by these, without a client's certificate.
	 * @param trust whose certificates are accepted
	 * @return the settings
	 */
	public static EtcdTls trusting(TrustManagerFactory trust) {
		return new EtcdTls(null, trust, null);
	}

	/**
	 * Mutual TLS.
	 * @param keys the client's certificate and key
	 * @param trust whose certificates of etcd are accepted
	 * @return the settings
	 */
	public static EtcdTls mutual(KeyManagerFactory keys, TrustManagerFactory trust) {
		return new EtcdTls(keys, trust, null);
	}

	/**
	 * These settings with another name to be shown by etcd.
	 * @param authority the name, or {@code null} for the host of the endpoint
	 * @return new settings
	 */
	public EtcdTls withAuthority(@Nullable String authority) {
		return new EtcdTls(this.keys, this.trust, authority);
	}

}
