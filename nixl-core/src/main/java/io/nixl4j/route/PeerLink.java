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

import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

import io.nixl4j.memory.Incarnation;
import io.nixl4j.memory.LocalRegion;

/**
 * What a route may ask of the session that it serves. All methods may be called from any
 * thread and none blocks.
 */
public interface PeerLink {

	/**
	 * Returns the peer's engine.
	 * @return the engine id
	 */
	String engineId();

	/**
	 * Returns the peer's incarnation.
	 * @return the incarnation
	 */
	Incarnation incarnation();

	/**
	 * Returns the session's number, the same at both ends.
	 * @return 64 random bits
	 */
	long sessionId();

	/**
	 * Returns the secret by which a connection proves that it belongs to this session.
	 * Known to the two ends only; never logged.
	 * @return a copy of the 16 bytes
	 */
	byte[] token();

	/**
	 * Returns whether this end opened the session. It is the one that opens the route's
	 * connections too, since the peer may have no way back.
	 * @return {@code true} at the opener's end
	 */
	boolean opener();

	/**
	 * Returns where the peer was reached.
	 * @return the address, or empty at the end that accepted and for a session inside
	 * this process
	 */
	Optional<InetSocketAddress> address();

	/**
	 * Returns the other end, where the session does not leave this process.
	 * @return the peer's end of this session
	 */
	Optional<PeerLink> opposite();

	/**
	 * Checks at the target that the peer may do this now, and holds the region so that it
	 * cannot be freed. The caller calls {@link #leave(LocalRegion)} once for every region
	 * it got, as soon as it does not touch the region any more.
	 * @param handle what the peer named: unchecked bits from the network
	 * @param operation what the peer does
	 * @return the region, held
	 * @throws io.nixl4j.memory.NixlException if the handle is unknown or withdrawn
	 * ({@code STALE}), the permission is missing, or the region is closing
	 */
	LocalRegion admit(long handle, Operation operation);

	/**
	 * Ends what {@link #admit(long, Operation)} began.
	 * @param region the region
	 */
	void leave(LocalRegion region);

	/**
	 * Asks the peer to close its end of a lane that broke.
	 * @param route the route's name
	 * @param lane the lane's number
	 * @return completes when the peer has proved that nothing of the lane moves there any
	 * more; exceptionally when the session ends before
	 */
	CompletionStage<Void> fence(String route, int lane);

}
