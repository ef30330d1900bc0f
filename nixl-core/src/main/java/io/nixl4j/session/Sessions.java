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

package io.nixl4j.session;

import java.security.SecureRandom;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Function;

import io.nixl4j.memory.Incarnation;
import io.nixl4j.memory.LocalRegion;
import io.nixl4j.memory.NixlError;
import io.nixl4j.memory.NixlException;
import io.nixl4j.memory.RegionTable;
import io.nixl4j.route.Route;
import io.nixl4j.wire.AgentIdentity;
import org.jspecify.annotations.Nullable;

/**
 * The sessions of one incarnation of an agent: at most one with each engine. Decides who
 * may have one, and tells all of them of regions that come and go.
 */
public final class Sessions implements RegionTable.Listener {

	private final AgentIdentity local;

	private final RegionTable regions;

	private final Function<Session, List<Route>> connect;

	private final SessionEvents events;

	private final Executor executor;

	private final SecureRandom random = new SecureRandom();

	/**
	 * How long a peer must have been without its end of a live session for it to count as
	 * lost there. Shorter, and the peer's dial has crossed the session's beginning.
	 */
	private static final long LOST_AFTER_NANOS = 500_000_000;

	/** Guarded by this: live sessions, and ended ones until they are drained. */
	private final Map<String, Session> byEngine = new HashMap<>();

	/** Guarded by this: engines that this agent is opening a session with. */
	private final Set<String> dialing = new HashSet<>();

	/** Incarnations of peers that others have replaced. Guarded by this. */
	private final OutdatedIncarnations outdated = new OutdatedIncarnations();

	/** Guarded by this: why this agent's own incarnation is one of the past. */
	private @Nullable NixlException retired;

	/** Guarded by this. */
	private boolean accepting;

	/** Guarded by this. */
	private boolean closed;

	/**
	 * Creates the sessions of an agent that starts.
	 * @param local who the agent is
	 * @param regions its memory
	 * @param connect makes the routes to a peer, the preferred one first
	 * @param events told of what happens to sessions
	 * @param executor delivers messages of sessions that do not leave the process
	 */
	public Sessions(AgentIdentity local, RegionTable regions, Function<Session, List<Route>> connect,
			SessionEvents events, Executor executor) {
		this.local = local;
		this.regions = regions;
		this.connect = connect;
		this.events = events;
		this.executor = executor;
	}

	/**
	 * Returns who the agent is.
	 * @return the identity
	 */
	public AgentIdentity local() {
		return this.local;
	}

	/**
	 * Begins or ends accepting peers; what is open stays open.
	 * @param accepting whether peers may open sessions
	 */
	public synchronized void accepting(boolean accepting) {
		this.accepting = accepting && this.retired == null;
	}

	/**
	 * Returns the live session with an engine.
	 * @param engineId the engine
	 * @return the session, or empty
	 */
	public synchronized Optional<Session> find(String engineId) {
		return Optional.ofNullable(this.byEngine.get(engineId)).filter(Session::isOpen);
	}

	/**
	 * Returns the live session that this agent opened to an address.
	 * @param address where the peer listens
	 * @return the session, or empty
	 */
	public Optional<Session> find(InetSocketAddress address) {
		return live().stream().filter((session) -> session.address().equals(Optional.of(address))).findAny();
	}

	/**
	 * Returns the live sessions.
	 * @return the sessions at this moment
	 */
	public synchronized Collection<Session> live() {
		return this.byEngine.values().stream().filter(Session::isOpen).toList();
	}

	/**
	 * Notes that this agent is about to open a session, so that of two ends that dial at
	 * the same moment just one gets through: the one with the greater engine id.
	 * @param engineId the engine
	 * @return {@code false} if that was noted before
	 */
	synchronized boolean dialing(String engineId) {
		return this.dialing.add(engineId);
	}

	synchronized void dialed(String engineId) {
		this.dialing.remove(engineId);
	}

