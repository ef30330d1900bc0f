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
package io.nixl4j.metadata.etcd;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;

import io.nixl4j.metadata.NixlMetadata;
import io.nixl4j.metadata.NixlMetadataStore;
import io.nixl4j.metadata.StoreState;
import io.nixl4j.metadata.StoreWatches;
import org.jspecify.annotations.Nullable;

/**
 * The local copy of all cards and those who watch it. Read by any thread without a lock;
 * changed on the loop only. What comes by the watch, by a listing and as the answer to an
 * own request is put in order by etcd's revisions.
 */
final class CardMirror {

	private final Map<String, Entry> entries = new ConcurrentHashMap<>();

	private final StoreWatches watches = new StoreWatches();

	/**
	 * Engines whose card was removed by a request of our own, with the revision; older
	 * news of them may still come by the watch.
	 */
	private final Map<String, Long> removed = new HashMap<>();

	private final Object lock = new Object();

	/** Counts how often the store was lost: revisions of before mean nothing since. */
	private int epoch;

	@Nullable NixlMetadata find(String engineId) {
		Entry entry = this.entries.get(engineId);
		return (entry != null) ? entry.card() : null;
	}

	List<NixlMetadata> list() {
		List<NixlMetadata> cards = new ArrayList<>(this.entries.size());
		this.entries.values().forEach((entry) -> cards.add(entry.card()));
		cards.sort(NixlMetadata.byEngineId());
		return List.copyOf(cards);
	}

	NixlMetadataStore.Watch watch(Executor executor, NixlMetadataStore.Listener listener) {
		synchronized (this.lock) {
			return this.watches.begin(executor, listener, list());
		}
	}

	/** Has the listeners called; not on the loop. */
	void deliver() {
		this.watches.deliver();
	}

	void endWatches() {
		this.watches.close();
	}

	int epoch() {
		return this.epoch;
	}

	void stateChanged(StoreState state) {
		synchronized (this.lock) {
			this.watches.stateChanged(state);
		}
	}

	/**
	 * A card is there since a revision.
	 * @return whether this is news
	 */
	boolean put(NixlMetadata card, long revision) {
		String engineId = card.engineId();
		Entry known = this.entries.get(engineId);
		if ((known != null && known.revision() >= revision) || this.removed.getOrDefault(engineId, 0L) >= revision) {
			return false;
		}
		synchronized (this.lock) {
			this.entries.put(engineId, new Entry(card, revision, this.epoch));
			this.watches.put(card);
		}
		return true;
	}

	/**
	 * An engine's card is gone since a revision.
	 * @return whether this is news
	 */
	boolean delete(String engineId, long revision) {
		Entry known = this.entries.get(engineId);
		if (known == null || known.revision() > revision) {
			return false;
		}
		synchronized (this.lock) {
			this.entries.remove(engineId);
			this.watches.deleted(engineId);
		}
		return true;
	}

	/** As {@link #delete}, where the watch may still tell of what was before. */
	void deletedByUs(String engineId, long revision) {
		delete(engineId, revision);
		this.removed.put(engineId, revision);
	}

	/** The watch has told everything up to a revision. */
	void watchedUpTo(long revision) {
		this.removed.values().removeIf((removal) -> removal <= revision);
	}

	/**
	 * Makes the copy equal to a listing.
	 * @param listed the cards that are there
	 * @param revision when
	 * @return the engines that have no card any more
	 */
	List<String> reconcile(Map<String, Entry> listed, long revision) {
		List<String> gone = new ArrayList<>();
		this.entries.forEach((engineId, entry) -> {
			if (!listed.containsKey(engineId) && entry.epoch() == this.epoch && delete(engineId, revision)) {
				gone.add(engineId);
			}
		});
		listed.forEach((engineId, entry) -> put(entry.card(), entry.revision()));
		watchedUpTo(revision);
		return gone;
	}

	/**
	 * The store was lost: what is here is kept until {@link #dropLost()}, and whatever
	 * comes now is newer.
	 */
	void lost() {
		this.epoch++;
		this.removed.clear();
		this.entries.replaceAll((engineId, entry) -> new Entry(entry.card(), 0, this.epoch - 1));
	}

	/**
	 * Removes what nobody has put again since the store was lost.
	 * @return how many cards these were
	 */
	int dropLost() {
		List<String> old = new ArrayList<>();
		this.entries.forEach((engineId, entry) -> {
			if (entry.epoch() != this.epoch) {
				old.add(engineId);
			}
		});
		old.forEach((engineId) -> delete(engineId, Long.MAX_VALUE));
		return old.size();
	}

	/**
	 * A card of the copy.
	 *
	 * @param card the card
	 * @param revision when it was put
	 * @param epoch in which of the stores that there have been
	 */
	record Entry(NixlMetadata card, long revision, int epoch) {

	}

}
