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

package io.nixl4j.route.tcp;

import java.time.Duration;

import io.nixl4j.memory.MemoryType;
import io.nixl4j.route.contract.ContractAgents;
import io.nixl4j.route.contract.DelayedMemory;
import io.nixl4j.route.contract.StagedRouteContract;
import org.junit.jupiter.api.Nested;

/**
 * The {@code tcp} route keeps the contract where one end or both have memory that sockets
 * cannot reach, with little staging for it.
 */
class TcpStagedContractTests {

	private static final long STAGING = 2 << 20;

	private static ContractAgents agents(MemoryType ofTarget, MemoryType ofInitiator) {
		return ContractAgents.of(new TcpRouteProvider(), (builder) -> builder.stagingMemory(STAGING))
			.withDevice(new DelayedMemory(Duration.ofNanos(100_000)), ofTarget, ofInitiator);
	}

	@Nested
	class BothEnds extends StagedRouteContract {

		@Override
		protected ContractAgents agents() {
			return TcpStagedContractTests.agents(MemoryType.VRAM, MemoryType.VRAM);
		}

	}

	@Nested
	class Target extends StagedRouteContract {

		@Override
		protected ContractAgents agents() {
			return TcpStagedContractTests.agents(MemoryType.VRAM, MemoryType.DRAM);
		}

	}

	@Nested
	class Initiator extends StagedRouteContract {

		@Override
		protected ContractAgents agents() {
			return TcpStagedContractTests.agents(MemoryType.DRAM, MemoryType.VRAM);
		}

	}

}
