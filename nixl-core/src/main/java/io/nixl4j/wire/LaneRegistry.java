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

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

import io.nixl4j.memory.Incarnation;
import io.nixl4j.memory.NixlError;

/**
 * Knows which lanes may join which session: the acceptor's policy hands it requests and
 * connections of role {@link ConnectionRole#LANE}, and routes tell it what to expect. Any
 * thread may use it.
 */
public final class LaneRegistry implements HandshakePolicy {

	private static final byte[] NO_TOKEN = {};

	private final ConcurrentMap<Long, Expected> sessions = new ConcurrentHashMap<>();

	private final int maxLanes;

	/** Creates a registry with the default limit. */
	public LaneRegistry() {
		this(WireLimits.defaults().maxLanes());
	}

	/**
	 * Creates a registry.
	 * @param maxLanes how many lanes may have joined a session at once
	 */
	public LaneRegistry(int maxLanes) {
		this.maxLanes = maxLanes;
	}

	/**
	 * Expects lanes of a session.
	 * @param sessionId the session
	 * @param token what they must show
	 * @param engineId the engine that must be at the other end
	 * @param incarnation its incarnation
	 * @param lanes takes each accepted connection over, on its event loop
	 * @throws IllegalStateException if lanes of that session are expected already
	 */
	public void expect(long sessionId, byte[] token, String engineId, Incarnation incarnation,
			Consumer<Connection> lanes) {
		if (this.sessions.putIfAbsent(sessionId, new Expected(token.clone(), engineId, incarnation, lanes)) != null) {
			throw new IllegalStateException("lanes of this session are expected already");
		}
	}

	/**
	 * Expects no more lanes of a session. Lanes that joined live on.
	 * @param sessionId the session
	 */
	public void forget(long sessionId) {
		this.sessions.remove(sessionId);
	}

	/**
	 * Decides about a lane.
	 * @param request what the peer asks for
	 * @return the decision: {@code NOT_READY} for a session that expects no lanes (yet),
	 * {@code REFUSED} for a wrong token or peer, {@code BUSY} for too many lanes
	 */
	@Override
	public HandshakePolicy.Decision decide(HandshakeRequest request) {
		Expected expected = this.sessions.get(request.sessionId());
		if (expected == null) {
			return new HandshakePolicy.Refuse(NixlError.NOT_READY, "this session expects no lanes now", true);
		}
		if (!HandshakeProof.matches(expected.token, request.token())
				|| !expected.engineId.equals(request.peer().engineId())
				|| !expected.incarnation.equals(request.peer().incarnation())) {
			return new HandshakePolicy.Refuse(NixlError.REFUSED, "the lane does not belong to this session", false);
		}
		if (expected.joined.get() >= this.maxLanes) {
			return new HandshakePolicy.Refuse(NixlError.BUSY,
					"this session has " + this.maxLanes + " lanes, as many as it may (tcp.limits.lanes)", true);
		}
		return new HandshakePolicy.Accept(request.sessionId(), NO_TOKEN);
	}

	/**
	 * Takes a lane over and hands it to whom {@link #expect} named.
	 * @param connection the lane
	 */
	@Override
	public void accepted(Connection connection) {
		Expected expected = this.sessions.get(connection.sessionId());
		if (expected == null) {
			connection.close(new WireException(NixlError.STALE, "the session is over"));
			return;
		}
		expected.joined.incrementAndGet();
		connection.closed().thenRun(expected.joined::decrementAndGet);
		expected.lanes.accept(connection);
	}

	private static final class Expected {

		private final byte[] token;

		private final String engineId;

		private final Incarnation incarnation;

		private final Consumer<Connection> lanes;

		private final AtomicInteger joined = new AtomicInteger();

		Expected(byte[] token, String engineId, Incarnation incarnation, Consumer<Connection> lanes) {
			this.token = token;
			this.engineId = engineId;
			this.incarnation = incarnation;
			this.lanes = lanes;
		}

	}

}
