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

package io.nixl4j.wire;

import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

import org.jspecify.annotations.Nullable;

/**
 * One connection whose handshake is through. Methods may be called from any thread.
 */
public interface Connection {

	/**
	 * Returns what the connection is for.
	 * @return the role
	 */
	ConnectionRole role();

	/**
	 * Returns who is at the other end; proved if {@link #authenticated()}.
	 * @return the peer
	 */
	AgentIdentity peer();

	/**
	 * Returns the session that this connection is or belongs to.
	 * @return the number that the acceptor gave
	 */
	long sessionId();

	/**
	 * Returns what a lane must show to join this session.
	 * @return a copy of the 16 bytes; empty on a lane
	 */
	byte[] token();

	/**
	 * Returns the lane's number, by which both ends know it.
	 * @return the number that the opener chose, 0 for a session
	 */
	int lane();

	/**
	 * Returns where a session goes on whose connection broke.
	 * @return both ends' counts, or empty if the connection is a new session or a lane
	 */
	Optional<Resumption> resumption();

	/**
	 * Returns the longest body that both ends take.
	 * @return the length in bytes
	 */
	int maxBody();

	/**
	 * Returns whether both ends proved that they know the secret.
	 * @return {@code false} for a loopback connection without a secret
	 */
	boolean authenticated();

	/**
	 * Returns the features that both ends know.
	 * @return the negotiated features
	 */
	Set<String> features();

	/**
	 * Returns whether this end opened the connection.
	 * @return {@code true} at the opener's end
	 */
	boolean opener();

	/**
	 * Returns the peer's address.
	 * @return the address
	 */
	InetSocketAddress remoteAddress();

	/**
	 * Begins to read. Nothing was read beyond the handshake before.
	 * @param handler receives the frames
	 * @throws IllegalStateException if the connection was started before
	 */
	void start(FrameHandler handler);

	/**
	 * Returns the way to write.
	 * @return the writer
	 */
	FramedWriter writer();

	/**
	 * Returns the connection's event loop, for work that must run on it.
	 * @return runs tasks in order; refuses none while the loops are open
	 */
	Executor loop();

	/**
	 * Returns whether the calling thread is the connection's event loop.
	 * @return {@code true} on the event loop
	 */
	boolean inLoop();

	/**
	 * Returns the connection's event loop as callers drive it.
	 * @return the loop
	 */
	LoopDriver driver();

	/**
	 * Closes the connection. Returns at once.
	 * @param cause handed to {@link FrameHandler#closed(WireException)} unless something
	 * else ended the connection before; the peer is told its kind and message
	 */
	void close(@Nullable WireException cause);

	/**
	 * Completes, never exceptionally, when the connection is closed and its event loop
	 * places nothing of it and reads no memory for it any more. Dependent stages run on
	 * the event loop unless they name an executor.
	 * @return the proof that the connection is still
	 */
	CompletableFuture<Void> closed();

}
