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

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import io.nixl4j.memory.DescriptorList;
import io.nixl4j.memory.MemoryType;

/**
 * One way to one peer, as long as one session lives. A route serves both ends: it posts
 * what this end initiates, and it is the target of what the peer initiates.
 * <p>
 * All methods may be called from any thread and none blocks.
 */
public interface Route {

	/**
	 * Returns the name of the route's kind.
	 * @return the provider's name
	 */
	String name();

	/**
	 * Returns what the route promises.
	 * @return the traits
	 */
	RouteTraits traits();

	/**
	 * Returns whether the route can carry bytes between two kinds of memory at all.
	 * @param local the type of this agent's memory
	 * @param remote the type of the peer's
	 * @return {@code true} if it can
	 */
	default boolean reaches(MemoryType local, MemoryType remote) {
		return traits().memory().contains(local) && traits().memory().contains(remote);
	}

	/**
	 * Completes when requests can be posted, exceptionally with a
	 * {@link io.nixl4j.memory.NixlException} if they never will be.
	 * @return the readiness of the route
	 */
	CompletableFuture<Void> ready();

	/**
	 * Completes when a post is not refused for the lack of a connection: at once if that
	 * is so now. Exceptionally if it will never be again. Stages run on threads of the
	 * route and must return at once.
	 * @return the usability from now on, another one each time
	 */
	default CompletableFuture<Void> usable() {
		return ready();
	}

	/**
	 * Completes when posts begin to be refused for the lack of a connection: at once if
	 * that is so now. By default never: a route without connections. Stages run on
	 * threads of the route and must return at once.
	 * @return the end of the usability, another one each time
	 */
	default CompletableFuture<Void> unusable() {
		return new CompletableFuture<>();
	}

	/**
	 * Compiles a pair of lists into a request that can be posted again and again.
	 * @param operation what the request does
	 * @param local ranges of this agent's regions
	 * @param remote ranges of regions that the peer has granted, as many bytes as
	 * {@code local}; bytes are paired in the order of the lists, whatever the lengths of
	 * the single descriptors
	 * @param events told of every fate of every attempt of the request
	 * @return the request
	 * @throws io.nixl4j.memory.NixlException if the route cannot carry these lists
	 */
	RouteRequest prepare(Operation operation, DescriptorList local, DescriptorList remote, AttemptEvents events);

	/**
	 * Closes what the peer calls a lane, because the peer lost its end of it.
	 * @param lane the lane's number
	 * @return completes when nothing that came over the lane can touch memory here any
	 * more
	 */
	CompletionStage<Void> fence(int lane);

	/**
	 * Ends the route with its session: attempts in flight fail as
	 * {@link io.nixl4j.memory.NixlError#PEER_LOST}, and are released when what carried
	 * them is closed.
	 */
	void disconnect();

	/**
	 * Completes after {@link #disconnect()}, when nothing of this route can touch memory
	 * at this end any more.
	 * @return the proof that this end is still
	 */
	CompletableFuture<Void> drained();

}
