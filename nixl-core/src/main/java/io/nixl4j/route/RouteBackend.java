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

package io.nixl4j.route;

/**
 * One kind of route at work for one incarnation of an agent.
 */
public interface RouteBackend extends AutoCloseable {

	/**
	 * Makes the route to the peer of a session. Called once a session, at both of its
	 * ends, as soon as the session is accepted; never blocks.
	 * @param link the session
	 * @return the route; one that can never carry anything to this peer says so by a
	 * failed {@link Route#ready()}
	 */
	Route connect(PeerLink link);

	/**
	 * Frees what the backend holds. Its routes have been disconnected before.
	 */
	@Override
	void close();

}
