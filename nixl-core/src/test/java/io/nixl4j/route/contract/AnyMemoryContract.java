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
 * What a route promises for memory of every kind.
 */
abstract class AnyMemoryContract {

	/**
	 * Creates what one test needs.
	 * @return agents of the route under test, closed by the test
	 */
	protected abstract ContractAgents agents();

	@Nested
	class Transfers extends TransferContract {

		@Override
		ContractAgents open() {
			return agents();
		}

	}

	@Nested
	class Concurrency extends ConcurrencyContract {

		@Override
		ContractAgents open() {
			return agents();
		}

	}

	@Nested
	class ResultAndRelease extends ReleaseContract {

		@Override
		ContractAgents open() {
			return agents();
		}

	}

	@Nested
	class Notifications extends NotificationContract {

		@Override
		ContractAgents open() {
			return agents();
		}

	}

	@Nested
	class ForgedGrants extends ForgeryContract {

		@Override
		ContractAgents open() {
			return agents();
		}

	}

	@Nested
	class ClosingRegions extends RegionCloseContract {

		@Override
		ContractAgents open() {
			return agents();
		}

	}

	@Nested
	class LostPeers extends PeerLossContract {

		@Override
		ContractAgents open() {
			return agents();
		}

	}

}
