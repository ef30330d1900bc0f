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

import io.nixl4j.NixlAgent;
import io.nixl4j.metadata.NixlMetadataStore;
import io.nixl4j.spring.boot.NixlMetadataStoreAutoConfiguration;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Import;

/**
 * Auto-configuration of the metadata store in etcd: where there is a
 * {@link NixlEtcdConnectionDetails} bean, or where etcd is asked for.
 */
@AutoConfiguration(after = NixlEtcdConnectionDetailsAutoConfiguration.class,
		before = NixlMetadataStoreAutoConfiguration.class)
@ConditionalOnClass(NixlAgent.class)
@ConditionalOnBooleanProperty(name = "data-plane.nixl.enabled", matchIfMissing = true)
@ConditionalOnMissingBean(NixlMetadataStore.class)
@Conditional(OnEtcdStoreCondition.class)
@EnableConfigurationProperties(EtcdProperties.class)
@Import({ EtcdStoreConfiguration.class, MissingEtcdClientConfiguration.class })
public final class NixlEtcdMetadataStoreAutoConfiguration {

}
