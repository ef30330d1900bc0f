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

import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;

import io.nixl4j.memory.Incarnation;
import io.nixl4j.memory.LocalRegion;
import io.nixl4j.memory.NixlException;
import io.nixl4j.route.Operation;
import io.nixl4j.route.PeerLink;
import io.nixl4j.route.RemoteGrant;
import io.nixl4j.route.Route;
import io.nixl4j.wire.AgentIdentity;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One end of the session with one incarnation of a peer. It is open until its link is
 * lost for good, either end says goodbye, or the peer breaks the protocol; it never opens
 * again. A connection that breaks is not its end: the link goes on over another one.
 * <p>
 * Messages come from one thread at a time; everything else may be called from any thread
 * and does not block.
 */
public final class Session implements PeerLink {

	private static final Logger logger = LoggerFactory.getLogger(Session.class);

	private final AgentIdentity peer;

	private final SessionKey key;

	private final boolean opener;

	private final boolean authenticated;

	private final SessionLink link;

	private final SessionEvents events;

	private final GrantTable granted;

	private final ReceivedGrants received;

	private final NotificationOutbox outbox;

	private final NotificationInbox inbox;

	private final Fences fences;

	private final AtomicReference<@Nullable NixlException> end = new AtomicReference<>();

	private final Set<Runnable> endListeners = ConcurrentHashMap.newKeySet();

	private final CompletableFuture<Void> ready = new CompletableFuture<>();

	private final CompletableFuture<Void> drained = new CompletableFuture<>();

	/**
	 * Orders what begins a grant with what ends it, so that the peer hears it in order.
	 */
	private final Object granting = new Object();

	/** Guarded by {@link #granting}. */
	private boolean saidTooMany;

	/** Orders the beginning with the end. */
	private final Object life = new Object();

	/** Guarded by the sessions: since when the peer dials in spite of this session. */
	private long contestedNanos;

	/** Guarded by the sessions: when it dialled last. */
	private long lastContestNanos;

	/** Guarded by the sessions. */
	private boolean contested;

	/** Whether the peer is to be given new work. */
	private volatile boolean listed = true;

	private volatile List<Route> routes = List.of();

	private volatile @Nullable PeerLink opposite;

	Session(AgentIdentity peer, SessionKey key, boolean opener, boolean authenticated, SessionLink link,
			SessionEvents events, SecureRandom random) {
		this.peer = peer;
		this.key = key;
		this.opener = opener;
		this.authenticated = authenticated;
		this.link = link;
		this.events = events;
		this.granted = new GrantTable(peer.engineId(), random);
		this.received = new ReceivedGrants(peer.engineId());
		this.outbox = new NotificationOutbox(peer.engineId(), link);
		this.inbox = new NotificationInbox(peer.engineId(), link);
		this.fences = new Fences(link);
	}

	/**
	 * Begins: makes the routes, then says what is granted.
	 * @param connect makes the routes to this peer
	 * @param regions the regions that exist now
	 */
	void start(Function<Session, List<Route>> connect, Collection<LocalRegion> regions) {
		List<Route> connected = connect.apply(this);
		boolean begun;
		synchronized (this.life) {
			begun = isOpen();
			if (begun) {
				this.routes = connected;
			}
		}
		if (!begun) {
			// Nobody will disconnect them; they carried nothing.
			connected.forEach(Route::disconnect);
			return;
		}
		this.link.start(new SessionHandler(this, this.granted, this.received, this.outbox, this.inbox, this.fences,
				this.events));
		regions.forEach(this::grant);
		this.link.send(new SessionMessage.Granted());
	}

	/**
	 * Returns the link if it can go on over another connection.
	 * @param peer who asks for it
	 * @param id the session that it names
	 * @param token what it shows
	 * @return the link, or {@code null}
	 */
	@Nullable ResumableLink resumable(AgentIdentity peer, long id, byte[] token) {
		return (isOpen() && this.peer.equals(peer) && this.key.matches(id, token)
				&& this.link instanceof ResumableLink resumable) ? resumable : null;
	}

	/**
	 * Returns whether the peer can be reached now.
	 * @return {@code false} while a connection that broke is to be replaced
	 */
	boolean isUp() {
		return this.link.isUp();
	}

