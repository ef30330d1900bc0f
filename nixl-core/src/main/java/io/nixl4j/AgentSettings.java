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

package io.nixl4j;

import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;

import io.nixl4j.memory.DeviceMemoryProvider;
import io.nixl4j.metadata.NixlMetadata;
import io.nixl4j.metadata.NixlMetadataStore;
import io.nixl4j.route.RouteProvider;
import org.jspecify.annotations.Nullable;

/**
 * What a builder collected.
 *
 * @param name the agent's name
 * @param engineId the engine
 * @param routes the providers, the preferred one first
 * @param tcp how to use sockets, or {@code null} for an agent without any
 * @param network the agents of this process, or {@code null}
 * @param store where metadata is published, or {@code null}
 * @param additions what else the agent's metadata says
 * @param peers {@code host:port} of engines that no store knows
 * @param timeouts how long to wait
 * @param queueDepth the most requests in flight to one peer on one route
 * @param completionMode how to wait for transfers and peers
 * @param devices providers of memory that the host cannot reach
 * @param stagingMemory how much memory of the host is used to reach that memory
 * @param callbacks runs users' code, or {@code null} for threads of the agent's own
 */
record AgentSettings(String name, String engineId, List<RouteProvider> routes, @Nullable TcpOptions tcp,
		@Nullable InProcessNetwork network, @Nullable NixlMetadataStore store, NixlMetadata.Additions additions,
		Map<String, String> peers, Timeouts timeouts, int queueDepth, CompletionMode completionMode,
		List<DeviceMemoryProvider> devices, long stagingMemory, @Nullable Executor callbacks) {
}
