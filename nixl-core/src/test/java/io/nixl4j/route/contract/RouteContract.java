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

package io.nixl4j.route.contract;

import org.junit.jupiter.api.Nested;

/**
 * All that a route must keep. The test class of a route extends it and says how its
 * agents are built.
 */
public abstract class RouteContract extends AnyMemoryContract {

	@Nested
	class PreparedRequests extends PreparedContract {

		@Override
		ContractAgents open() {
			return agents();
		}

	}

	@Nested
	class Refusals extends RefusalContract {

		@Override
		ContractAgents open() {
			return agents();
		}

	}

	@Nested
	class Connecting extends ConnectContract {

		@Override
		ContractAgents open() {
			return agents();
		}

	}

	@Nested
	class LateBytes extends LateContract {

		@Override
		ContractAgents open() {
			return agents();
		}

	}

	@Nested
	class LateReuse extends LateReuseContract {

		@Override
		ContractAgents open() {
			return agents();
		}

	}

}
