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

import org.springframework.boot.autoconfigure.service.connection.ConnectionDetails;
import org.springframework.boot.ssl.SslBundle;

/**
 * Where the etcd is that holds the metadata, and who is who. A bean of this type is what
 * makes {@code data-plane.nixl.metadata.store=auto} take etcd; one of the application
 * takes the place of that which is made of the keys.
 */
public interface NixlEtcdConnectionDetails extends ConnectionDetails {

	/**
	 * Returns the members of the cluster, at least one.
	 * @return their addresses, such as {@code http://etcd-0:2379} or {@code etcd-0:2379}
	 */
	List<String> getEndpoints();

	/**
	 * Returns the user to be.
	 * @return the name, or {@code null} where etcd wants none
	 */
	default @Nullable String getUsername() {
		return null;
	}

	/**
	 * Returns the user's password.
	 * @return the password, or {@code null} where there is no user
	 */
	default @Nullable String getPassword() {
		return null;
	}

	/**
	 * Returns whom to trust, and the certificate to show. Without it, endpoints that
	 * begin with {@code https} are trusted as the JVM trusts any server.
	 * @return the bundle, or {@code null} for none
	 */
	default @Nullable SslBundle getSslBundle() {
		return null;
	}

	/**
	 * Asks to be told when the bundle has changed: the store then connects anew.
	 * @param handler gets the bundle that holds from now on; it may be called by any
	 * thread
	 */
	default void addSslBundleUpdateHandler(Consumer<SslBundle> handler) {
	}

}
