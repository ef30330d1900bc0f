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

import io.etcd.jetcd.ClientBuilder;

/**
 * Changes the builder of each etcd client that the metadata store makes, after the
 * configuration was applied to it: interceptors, keep-alive, an authority. Beans of this
 * type are called in their order, again whenever the store connects anew. What a client
 * is given it also closes.
 */
@FunctionalInterface
public interface NixlEtcdClientCustomizer {

	/**
	 * Changes a builder.
	 * @param builder the builder; it is used once
	 */
	void customize(ClientBuilder builder);

}
