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

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

import io.nixl4j.memory.Incarnation;
import io.nixl4j.memory.NixlError;
import io.nixl4j.memory.NixlException;
import io.nixl4j.metadata.NixlMetadata;
import io.nixl4j.metadata.NixlMetadataStore;
import io.nixl4j.session.Session;
import io.nixl4j.session.Sessions;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the sessions of one incarnation of an agent in line with what the metadata store
 * says: a card of another incarnation ends the session with the one before, a card that
 * is gone ends new work with that peer and nothing else. What is absent for another
 * reason, because the store cannot be reached or was never told, decides nothing.
 */
final class MetadataFollower implements NixlMetadataStore.Listener {

	private static final Logger logger = LoggerFactory.getLogger(MetadataFollower.class);

	/** Engines that have left and are remembered for sessions that begin just then. */
	private static final int MAX_DEPARTED = 1024;

	private final String agentName;

	private final String ownEngineId;

	private final Incarnation own;

	/** Engines that are configured, whatever the store says. */
	private final Set<String> configured;

	private final Sessions sessions;

	private final Consumer<Session> listingChanged;

	private final Consumer<NixlMetadata> replaced;

	/** Guarded by this: whose cards the store has, as far as was heard. */
	private final Map<String, Incarnation> listed = new HashMap<>();

	/**
	 * Guarded by this: whose card went last, by engine; empty if the card came and went
	 * before it was heard of.
	 */
	private final Map<String, Optional<Incarnation>> departed = new LinkedHashMap<>();

	/** Guarded by this: cards that were there already when a newer session began. */
	private final Map<Session, Incarnation> older = new HashMap<>();

	private NixlMetadataStore.@Nullable Watch watch;

	/**
	 * Creates a follower that hears nothing yet.
	 * @param settings the agent
	 * @param runtime its incarnation
	 * @param listingChanged told of sessions whose peer is not listed any more, or again
	 * @param replaced told of the card of another incarnation under this agent's own id
	 */
	MetadataFollower(AgentSettings settings, AgentRuntime runtime, Consumer<Session> listingChanged,
			Consumer<NixlMetadata> replaced) {
		this.agentName = settings.name();
		this.ownEngineId = settings.engineId();
		this.own = runtime.identity().incarnation();
		this.configured = settings.peers().keySet();
		this.sessions = runtime.sessions();
		this.listingChanged = listingChanged;
		this.replaced = replaced;
	}

	/**
	 * Begins to hear of the store, if there is one.
	 * @param settings the agent
	 * @param runtime its incarnation, whose timer runs what is heard
	 */
	void start(AgentSettings settings, AgentRuntime runtime) {
		NixlMetadataStore store = settings.store();
		if (store == null) {
			return;
		}
		try {
			this.watch = store.watch(runtime.timer(), this);
		}
		catch (NixlException ex) {
			logger.warn("Agent {} does not hear of other engines: {}", this.agentName, ex.getMessage());
		}
	}

	void stop() {
		NixlMetadataStore.Watch current = this.watch;
		if (current != null) {
			current.close();
		}
	}

	@Override
	public void put(NixlMetadata metadata) {
		Incarnation incarnation = metadata.additions().incarnation();
		if (incarnation == null) {
			// No card of ours, so there is no session that it could be about.
			return;
		}
		if (metadata.engineId().equals(this.ownEngineId)) {
			if (!incarnation.equals(this.own)) {
				this.replaced.accept(metadata);
			}
			return;
		}
		Incarnation before;
		synchronized (this) {
			before = this.listed.put(metadata.engineId(), incarnation);
			Optional<Incarnation> gone = this.departed.remove(metadata.engineId());
			if (before == null && gone != null) {
				// Its lease may have ended while it was frozen.
				before = gone.orElse(null);
			}
		}
		if (before != null && !before.equals(incarnation)) {
			this.sessions.outdated(metadata.engineId(), before);
		}
		Optional<Session> session = this.sessions.find(metadata.engineId());
		if (session.isEmpty()) {
			// The store has the last word where nothing newer is connected.
			this.sessions.current(metadata.engineId(), incarnation);
		}
		else if (session.get().incarnation().equals(incarnation)) {
			list(session.get(), true);
		}
		else if (session.get().incarnation().equals(before) || !isOlder(session.get(), incarnation)) {
			replace(session.get(), metadata);
		}
	}

	/** Whether a card is older than a session with another incarnation. */
	private boolean isOlder(Session session, Incarnation card) {
		synchronized (this) {
			if (card.equals(this.older.get(session))) {
				return true;
			}
		}
		return this.sessions.isOutdated(session.engineId(), card);
	}

	private void replace(Session session, NixlMetadata by) {
		logger.info("Agent {}: agent {} has taken the place of {} as engine {}", this.agentName, by.agentName(),
				session.peer().agentName(), session.engineId());
		this.sessions.outdated(session.engineId(), session.incarnation());
		session.end(NixlError.PEER_LOST.exception(
				"Another incarnation of the engine has taken the peer's place; connect again", session.engineId(), null,
				null));
	}

	@Override
	public void deleted(String engineId) {
		if (engineId.equals(this.ownEngineId)) {
			return;
		}
		Optional<Incarnation> before;
		synchronized (this) {
			before = Optional.ofNullable(this.listed.remove(engineId));
			this.departed.remove(engineId);
			this.departed.put(engineId, before);
			if (this.departed.size() > MAX_DEPARTED) {
				this.departed.remove(this.departed.keySet().iterator().next());
			}
		}
		this.sessions.find(engineId)
			.filter((session) -> isOf(session, before))
			.ifPresent((session) -> list(session, false));
	}

	private static boolean isOf(Session session, Optional<Incarnation> card) {
		return card.isEmpty() || card.get().equals(session.incarnation());
	}

	private void list(Session session, boolean now) {
		if (session.listed(now || this.configured.contains(session.engineId()))) {
			this.listingChanged.accept(session);
		}
	}

	/**
	 * A session begins.
	 * @param session the session
	 */
	void opened(Session session) {
		Incarnation card;
		boolean gone;
		synchronized (this) {
			card = this.listed.get(session.engineId());
			Optional<Incarnation> before = this.departed.get(session.engineId());
			gone = before != null && isOf(session, before);
			if (card != null && !card.equals(session.incarnation()) && session.isOpen()) {
				this.older.put(session, card);
			}
		}
		if (card != null && !card.equals(session.incarnation())
				&& this.sessions.isOutdated(session.engineId(), session.incarnation())) {
			// The card changed while the session began.
			session.end(NixlError.PEER_LOST.exception(
					"Another incarnation of the engine has taken the peer's place; connect again", session.engineId(),
					null, null));
		}
		else if (gone) {
			list(session, false);
		}
		if (!session.isOpen()) {
			ended(session);
		}
	}

	/**
	 * A session has ended.
	 * @param session the session
	 */
	synchronized void ended(Session session) {
		this.older.remove(session);
	}

	/**
	 * Returns whether an incarnation has left the store since this agent listens to it.
	 * @param engineId the engine
	 * @param incarnation the incarnation
	 * @return {@code true} if so, and no other has come, and it is not configured
	 */
	synchronized boolean isDelisted(String engineId, Incarnation incarnation) {
		return Optional.of(incarnation).equals(this.departed.get(engineId)) && !this.configured.contains(engineId);
	}

}
