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

package io.nixl4j;

import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import io.nixl4j.memory.DescriptorList;
import io.nixl4j.memory.Incarnation;
import io.nixl4j.memory.RemoteRegion;

/**
 * One incarnation of another agent, while there is a session with it. When the session is
 * lost everything that was made from this peer fails typed and at once, and
 * {@link NixlAgent#connect(String)} gives a new peer.
 */
public interface NixlPeer {

	/**
	 * Returns the peer's engine.
	 * @return the engine id
	 */
	String engineId();

	/**
	 * Returns the peer's agent.
	 * @return the agent's name
	 */
	String agentName();

	/**
	 * Returns which life of the peer this is.
	 * @return the incarnation
	 */
	Incarnation incarnation();

	/**
	 * Returns whether the session is open.
	 * @return {@code false} once it has ended
	 */
	boolean isConnected();

	/**
	 * Returns whether the peer is to be given new work. One that was taken off the
	 * metadata store is not, and {@link NixlAgent#connect(String)} does not find it; what
	 * has begun goes on while the session lasts, and may be finished by further
	 * transfers.
	 * @return {@code false} if the peer was in the store and is not any more;
	 * {@code true} for peers that no store knows
	 */
	boolean isListed();

	/**
	 * Returns whether the peer proved who it is.
	 * @return {@code true} if a secret was checked, or the peer is in this process
	 */
	boolean isAuthenticated();

	/**
	 * Completes when the session has ended and nothing of the peer can touch this agent's
	 * memory any more: what the peer was filling may be given to somebody else.
	 * @return the proof
	 */
	CompletableFuture<Void> drained();

	/**
	 * Returns a region that the peer has granted.
	 * @param name the region's name
	 * @return the region
	 * @throws io.nixl4j.memory.NixlPermissionException if the peer has granted no region
	 * of that name
	 */
	RemoteRegion region(String name);

	/**
	 * Returns all regions that the peer has granted.
	 * @return the regions at this moment
	 */
	Collection<RemoteRegion> regions();

	/**
	 * Returns the routes to the peer, the preferred one first.
	 * @return the routes at this moment
	 */
	List<RouteStatus> routes();

	/**
	 * Begins a transfer into the peer's memory.
	 * @param local where the bytes are
	 * @param remote where they go, as many bytes; paired in the order of the lists
	 * @return what to do further
	 * @throws io.nixl4j.memory.NixlException if the lists cannot be paired, are empty, or
	 * the peer does not permit it
	 */
	TransferBuilder write(DescriptorList local, DescriptorList remote);

	/**
	 * Begins a transfer from the peer's memory.
	 * @param local where the bytes go
	 * @param remote where they are, as many bytes; paired in the order of the lists
	 * @return what to do further
	 * @throws io.nixl4j.memory.NixlException if the lists cannot be paired, are empty, or
	 * the peer does not permit it
	 */
	TransferBuilder read(DescriptorList local, DescriptorList remote);

	/**
	 * Prepares a transfer into the peer's memory that is posted many times.
	 * @param local where the bytes are
	 * @param remote where they go, as many bytes
	 * @return the prepared transfer, to be closed by the caller
	 */
	default PreparedTransfer prepareWrite(DescriptorList local, DescriptorList remote) {
		return write(local, remote).prepare();
	}

	/**
	 * Prepares a transfer from the peer's memory that is posted many times.
	 * @param local where the bytes go
	 * @param remote where they are, as many bytes
	 * @return the prepared transfer, to be closed by the caller
	 */
	default PreparedTransfer prepareRead(DescriptorList local, DescriptorList remote) {
		return read(local, remote).prepare();
	}

	/**
	 * Sends a notification by itself.
	 * @param payload at most 64 KiB; copied
	 * @return completes when the peer has accepted it; if the session ends before, the
	 * peer may or may not have
	 * @throws io.nixl4j.memory.NixlException if it is too large, or the peer does not
	 * take its notifications ({@code BUSY})
	 */
	CompletableFuture<Void> notify(byte[] payload);

	/**
	 * Ends the session.
	 */
	void disconnect();

}