	/**
	 * Decides about a peer that wants a session.
	 * @param peer who it is
	 * @param authenticated whether it proved that
	 * @return the decision
	 */
	Admission admit(AgentIdentity peer, boolean authenticated) {
		Session replaced;
		synchronized (this) {
			if (this.retired != null) {
				return new Admission.Refused(NixlError.STALE, String.valueOf(this.retired.getMessage()), false);
			}
			if (this.closed || !this.accepting) {
				return new Admission.Refused(NixlError.NOT_READY,
						"Engine " + this.local.engineId() + " is not ready for peers yet", true);
			}
			if (peer.engineId().equals(this.local.engineId())) {
				return new Admission.Refused(NixlError.REFUSED,
						"Engine id " + peer.engineId() + " is this engine's own; give each engine an id of its own",
						false);
			}
			if (this.outdated.contains(peer.engineId(), peer.incarnation())) {
				return new Admission.Refused(NixlError.STALE, "Another incarnation of engine " + peer.engineId()
						+ " has taken the place of this one; give each agent an engine id of its own", false);
			}
			if (this.dialing.contains(peer.engineId()) && this.local.engineId().compareTo(peer.engineId()) > 0) {
				return new Admission.Refused(NixlError.BUSY, "Both ends are opening a session; the other one goes on",
						true);
			}
			Session existing = this.byEngine.get(peer.engineId());
			if (existing == null) {
				return new Admission.Accepted(SessionKey.random(this.random));
			}
			boolean same = existing.incarnation().equals(peer.incarnation());
			// One that cannot be reached does not stand in the way of one that can.
			boolean live = existing.isOpen() && existing.isUp();
			if (live && same && !existing.contested(System.nanoTime(), LOST_AFTER_NANOS)) {
				return new Admission.Refused(NixlError.BUSY, "There is a session of the two already", true);
			}
			if (live && !same && !authenticated) {
				return new Admission.Refused(NixlError.REFUSED, "Engine id " + peer.engineId()
						+ " is taken: another incarnation of it has a live session, and without a secret the newer one"
						+ " cannot be told from an impostor; set tcp.secret", true);
			}
			if (!same && authenticated) {
				this.outdated.add(peer.engineId(), existing.incarnation());
			}
			replaced = existing;
		}
		// The old one must be still before a new one begins: its welcome is the proof.
		replaced.end(NixlError.PEER_LOST.exception("The peer opened a new session; connect again", peer.engineId(),
				null, null));
		return new Admission.Refused(NixlError.NOT_READY, "The former session is still being closed", true);
	}

	/**
	 * Notes that an incarnation of a peer is one of the past: it gets no session any
	 * more. One that is open is for the caller to end.
	 * @param engineId the peer's engine
	 * @param incarnation the incarnation
	 */
	public synchronized void outdated(String engineId, Incarnation incarnation) {
		this.outdated.add(engineId, incarnation);
	}

	/**
	 * Takes back what {@link #outdated(String, Incarnation)} noted.
	 * @param engineId the peer's engine
	 * @param incarnation the incarnation
	 */
	public synchronized void current(String engineId, Incarnation incarnation) {
		this.outdated.remove(engineId, incarnation);
	}

	/**
	 * Returns whether an incarnation of a peer is known to be one of the past.
	 * @param engineId the peer's engine
	 * @param incarnation the incarnation
	 * @return {@code true} if another one has replaced it
	 */
	public synchronized boolean isOutdated(String engineId, Incarnation incarnation) {
		return this.outdated.contains(engineId, incarnation);
	}

	/**
	 * Ends all sessions and lets none begin, because another incarnation has this agent's
	 * engine id. Whoever asks is told so.
	 * @param cause why
	 * @return {@code false} if that was done before, or the agent has stopped
	 */
	public boolean retire(NixlException cause) {
		List<Session> ending;
		synchronized (this) {
			if (this.closed || this.retired != null) {
				return false;
			}
			this.retired = cause;
			this.accepting = false;
			ending = new ArrayList<>(this.byEngine.values());
		}
		ending.forEach((session) -> session.end(cause));
		return true;
	}

	/**
	 * Returns why this agent's own incarnation is one of the past.
	 * @return the cause, or empty if it is not
	 */
	public synchronized Optional<NixlException> retired() {
		return Optional.ofNullable(this.retired);
	}

	/**
	 * Finds the link of a live session whose connection is to be replaced.
	 * @param peer who asks for it
	 * @param id the session that it names
	 * @param token what it shows
	 * @return the link, or {@code null} if there is no such session
	 */
	@Nullable ResumableLink resumable(AgentIdentity peer, long id, byte[] token) {
		Session session;
		synchronized (this) {
			session = this.byEngine.get(peer.engineId());
		}
		return (session != null) ? session.resumable(peer, id, token) : null;
	}

