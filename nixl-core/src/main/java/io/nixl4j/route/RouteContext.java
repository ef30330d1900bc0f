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

import java.util.Optional;

import io.nixl4j.memory.Incarnation;
import io.nixl4j.memory.RegionTable;

/**
 * What an agent offers to the backends of its routes.
 */
public interface RouteContext {

	/**
	 * Returns the agent's name.
	 * @return the name
	 */
	String agentName();

	/**
	 * Returns the engine that the agent belongs to.
	 * @return the engine id
	 */
	String engineId();

	/**
	 * Returns the incarnation that is starting.
	 * @return the incarnation
	 */
	Incarnation incarnation();

	/**
	 * Returns the agent's registered memory.
	 * @return the table of regions
	 */
	RegionTable regions();

	/**
	 * Returns the most requests that a route may have in flight to one peer; further
	 * posts queue.
	 * @return the bound, at least one
	 */
	int queueDepth();

	/**
	 * Returns how much memory of the host a route may use to reach memory of devices,
	 * which {@link RegionTable#devices()} has.
	 * @return the bound in bytes
	 */
	default long stagingMemory() {
		return 64 << 20;
	}

	/**
	 * Returns something that the agent shares with routes which know its type, for
	 * example the endpoint that owns the agent's sockets.
	 * @param <T> the type
	 * @param type the type
	 * @return the resource, or empty if this agent has none of that type
	 */
	<T> Optional<T> resource(Class<T> type);

}
