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

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

import io.nixl4j.memory.NixlError;
import io.nixl4j.session.PipeGate;
import io.nixl4j.session.Sessions;

/**
 * Lets agents of one process find each other without a socket. Give the same network to
 * the builders of agents that shall: they connect by engine id, their sessions are pipes,
 * and the {@code memory} route copies between their regions.
 * <p>
 * A network may be {@link #cut(String, String) cut} between two agents, so that tests can
 * see what is done then.
 */
public final class InProcessNetwork {

	private final Map<String, Member> byEngine = new ConcurrentHashMap<>();

	private final Map<Pair, PipeGate> gates = new ConcurrentHashMap<>();

	/**
	 * Creates a network that no agent is in.
	 */
	public InProcessNetwork() {
	}

	/**
	 * Keeps back what the sessions of two agents say to each other, as a network does
	 * that loses everything: neither end is told. What was kept is delivered in order by
	 * {@link #restore(String, String)}. Without that each end gives its peer up after its
	 * own {@link Timeouts#peer()}, and until then nobody can connect. Bytes are the
	 * routes' matter: the {@code memory} route goes on copying. Does nothing if the two
	 * are cut off from each other already.
	 * @param engineId the engine of one agent, which need not be there yet
	 * @param otherEngineId the engine of the other one
	 */
	public void cut(String engineId, String otherEngineId) {
		PipeGate gate = gate(engineId, otherEngineId);
		int time = gate.shut();
		giveUpLater(engineId, otherEngineId, gate, time);
		giveUpLater(otherEngineId, engineId, gate, time);
	}

	/**
	 * Ends a cut, and delivers what was kept back. Does nothing without a cut.
	 * @param engineId the engine of one agent
	 * @param otherEngineId the engine of the other one
	 */
	public void restore(String engineId, String otherEngineId) {
		gate(engineId, otherEngineId).open();
	}

	private void giveUpLater(String engineId, String peer, PipeGate gate, int time) {
		Member member = this.byEngine.get(engineId);
		if (member != null) {
			try {
				member.timer.schedule(() -> giveUp(member, peer, gate, time), member.peerTimeout.toNanos(),
						TimeUnit.NANOSECONDS);
			}
			catch (RejectedExecutionException ex) {
				// The agent has stopped, and its sessions with it.
			}
		}
	}

	/** No session begins while the gate is shut, so one that is there was silent. */
	private static void giveUp(Member member, String peer, PipeGate gate, int time) {
		if (gate.isShutSince(time)) {
			member.sessions.find(peer)
				.ifPresent((session) -> session.end(NixlError.PEER_LOST.exception(
						"The peer was silent for " + member.peerTimeout.toMillis() + " ms; connect again", peer, null,
						null)));
		}
	}

	void join(Sessions sessions, ScheduledExecutorService timer, Duration peerTimeout) {
		String engineId = sessions.local().engineId();
		if (this.byEngine.putIfAbsent(engineId, new Member(sessions, timer, peerTimeout)) != null) {
			throw NixlError.REFUSED.exception(
					"Engine id " + engineId
							+ " is taken by another agent of this process; give each agent an id of its own",
					null, "start", null);
		}
	}

	void leave(Sessions sessions) {
		String engineId = sessions.local().engineId();
		Member member = this.byEngine.get(engineId);
		if (member != null && member.sessions == sessions && this.byEngine.remove(engineId, member)) {
			// A cut outlasts the agents, so that one that starts again is cut off too.
			this.gates.entrySet().removeIf((gate) -> gate.getKey().has(engineId) && gate.getValue().isOpen());
		}
	}

	Optional<Sessions> find(String engineId) {
		return Optional.ofNullable(this.byEngine.get(engineId)).map(Member::sessions);
	}

	PipeGate gate(String engineId, String otherEngineId) {
		return this.gates.computeIfAbsent(Pair.of(engineId, otherEngineId), (pair) -> new PipeGate());
	}

	/**
	 * An agent that is started.
	 *
	 * @param sessions its sessions
	 * @param timer gives peers up
	 * @param peerTimeout after which silence
	 */
	private record Member(Sessions sessions, ScheduledExecutorService timer, Duration peerTimeout) {
	}

	/**
	 * Two engines, in the order of their ids.
	 *
	 * @param first the lesser id
	 * @param second the other one
	 */
	private record Pair(String first, String second) {

		static Pair of(String one, String other) {
			return (one.compareTo(other) <= 0) ? new Pair(one, other) : new Pair(other, one);
		}

		boolean has(String engineId) {
			return this.first.equals(engineId) || this.second.equals(engineId);
		}

	}

}