	/**
	 * Begins a session.
	 * @param peer who the peer is
	 * @param key the session's key
	 * @param opener whether this end opened it
	 * @param authenticated whether the peer proved who it is
	 * @param link carries it
	 * @return the session, or {@code null} if it lost against another one; the link is
	 * closed then
	 */
	@Nullable Session begin(AgentIdentity peer, SessionKey key, boolean opener, boolean authenticated, SessionLink link) {
		Session session = new Session(peer, key, opener, authenticated, link, this.events, this.random);
		return register(session) ? start(session) : refuse(link);
	}

	private static @Nullable Session refuse(SessionLink link) {
		link.close();
		return null;
	}

	private Session start(Session session) {
		session.start(this.connect, this.regions.open());
		return session;
	}

	private boolean register(Session session) {
		synchronized (this) {
			if (this.closed || this.retired != null || this.byEngine.containsKey(session.engineId())) {
				return false;
			}
			this.byEngine.put(session.engineId(), session);
		}
		// Dropped when still, so that a former session is never beside a new one.
		session.drained().thenRun(() -> forget(session));
		return true;
	}

	private synchronized void forget(Session session) {
		this.byEngine.remove(session.engineId(), session);
	}

	/**
	 * Opens a session with an agent of this process.
	 * @param target the sessions of the other agent
	 * @param gate stands between the two agents
	 * @return the session
	 * @throws NixlException if the other agent refuses
	 */
	public CompletableFuture<Session> dial(Sessions target, PipeGate gate) {
		Admission admission = target.admit(this.local, true);
		if (admission instanceof Admission.Refused refused) {
			return CompletableFuture
				.failedFuture(refused.error().exception(refused.reason(), target.local.engineId(), "connect", null));
		}
		SessionKey key = ((Admission.Accepted) admission).key();
		PipeLink[] links = PipeLink.pair(this.executor, target.executor, gate);
		Session near = new Session(target.local, key, true, true, links[0], this.events, this.random);
		Session far = new Session(this.local, key, false, true, links[1], target.events, target.random);
		near.opposite(far);
		far.opposite(near);
		// Both directions begin at the same one of the two agents, so that of dials that
		// cross one gets through.
		boolean nearFirst = this.local.engineId().compareTo(target.local.engineId()) < 0;
		if (!(nearFirst ? register(near) : target.register(far))) {
			return busy(target);
		}
		if (!(nearFirst ? target.register(far) : register(near))) {
			(nearFirst ? near : far)
				.end(NixlError.BUSY.exception("Both ends opened a session", target.local.engineId(), "connect", null));
			return busy(target);
		}
		target.start(far);
		start(near);
		return near.ready().thenApply((nothing) -> near);
	}

	private static CompletableFuture<Session> busy(Sessions target) {
		return CompletableFuture.failedFuture(NixlError.NOT_READY.exception(
				"A session of the two is being opened or closed; try again", target.local.engineId(), "connect", null));
	}

	/**
	 * Ends all sessions and lets none begin.
	 * @param cause why
	 * @return completes when all of them are drained
	 */
	public CompletableFuture<Void> close(NixlException cause) {
		List<Session> ending;
		synchronized (this) {
			this.closed = true;
			this.accepting = false;
			ending = new ArrayList<>(this.byEngine.values());
		}
		ending.forEach((session) -> session.end(cause));
		return CompletableFuture.allOf(ending.stream().map(Session::drained).toArray(CompletableFuture[]::new));
	}

	@Override
	public synchronized List<String> unproved(LocalRegion region) {
		return this.byEngine.values()
			.stream()
			.filter((session) -> session.hasGranted(region))
			.map(Session::engineId)
			.toList();
	}

	@Override
	public void opened(LocalRegion region) {
		live().forEach((session) -> session.grant(region));
	}

	@Override
	public CompletionStage<Void> withdraw(LocalRegion region) {
		List<Session> all;
		synchronized (this) {
			// Ended ones too: they may still touch the region until they are drained.
			all = new ArrayList<>(this.byEngine.values());
		}
		return CompletableFuture.allOf(all.stream()
			.map((session) -> session.withdraw(region).toCompletableFuture())
			.toArray(CompletableFuture[]::new));
	}

}
