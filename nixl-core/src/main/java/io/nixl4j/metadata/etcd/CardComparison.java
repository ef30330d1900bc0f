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
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.KeyValue;
import io.nixl4j.metadata.etcd.CardListing.Listing;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compares the mirror with etcd now and then, by revisions and without reading the cards:
 * the watch is believed, but not forever. On the loop.
 */
final class CardComparison {

	private static final Logger logger = LoggerFactory.getLogger(CardComparison.class);

	/** Jittered, so that many stores do not compare at the same time. */
	private static final Duration SHORTEST = Duration.ofMinutes(3);

	private static final Duration LONGEST = Duration.ofMinutes(5);

	/** In which the watch may catch up before a difference is one. */
	private static final Duration SECOND_LOOK = Duration.ofSeconds(2);

	private final CardListing listing;

	private final CardMirror mirror;

	private final EntryReader reader;

	private final StoreThreads threads;

	private final Runnable differs;

	/** Entries that are no cards, with their revisions. */
	private final Map<ByteSequence, Long> skipped = new HashMap<>();

	private @Nullable Future<?> due;

	private int generation;

	/**
	 * @param differs called when the mirror is not what it should be
	 */
	CardComparison(CardListing listing, CardMirror mirror, EntryReader reader, StoreThreads threads, Runnable differs) {
		this.listing = listing;
		this.mirror = mirror;
		this.reader = reader;
		this.threads = threads;
		this.differs = differs;
	}

	/** Begins to compare now and then. */
	void start() {
		stop();
		later(Duration.ofMillis(ThreadLocalRandom.current().nextLong(SHORTEST.toMillis(), LONGEST.toMillis())), true);
	}

	void stop() {
		this.generation++;
		this.mirror.comparing(false);
		if (this.due != null) {
			this.due.cancel(false);
		}
	}

	/** An entry was read and is no card. */
	void skipped(KeyValue entry) {
		this.skipped.put(entry.getKey(), entry.getModRevision());
	}

	/** An entry is a card, or gone. */
	void notSkipped(ByteSequence key) {
		this.skipped.remove(key);
	}

	/** All entries are read anew. */
	void clear() {
		this.skipped.clear();
	}

	private void later(Duration delay, boolean firstLook) {
		int current = this.generation;
		this.due = this.threads.schedule(() -> compare(current, firstLook), delay);
	}

	/** Compares at once. */
	void compare(boolean firstLook) {
		compare(this.generation, firstLook);
	}

	private void compare(int current, boolean firstLook) {
		this.mirror.comparing(true);
		this.listing.keys().whenComplete((all, failure) -> this.threads.execute(() -> {
			if (current != this.generation) {
				return;
			}
			boolean equal = failure != null || equal(all);
			this.mirror.comparing(false);
			if (equal) {
				start();
			}
			else if (firstLook) {
				later(SECOND_LOOK, false);
			}
			else {
				logger.warn("The copy of the metadata in etcd was not what is there, and is read again");
				this.differs.run();
			}
		}));
	}

	private boolean equal(Listing all) {
		Map<String, Long> listed = new HashMap<>();
		for (KeyValue entry : all.entries()) {
			if (this.skipped.getOrDefault(entry.getKey(), 0L) != entry.getModRevision()) {
				String engineId = this.reader.engineId(entry.getKey());
				if (engineId != null) {
					listed.put(engineId, entry.getModRevision());
				}
			}
		}
		return this.mirror.equalsListing(listed, all.revision());
	}

}