	/**
	 * The same incarnation of the peer dials although this session is live. Called by the
	 * sessions, one thread at a time.
	 * @param now the time
	 * @param patience how long the peer must have dialled
	 * @return whether it has, so that its end must be lost
	 */
	boolean contested(long now, long patience) {
		// A dial long after the one before is not the same one any more.
		if (!this.contested || now - this.lastContestNanos > 4 * patience) {
			this.contested = true;
			this.contestedNanos = now;
		}
		this.lastContestNanos = now;
		return now - this.contestedNanos >= patience;
	}

	void opposite(PeerLink opposite) {
		this.opposite = opposite;
	}

	void grant(LocalRegion region) {
		if (!region.options().grantTo().isEmpty() && !region.options().grantTo().contains(this.peer.engineId())) {
			return;
		}
		synchronized (this.granting) {
			SessionMessage.Grant grant = this.granted.grant(region);
			if (grant != null) {
				this.link.send(grant);
			}
			else if (this.granted.isFull() && !this.granted.has(region)) {
				warnThatRegionsAreTooMany(region);
			}
		}
	}

	/** Once a session, because whoever registers so many registers more. */
	private void warnThatRegionsAreTooMany(LocalRegion region) {
		if (!this.saidTooMany) {
			this.saidTooMany = true;
			logger.warn(
					"Peer {} has {} regions of ours and takes no more: it cannot use '{}' and what follows. "
							+ "Register fewer and larger regions: a transfer names any range of one",
					this.peer.engineId(), ReceivedGrants.MAX_GRANTS, region.name());
		}
	}

	/**
	 * Withdraws a region from the peer.
	 * @param region the region
	 * @return completes when it is proved that the peer does not use it any more
	 */
	CompletionStage<Void> withdraw(LocalRegion region) {
		synchronized (this.granting) {
			GrantTable.Entry entry = this.granted.withdraw(region);
			if (entry == null) {
				return CompletableFuture.completedFuture(null);
			}
			this.link.send(new SessionMessage.Withdraw(entry.handle()));
			return entry.answered();
		}
	}

	/**
	 * Returns whether the peer was granted a region and has not let go of it.
	 * @param region the region
	 * @return {@code true} if so
	 */
	boolean hasGranted(LocalRegion region) {
		return this.granted.has(region);
	}

	/**
	 * Answers a withdrawal of the peer.
	 * @param withdraw the withdrawal
	 * @param idle completes when nothing here uses the grant any more
	 */
	void answerWhenIdle(SessionMessage.Withdraw withdraw, CompletionStage<Void> idle) {
		idle.thenRun(() -> this.link.send(new SessionMessage.Withdrawn(withdraw.handle())));
	}

	/**
	 * Runs something at the end of the session, if that is not reached yet.
	 * @param listener returns at once; added twice it runs once
	 */
	public void onEnd(Runnable listener) {
		this.endListeners.add(listener);
	}

	/**
	 * Takes back what {@link #onEnd(Runnable)} was given.
	 * @param listener the listener
	 */
	public void offEnd(Runnable listener) {
		this.endListeners.remove(listener);
	}

	/**
	 * Keeps a place among the notifications under way for one that is sent later. After
	 * the session's end there is always one, and what is sent in it is undelivered.
	 * @throws NixlException {@code BUSY} if there is none
	 */
	public void keepPlace() {
		this.outbox.keepPlace();
	}

	/**
	 * Gives back a place that is not used.
	 */
	public void givePlaceBack() {
		this.outbox.givePlaceBack();
	}

	/**
	 * Sends a notification in a place that was kept; never refused for the lack of room.
	 * @param payload at most 64 KiB, not changed any more by the caller
	 * @param delivery told of its fate, exactly once
	 */
	public void notifyInPlace(byte[] payload, Delivery delivery) {
		this.outbox.sendInPlace(payload, delivery);
	}

	/**
	 * Sends a notification.
	 * @param payload at most 64 KiB, not changed any more by the caller
	 * @param delivery told of its fate, exactly once
	 * @throws NixlException if it was not sent: too large, or too many under way
	 */
	public void notify(byte[] payload, Delivery delivery) {
		this.outbox.send(payload, delivery);
	}

