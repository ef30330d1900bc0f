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

package io.nixl4j.spring.boot.test;

import io.nixl4j.InProcessNetwork;
import io.nixl4j.route.contract.ContractAgents;
import io.nixl4j.route.contract.RouteContract;
import io.nixl4j.route.local.LocalRouteProvider;

/**
 * Without faults the route of tests keeps the contract in full, allocation included.
 */
class FaultRouteContractTests extends RouteContract {

	@Override
	protected ContractAgents agents() {
		InProcessNetwork network = new InProcessNetwork();
		return ContractAgents.of(new FaultRouteProvider(new LocalRouteProvider(), new FaultBoard()),
				(builder) -> builder.tcp(null).network(network));
	}

}
