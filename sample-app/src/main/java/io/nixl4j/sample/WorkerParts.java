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

package io.nixl4j.sample;

import java.util.Set;

import io.nixl4j.NixlAgent;
import io.nixl4j.kv.KvCache;
import io.nixl4j.kv.KvLayout;
import io.nixl4j.memory.MemoryType;
import io.nixl4j.memory.Permissions;
import io.nixl4j.memory.RegionOptions;
import io.nixl4j.serving.KvTransferMode;

/**
 * What workers are made of.
 */
final class WorkerParts {

	/** Threads of an engine. */
	static final int THREADS = Runtime.getRuntime().availableProcessors();

	private static final String KV_REGION = "kv";

	private WorkerParts() {
	}

	/**
	 * Makes the KV cache of a worker.
	 * @param agent its agent
	 * @param layout how blocks lie
	 * @param properties the settings
	 * @param moving in which mode other engines touch the cache
	 * @param permissions what they do with it then
	 * @param other who that is where all are in one process. In processes of their own
	 * these are all workers that prove themselves
	 * @return the cache
	 */
	static KvCache cache(NixlAgent agent, KvLayout layout, SampleProperties properties, KvTransferMode moving,
			Permissions permissions, String other) {
		RegionOptions options = RegionOptions.of(KV_REGION).withType(MemoryType.DRAM).withListed(false);
		if (properties.transferMode() != moving) {
			// An agent that is granted its own region is nobody else
			options = options.withPermissions(Permissions.READ).withGrantTo(Set.of(agent.engineId()));
		}
		else {
			options = options.withPermissions(permissions);
			if (properties.role() == SampleRole.ALL) {
				options = options.withGrantTo(Set.of(other));
			}
		}
		return new KvCache(layout, agent.allocate(layout.bytes(properties.blocks()), options));
	}

}