	/**
	 * Ends the session, here and, if it still listens, at the peer.
	 * @param cause why
	 */
	public void end(NixlException cause) {
		List<Route> ending;
		synchronized (this.life) {
			if (!this.end.compareAndSet(null, cause)) {
				return;
			}
			ending = this.routes;
		}
		CompletableFuture<Void> quiet = this.granted.refuseAll();
		this.received.withdrawAll();
		this.link.send(new SessionMessage.Goodbye(String.valueOf(cause.getMessage())));
		this.link.close();
		ending.forEach(Route::disconnect);
		this.outbox.end(cause);
		this.fences.end(cause);
		this.endListeners.forEach(Runnable::run);
		this.endListeners.clear();
		boolean wasReady = !this.ready.completeExceptionally(cause);
		CompletableFuture.allOf(ending.stream().map(Route::drained).toArray(CompletableFuture[]::new))
			.thenCombine(quiet, (nothing, still) -> still)
			.whenComplete((nothing, failure) -> {
				this.granted.drained();
				this.drained.complete(null);
			});
		logger.debug("The session with {} has ended: {}", engineId(), cause.getMessage());
		if (wasReady) {
			this.events.ended(this, cause);
		}
	}

	/**
	 * Returns who the peer is.
	 * @return the peer's identity
	 */
	public AgentIdentity peer() {
		return this.peer;
	}

	/**
	 * Returns whether the peer proved who it is.
	 * @return {@code true} if a secret was checked, or the session does not leave the
	 * process
	 */
	public boolean authenticated() {
		return this.authenticated;
	}

	/**
	 * Returns whether the session can be used.
	 * @return {@code false} once it has ended
	 */
	public boolean isOpen() {
		return this.end.get() == null;
	}

	/**
	 * Returns whether the peer is to be given new work. The session itself goes on
	 * whatever this says.
	 * @return {@code false} while the peer is taken off the metadata store
	 */
	public boolean isListed() {
		return this.listed;
	}

	/**
	 * Notes whether the peer is to be given new work.
	 * @param listed whether it is
	 * @return whether that is new
	 */
	public boolean listed(boolean listed) {
		synchronized (this.life) {
			boolean changed = this.listed != listed;
			this.listed = listed;
			return changed;
		}
	}

	/**
	 * Returns why the session ended.
	 * @return the cause, or empty while it is open
	 */
	public Optional<NixlException> cause() {
		return Optional.ofNullable(this.end.get());
	}

	/**
	 * Completes when the peer has said what it grants; exceptionally if the session ends
	 * before.
	 * @return the readiness
	 */
	public CompletableFuture<Void> ready() {
		return this.ready;
	}

	/**
	 * Returns whether the session can be used by users.
	 * @return {@code true} from when the peer has said what it grants until the end
	 */
	public boolean isReady() {
		return isOpen() && this.ready.isDone() && !this.ready.isCompletedExceptionally();
	}

	/**
	 * Completes after the end, when nothing of the peer can touch memory here any more.
	 * @return the proof
	 */
	public CompletableFuture<Void> drained() {
		return this.drained;
	}

	/**
	 * Returns the routes to the peer, the preferred one first.
	 * @return the routes
	 */
	public List<Route> routes() {
		return this.routes;
	}

	/**
	 * Returns a region that the peer has granted.
	 * @param name the region's name
	 * @return the grant, or {@code null} if there is none of that name
	 */
	public @Nullable RemoteGrant region(String name) {
		return this.received.find(name);
	}

	/**
	 * Returns all that the peer has granted.
	 * @return the grants
	 */
	public Collection<RemoteGrant> regions() {
		return this.received.all();
	}

	@Override
	public String engineId() {
		return this.peer.engineId();
	}

	@Override
	public Incarnation incarnation() {
		return this.peer.incarnation();
	}

	@Override
	public long sessionId() {
		return this.key.id();
	}

	@Override
	public byte[] token() {
		return this.key.token();
	}

	@Override
	public boolean opener() {
		return this.opener;
	}

	@Override
	public Optional<InetSocketAddress> address() {
		return this.link.address();
	}

	@Override
	public Optional<PeerLink> opposite() {
		return Optional.ofNullable(this.opposite);
	}

	@Override
	public LocalRegion admit(long handle, Operation operation) {
		return this.granted.admit(handle, operation);
	}

	@Override
	public void leave(LocalRegion region) {
		this.granted.leave(region);
	}

	@Override
	public CompletionStage<Void> fence(String route, int lane) {
		return this.fences.ask(route, lane);
	}

	@Override
	public String toString() {
		return "Session[" + this.peer.engineId() + ", " + this.peer.incarnation() + "]";
	}

}
