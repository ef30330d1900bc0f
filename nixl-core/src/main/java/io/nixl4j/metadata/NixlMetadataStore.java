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

package io.nixl4j.metadata;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

import io.nixl4j.memory.Incarnation;

/**
 * Where engines publish their cards and find those of others, one card an engine. That a
 * card is here says that its engine can be given new work, not that it is alive.
 * <p>
 * Readers go through a local copy that a watch keeps true, so they may be a little
 * behind, but never see a card that was not put, and never that of another engine. An
 * implementation is thread-safe, calls listeners while it holds no lock, and reports its
 * failures as {@link io.nixl4j.memory.NixlException}: thrown by the methods that return
 * values, and as cause of the futures of those that return futures.
 */
public interface NixlMetadataStore extends AutoCloseable {

	/**
	 * Publishes a card in place of the engine's earlier one. The first card of an
	 * incarnation takes the id over from any other incarnation; from then on the one that
	 * lost it is refused.
	 * @param metadata the card
	 * @return completes when other readers of the store can see the card; fails with
	 * {@link io.nixl4j.memory.NixlError#STALE} if the card's incarnation was replaced by
	 * another, with {@link io.nixl4j.memory.NixlError#REFUSED} if the card is larger than
	 * {@link NixlMetadataCodec#MAX_CARD_BYTES}
	 */
	CompletableFuture<Void> put(NixlMetadata metadata);

	/**
	 * Publishes a card as {@link #put(NixlMetadata)} does, but takes the engine id from
	 * another incarnation only when that is gone: from one that is
	 * {@link Predecessors.Life#GONE} at once, from one of which that is not known when
	 * the store itself says so, by the end of its entry's lease. A store without leases
	 * takes the id from such a one at once.
	 * @param metadata the card
	 * @param predecessors asked about an incarnation that holds the engine id; not called
	 * while a lock is held
	 * @return completes as that of {@link #put(NixlMetadata)} does, which takes until the
	 * end of a lease where one has to be waited for; fails with
	 * {@link io.nixl4j.memory.NixlError#REFUSED} if the other incarnation is
	 * {@link Predecessors.Life#ALIVE}
	 */
	default CompletableFuture<Void> put(NixlMetadata metadata, Predecessors predecessors) {
		return put(metadata);
	}

	/**
	 * Finds the card of exactly this engine.
	 * @param engineId the engine
	 * @return its card, or empty if there is none
	 */
	Optional<NixlMetadata> find(String engineId);

	/**
	 * Gets the card of exactly this engine.
	 * @param engineId the engine
	 * @return its card
	 * @throws NixlMetadataNotFoundException if there is none
	 */
	default NixlMetadata get(String engineId) {
		return find(engineId).orElseThrow(() -> new NixlMetadataNotFoundException(engineId));
	}

	/**
	 * Lists all cards.
	 * @return the cards in the order of their engine ids, a snapshot
	 */
	List<NixlMetadata> list();

	/**
	 * Removes the card of an engine, whoever wrote it.
	 * @param engineId the engine
	 * @return completes with whether there was one, when other readers of the store
	 * cannot see it any more
	 */
	CompletableFuture<Boolean> delete(String engineId);

	/**
	 * Removes the card of an engine unless another incarnation has replaced it: what an
	 * agent does when it leaves.
	 * @param engineId the engine
	 * @param incarnation who wrote the card that is to go
	 * @return completes with whether that card was there, when other readers of the store
	 * cannot see it any more
	 */
	CompletableFuture<Boolean> delete(String engineId, Incarnation incarnation);

	/**
	 * Tells a listener of all cards that are there now, then of every change. Calls come
	 * one at a time, in the order in which the store changed; a listener that is slower
	 * than the store hears of an engine's last state only.
	 * @param executor runs the calls; if it refuses one, the watch ends
	 * @param listener hears of the changes; what it throws is logged and ends nothing
	 * @return ends the watch when closed: then no call begins any more, though one may be
	 * at its end
	 */
	Watch watch(Executor executor, Listener listener);

	/**
	 * As {@link #watch(Executor, Listener)}, on the thread that learns of a change: for
	 * listeners that are quick.
	 * @param listener hears of the changes
	 * @return ends the watch when closed
	 */
	default Watch watch(Listener listener) {
		return watch(Runnable::run, listener);
	}

	/**
	 * Tells how far what is read here can be believed.
	 * @return the state now
	 */
	default StoreState state() {
		return StoreState.current();
	}

	/**
	 * Ends all watches and lets go of what the store holds. Cards that were put may stay
	 * for others to read.
	 */
	@Override
	void close();

	/**
	 * Hears how a store changes.
	 */
	interface Listener {

		/**
		 * An engine's card is there, or replaced an earlier one.
		 * @param metadata the card
		 */
		void put(NixlMetadata metadata);

		/**
		 * An engine's card is gone: it gets no new work. The listener may not have heard
		 * of that card before.
		 * @param engineId the engine
		 */
		void deleted(String engineId);

		/**
		 * The copy that readers see became another {@link StoreState.Kind kind} of true.
		 * Comes in its turn among the other calls; the last state only if there were
		 * several.
		 * @param state the state when it changed
		 */
		default void stateChanged(StoreState state) {
		}

	}

	/**
	 * A watch that lasts until it is closed.
	 */
	interface Watch extends AutoCloseable {

		@Override
		void close();

	}

}
