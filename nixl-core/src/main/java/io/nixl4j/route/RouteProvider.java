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
 * Opens one kind of route for an agent. Providers are given to the agent's builder or
 * found by {@link java.util.ServiceLoader}; they hold no state of their own, so one
 * provider may serve several agents.
 */
public interface RouteProvider {

	/**
	 * Returns the route's name as configuration, logs and metrics use it, for example
	 * {@code tcp}.
	 * @return a short lower-case name, unique among the providers of an agent
	 */
	String name();

	/**
	 * Returns what routes of this kind promise.
	 * @return the traits
	 */
	RouteTraits traits();

	/**
	 * Opens the route's backend for a starting agent.
	 * @param context what the agent offers to its routes
	 * @return the backend, owned by the agent
	 * @throws io.nixl4j.memory.NixlException if this kind of route cannot work here; its
	 * message names the reason and the cure
	 */
	RouteBackend open(RouteContext context);

}
