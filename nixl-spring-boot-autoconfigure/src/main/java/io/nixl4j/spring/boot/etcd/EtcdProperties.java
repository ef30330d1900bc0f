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

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What is configured below {@code data-plane.nixl.metadata.etcd}.
 *
 * @param endpoints Addresses (http://host:port) of the members of the etcd cluster. With
 * them agents publish there.
 * @param username User of etcd, where it wants one.
 * @param password Password of this user.
 * @param ssl Encryption of the connections to etcd.
 * @param leaseTime How long an entry outlives an agent that has died.
 * @param requestTimeout How long etcd may take to answer a request.
 * @param failFast Whether the start fails when etcd cannot be reached. Otherwise agents
 * are published as soon as it can.
 */
@ConfigurationProperties("data-plane.nixl.metadata.etcd")
record EtcdProperties(@DefaultValue List<String> endpoints, @Nullable String username, @Nullable String password,
		@DefaultValue Ssl ssl, @DefaultValue("10s") Duration leaseTime, @DefaultValue("2s") Duration requestTimeout,
		@DefaultValue("true") boolean failFast) {

	/** What all keys begin with. */
	static final String PREFIX = "data-plane.nixl.metadata.etcd";

	@Override
	public String toString() {
		return "EtcdProperties[" + this.endpoints + ", " + ((this.username != null) ? this.username : "no user") + "]";
	}

	/**
	 * TLS.
	 *
	 * @param bundle SSL bundle with whom to trust, and with the key and certificate to
	 * show where etcd wants one.
	 */
	record Ssl(@Nullable String bundle) {

	}

}
