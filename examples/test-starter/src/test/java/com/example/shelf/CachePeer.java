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

package com.example.shelf;

import io.nixl4j.NixlAgent;
import io.nixl4j.NixlAgentBuilder;
import io.nixl4j.memory.MemoryRegion;
import io.nixl4j.memory.MemoryType;
import io.nixl4j.memory.Permissions;

import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;

/**
 * The cache, which is another process in production and another agent in tests.
 */
@TestConfiguration(proxyBeanMethods = false)
class CachePeer {

	static final int BLOCK_SIZE = 16 << 10;

	static final int BLOCKS = 8;

	/** No default candidate, so that the application's own agent is there too. */
	@Bean(defaultCandidate = false)
	NixlAgent cache(NixlAgentBuilder builder) {
		return builder.name("cache-1").build();
	}

	@Bean
	MemoryRegion shelf(@Qualifier("cache") NixlAgent cache) {
		return cache.allocate(BlockShelf.REGION, BLOCKS * BLOCK_SIZE, MemoryType.DRAM, Permissions.READ_WRITE);
	}

}
