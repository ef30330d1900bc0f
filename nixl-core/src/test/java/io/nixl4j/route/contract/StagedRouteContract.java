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
 * What a route must keep where it reaches memory of devices by staging. Posts may
 * allocate then, since a copy of a device costs far more than an object; all else is as
 * in {@link RouteContract}.
 */
public abstract class StagedRouteContract extends AnyMemoryContract {

	@Nested
	class PreparedRequests extends PreparedContract {

		@Override
		ContractAgents open() {
			return agents();
		}

		/** No test here: see above. */
		@Override
		void postsAllocateNothingOnceWarm() {
		}

	}

}
