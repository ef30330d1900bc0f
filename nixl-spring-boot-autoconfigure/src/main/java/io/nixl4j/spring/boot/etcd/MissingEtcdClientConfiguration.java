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

import io.nixl4j.metadata.NixlMetadataStore;

import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingClass;
import org.springframework.boot.diagnostics.FailureAnalyzedException;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Says what is missing where etcd is asked for and its client is not there: agents that
 * publish into their own process only would look alive and be found by nobody.
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnMissingClass("io.etcd.jetcd.Client")
class MissingEtcdClientConfiguration {

	@Bean
	NixlMetadataStore nixlEtcdMetadataStore() {
		throw new FailureAnalyzedException(
				"Metadata is to be kept in etcd, but the client of etcd is not on the class path.",
				"Add the dependency io.etcd:jetcd-core, or set data-plane.nixl.metadata.store to 'memory'.");
	}

}
