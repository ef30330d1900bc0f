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

import java.time.Duration;
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
	 * Engines whose card was removed, with the revision, where older news of them may
	 * still come: removed by a request of our own, or while a listing is under way.
	 */
	private final Map<String, Long> removed = new HashMap<>();

	private final Object lock = new Object();

	/** Counts how often the store was lost: revisions of before mean nothing since. */
	private int epoch;

	/** Until when missing cards are kept for a while. */
	private long settled = System.nanoTime();

	private boolean comparing;

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
	 */
	void put(NixlMetadata card, long revision) {
		String engineId = card.engineId();
		Entry known = this.entries.get(engineId);
		if ((known != null && known.revision() >= revision) || this.removed.getOrDefault(engineId, 0L) >= revision) {
			return;
		}
		synchronized (this.lock) {
			this.entries.put(engineId, Entry.there(card, revision));
			this.watches.put(card);
		}
	}

	/**
	 * An engine's card is gone since a revision. It stays here for a while if much may
	 * have happened that is not known yet.
	 */
	void delete(String engineId, long revision) {
		Entry known = this.entries.get(engineId);
		if (known == null || known.revision() > revision) {
			return;
		}
		long end = this.settled;
		if (known.missing()) {
			// Kept until its time has come.
			return;
		}
		if (end - System.nanoTime() > 0) {
			this.entries.put(engineId, known.missing(revision, end));
		}
		else {
			remove(engineId);
		}
		if (this.comparing) {
			this.removed.put(engineId, revision);
		}
	}

	/**
	 * A request of our own removed a card; the watch may still tell of what was before.
	 */
	void deletedByUs(String engineId, long revision) {
		Entry known = this.entries.get(engineId);
		if (known != null && known.revision() <= revision) {
			remove(engineId);
		}
		this.removed.put(engineId, revision);
	}

	/** The watch has told everything up to a revision. */
	void watchedUpTo(long revision) {
		if (!this.comparing) {
			this.removed.values().removeIf((removal) -> removal <= revision);
		}
	}

	/**
	 * Makes the copy equal to a listing.
	 * @param listed the cards that are there, by engine, with their revisions
	 * @param revision when
	 */
	void reconcile(Map<String, Entry> listed, long revision) {
		for (String engineId : this.entries.keySet()) {
			if (!listed.containsKey(engineId)) {
				delete(engineId, revision);
			}
		}
		listed.forEach((engineId, entry) -> put(entry.card(), entry.revision()));
		watchedUpTo(revision);
	}

	/**
	 * Nothing was heard of the store for so long that owners may have lost their leases
	 * as we lost the connection: what is missing from now on may soon be there again.
	 */
	void settle(Duration time) {
		this.settled = System.nanoTime() + time.toNanos();
	}

	/**
	 * The store was lost: what is here is kept for a time, and whatever comes now is
	 * newer.
	 */
	void lost(Duration time) {
		this.epoch++;
		this.removed.clear();
		long end = System.nanoTime() + time.toNanos();
		this.entries.replaceAll((engineId, entry) -> entry.missing(0, end));
	}

	/**
	 * Removes the cards that are missing and were kept until now.
	 * @return how many
	 */
	int dropMissing() {
		long now = System.nanoTime();
		List<String> due = new ArrayList<>();
		this.entries.forEach((engineId, entry) -> {
			if (entry.missing() && entry.keptUntil() - now <= 0) {
				due.add(engineId);
			}
		});
		due.forEach(this::remove);
		return due.size();
	}

	/** Whether cards are kept that are missing in the store. */
	boolean keepsMissing() {
		return this.entries.values().stream().anyMatch(Entry::missing);
	}

	/** Keeps in mind what is removed from now on, as long as a listing is under way. */
	void comparing(boolean underWay) {
		this.comparing = underWay;
	}

	/**
	 * Whether a listing says what the copy says, but for what is newer than the listing.
	 * @param listed revisions of the cards that are there, by engine
	 * @param revision when
	 */
	boolean equalsListing(Map<String, Long> listed, long revision) {
		for (Map.Entry<String, Entry> mine : this.entries.entrySet()) {
			Entry entry = mine.getValue();
			if (!entry.missing() && entry.revision() <= revision
					&& listed.getOrDefault(mine.getKey(), 0L) != entry.revision()) {
				return false;
			}
		}
		return listed.entrySet()
			.stream()
			.allMatch((theirs) -> this.entries.containsKey(theirs.getKey())
					|| this.removed.getOrDefault(theirs.getKey(), 0L) >= theirs.getValue());
	}

	private void remove(String engineId) {
		synchronized (this.lock) {
			this.entries.remove(engineId);
			this.watches.deleted(engineId);
		}
	}

	/**
	 * A card of the copy.
	 *
	 * @param card the card
	 * @param revision when it was put, or when it was found to be missing
	 * @param missing whether it is not in the store
	 * @param keptUntil if it is missing, how long it stays here
	 */
	record Entry(NixlMetadata card, long revision, boolean missing, long keptUntil) {

		static Entry there(NixlMetadata card, long revision) {
			return new Entry(card, revision, false, 0);
		}

		Entry missing(long since, long keptUntil) {
			return new Entry(this.card, since, true, keptUntil);
		}

	}

}
