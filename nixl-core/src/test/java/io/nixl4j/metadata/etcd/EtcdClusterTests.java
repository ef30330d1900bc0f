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

import io.nixl4j.metadata.StoreState.Kind;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static io.nixl4j.metadata.etcd.StoreFixtures.FIRST;
import static io.nixl4j.metadata.etcd.StoreFixtures.card;
import static io.nixl4j.metadata.etcd.StoreFixtures.key;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The store on three etcd of which one is in trouble.
 */
@Tag("all")
@Tag("etcd")
class EtcdClusterTests {

	@Test
	void aMemberThatIsFrozenHoldsNobodyUpForLong() throws Exception {
		try (EtcdCluster cluster = EtcdCluster.start();
				EtcdNixlMetadataStore writer = open(cluster);
				EtcdNixlMetadataStore reader = open(cluster)) {
			writer.put(card("before", FIRST)).join();
			await().until(() -> reader.find("before").isPresent());
			for (int node = 0; node < 2; node++) {
				String engineId = "while-" + node;
				cluster.node(node).freeze();
				// The put may meet a frozen leader, and the watch may hang on a frozen
				// member.
				await().atMost(Duration.ofSeconds(20)).until(() -> done(writer, engineId));
				await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
					assertThat(reader.find(engineId)).contains(card(engineId, FIRST));
					assertThat(reader.find("before")).isPresent();
				});
				cluster.node(node).thaw();
				await().atMost(StoreFixtures.FIVE_SECONDS).until(() -> reader.state().kind() == Kind.CURRENT);
			}
			assertThat(cluster.node(0).keys("default/")).contains(key("before"), key("while-1"));
		}
	}

	private static boolean done(EtcdNixlMetadataStore store, String engineId) {
		return store.put(card(engineId, FIRST)).handle((done, failure) -> failure == null).join();
	}

	private static EtcdNixlMetadataStore open(EtcdCluster cluster) {
		return EtcdNixlMetadataStore.open(EtcdOptions.of(cluster.urls()));
	}

}
