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

import java.time.Duration;
import java.util.UUID;

import io.nixl4j.metadata.MetadataStoreContract;
import io.nixl4j.metadata.NixlMetadataStore;
import io.nixl4j.metadata.StoreState;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;

import static org.awaitility.Awaitility.await;

@Tag("etcd")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EtcdStoreContractTests extends MetadataStoreContract {

	private final EtcdProcess etcd = EtcdProcess.start();

	private String namespace = "none";

	@AfterAll
	void closeEtcd() {
		this.etcd.close();
	}

	@Override
	protected void begin() {
		this.namespace = UUID.randomUUID().toString();
	}

	@Override
	protected NixlMetadataStore open() {
		EtcdNixlMetadataStore store = EtcdNixlMetadataStore
			.open(EtcdOptions.of(this.etcd.url()).withNamespace(this.namespace).withLeaseTime(Duration.ofSeconds(2)));
		await().until(() -> store.state().kind() == StoreState.Kind.CURRENT);
		return store;
	}

}
