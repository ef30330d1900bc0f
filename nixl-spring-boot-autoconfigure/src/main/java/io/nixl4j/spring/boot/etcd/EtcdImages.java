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

/**
 * Containers of etcd.
 */
final class EtcdImages {

	/** Where clients connect to. */
	static final int PORT = 2379;

	/**
	 * The names of the images, without registry and tag: the project's own, from its
	 * registries and from that of Kubernetes, and Bitnami's.
	 */
	static final List<String> NAMES = List.of("etcd", "coreos/etcd", "etcd-development/etcd", "bitnami/etcd",
			"bitnamilegacy/etcd");

	/** Without it an etcd beside the application is somebody else's. */
	static final String CLIENT = "io.etcd.jetcd.Client";

	private EtcdImages() {
	}

	/**
	 * Makes an endpoint.
	 * @param host the host
	 * @param port the port
	 * @param encrypted whether it has a certificate
	 * @return its address
	 */
	static String endpoint(String host, int port, boolean encrypted) {
		return (encrypted ? "https://" : "http://") + host + ":" + port;
	}

}
