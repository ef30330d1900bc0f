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
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

import io.nixl4j.memory.Incarnation;
import io.nixl4j.memory.MemoryType;
import io.nixl4j.memory.Permissions;
import io.nixl4j.metadata.MemoryDescriptor;
import io.nixl4j.metadata.NixlMetadata;
import io.nixl4j.metadata.NixlMetadataStore;
import io.nixl4j.metadata.StoreState;

/**
 * What the tests of the store have in common.
 */
final class StoreFixtures {

	static final Incarnation FIRST = new Incarnation(1, 1);

	static final Incarnation SECOND = new Incarnation(2, 2);

	static final Duration FIVE_SECONDS = Duration.ofSeconds(5);

	private static final MemoryDescriptor KV = new MemoryDescriptor(4096, 1 << 20, MemoryType.DRAM, 0,
			Permissions.READ_WRITE);

	private StoreFixtures() {
	}

	static EtcdOptions options(EtcdProcess etcd) {
		return EtcdOptions.of(etcd.url()).withLeaseTime(Duration.ofSeconds(2));
	}

	static NixlMetadata card(String engineId) {
		return new NixlMetadata(engineId, Map.of("kv", KV), "agent-" + engineId);
	}

	static NixlMetadata card(String engineId, Incarnation incarnation) {
		return card(engineId).withAdditions(NixlMetadata.Additions.none().withIncarnation(incarnation));
	}

	static String key(String engineId) {
		return "default/nixl_metadata/" + engineId;
	}

	/**
	 * Writes down what it hears.
	 */
	static final class Recorder implements NixlMetadataStore.Listener {

		private final List<String> heard = Collections.synchronizedList(new ArrayList<>());

		@Override
		public void put(NixlMetadata metadata) {
			this.heard.add("put " + metadata.engineId());
		}

		@Override
		public void deleted(String engineId) {
			this.heard.add("deleted " + engineId);
		}

		@Override
		public void stateChanged(StoreState state) {
			this.heard.add(state.kind().name());
		}

		List<String> heard() {
			synchronized (this.heard) {
				return List.copyOf(this.heard);
			}
		}

	}

}
