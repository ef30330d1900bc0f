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

import io.nixl4j.CompletionMode;
import io.nixl4j.TcpOptions;
import io.nixl4j.route.contract.ContractAgents;
import io.nixl4j.route.contract.RouteContract;
import org.junit.jupiter.api.Tag;

/**
 * The {@code tcp} route keeps the contract with one connection, which carries everything,
 * and callers that sleep.
 */
@Tag("all")
class TcpRouteOneLaneContractTests extends RouteContract {

	@Override
	protected ContractAgents agents() {
		return ContractAgents.of(new TcpRouteProvider(),
				(builder) -> builder.tcp(TcpOptions.defaults().withConnectionsPerPeer(1))
					.completionMode(CompletionMode.EVENT));
	}

}
