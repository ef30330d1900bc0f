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
import java.util.concurrent.TimeoutException;

import io.etcd.jetcd.Client;
import io.etcd.jetcd.KeyValue;
import io.etcd.jetcd.Watch;
import io.etcd.jetcd.options.WatchOption;
import io.etcd.jetcd.watch.WatchEvent;
import io.etcd.jetcd.watch.WatchResponse;
import io.nixl4j.metadata.NixlMetadata;
import io.nixl4j.metadata.etcd.CardListing.Listing;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the mirror equal to etcd: reads all entries, then watches from the next revision
 * on. Whatever ends the watch (the connection, etcd's compaction, a member without a
 * leader, silence), it begins with the reading again, so nothing between can be missed.
 * On the loop.
 */
final class CardWatch implements EtcdConnection.Watcher {

	private static final Logger logger = LoggerFactory.getLogger(CardWatch.class);

	/** How often etcd is asked to say something on the watch. */
	private static final Duration PROGRESS = Duration.ofSeconds(3);

	/** How many of these questions in a row may stay without answer. */
	private static final int SILENCES = 3;

	private final StoreThreads threads;

	private final EtcdConnection connection;

	private final CardListing listing;

	private final EtcdKeys keys;

	private final EntryReader reader;

	private final CardMirror mirror;

	private final CopyState state;

	private final EntryKeeper owned;

	private final EtcdOptions options;

	private final CardComparison comparison;

	private final StoreLossDetector loss = new StoreLossDetector();

	private @Nullable Client client;

	private Watch.@Nullable Watcher open;

	private @Nullable Future<?> due;

	/** Answers to what was begun before are not listened to. */
	private int generation;

	private int failures;

	private int silences;

	private boolean begun;

	CardWatch(StoreThreads threads, EtcdConnection connection, CardListing listing, EtcdKeys keys, EntryReader reader,
			CardMirror mirror, CopyState state, EntryKeeper owned, EtcdOptions options) {
		this.threads = threads;
		this.connection = connection;
		this.listing = listing;
		this.keys = keys;
		this.reader = reader;
		this.mirror = mirror;
		this.state = state;
		this.owned = owned;
		this.options = options;
		this.comparison = new CardComparison(listing, mirror, reader, threads, this::read);
	}

	@Override
	public void connected(Client client) {
		this.client = client;
		this.failures = 0;
		this.state.connected();
		read();
	}

	@Override
	public void disconnected() {
		this.client = null;
		stop();
	}

	void close() {
		this.client = null;
		stop();
		this.state.close();
	}

	private void stop() {
		this.generation++;
		this.begun = false;
		this.state.blind();
		this.comparison.stop();
		if (this.due != null) {
			this.due.cancel(false);
		}
		Watch.Watcher old = this.open;
		this.open = null;
		if (old != null) {
			old.close();
		}
	}

	private void read() {
		stop();
		if (this.client == null) {
			return;
		}
		int current = this.generation;
		this.listing.list().whenComplete((all, failure) -> this.threads.execute(() -> {
			if (current == this.generation) {
				if (failure != null) {
					failed("read", failure);
				}
				else {
					listed(all);
				}
			}
		}));
	}

	private void listed(Listing all) {
		if (this.loss.isLost(all.clusterId(), all.revision())) {
			logger.warn("etcd has lost its data, or is another cluster: the cards of before are kept until their "
					+ "owners had time to put them again");
			this.state.lost();
			this.owned.storeLost();
		}
		this.loss.accept(all.clusterId(), all.revision());
		this.comparison.clear();
		Map<String, CardMirror.Entry> cards = new HashMap<>();
		for (KeyValue entry : all.entries()) {
			NixlMetadata card = this.reader.card(entry);
			if (card != null) {
				cards.put(card.engineId(), CardMirror.Entry.there(card, entry.getModRevision()));
				this.owned.seen(card, entry.getModRevision());
			}
			else {
				this.comparison.skipped(entry);
			}
		}
		this.mirror.reconcile(cards, all.revision());
		this.state.read();
		this.owned.listed(cards.keySet(), all.revision());
		this.threads.call(this.mirror::deliver);
		watch(all.revision() + 1);
	}

	private void watch(long revision) {
		Client current = this.client;
		if (current == null) {
			return;
		}
		WatchOption option = WatchOption.builder()
			.isPrefix(true)
			.withRevision(revision)
			.withRequireLeader(true)
			.withCreateNotify(true)
			.build();
		try {
			this.open = current.getWatchClient().watch(this.keys.prefix(), option, new Events(this.generation));
		}
		catch (RuntimeException ex) {
			failed("watch", ex);
			return;
		}
		this.due = this.threads.schedule(() -> silent("did not begin the watch"), this.options.requestTimeout());
	}

	private void silent(String what) {
		failed("watch", new TimeoutException("etcd " + what + " in time"));
	}

	/** Has etcd say something, so that a watch that is dead is told from one in peace. */
	private void ask() {
		Watch.Watcher current = this.open;
		if (current == null) {
			return;
		}
		if (this.silences >= SILENCES) {
			silent("said nothing on the watch");
			return;
		}
		this.silences++;
		current.requestProgress();
		this.due = this.threads.schedule(this::ask, PROGRESS);
	}

	private void heard(WatchResponse response) {
		this.silences = 0;
		if (!this.begun) {
			this.begun = true;
			this.failures = 0;
			if (this.due != null) {
				this.due.cancel(false);
			}
			this.due = this.threads.schedule(this::ask, PROGRESS);
			this.comparison.start();
			this.state.watching();
		}
		if (response.getEvents().isEmpty()) {
			return;
		}
		for (WatchEvent event : response.getEvents()) {
			apply(event);
		}
		long revision = response.getHeader().getRevision();
		this.loss.seen(revision);
		this.mirror.watchedUpTo(revision);
		this.threads.call(this.mirror::deliver);
	}

	private void apply(WatchEvent event) {
		KeyValue entry = event.getKeyValue();
		long revision = entry.getModRevision();
		this.comparison.notSkipped(entry.getKey());
		if (event.getEventType() == WatchEvent.EventType.PUT) {
			NixlMetadata card = this.reader.card(entry);
			if (card != null) {
				this.mirror.put(card, revision);
				this.owned.seen(card, revision);
				return;
			}
			this.comparison.skipped(entry);
		}
		// Also what is no card any more is none.
		String engineId = this.reader.engineId(entry.getKey());
		if (engineId != null) {
			this.mirror.delete(engineId, revision);
			this.owned.seenDeleted(engineId, revision);
		}
	}

	/** Something ended what keeps the mirror true. */
	private void failed(String what, Throwable failure) {
		stop();
		Throwable cause = EtcdFailures.unwrap(failure);
		boolean compacted = EtcdFailures.isCompacted(cause);
		this.failures++;
		if (this.failures == 3) {
			logger.warn("The cards in etcd cannot be kept up to date (failed to {} them): {}", what,
					this.connection.exception(cause, what + " metadata", null).getMessage());
		}
		if (!compacted) {
			this.connection.suspect();
		}
		if (this.client != null) {
			long most = Math.min(1000, 100L << Math.min(this.failures, 4));
			boolean atOnce = compacted && this.failures <= 1;
			this.due = this.threads.schedule(this::read,
					Duration.ofMillis(atOnce ? 0 : ThreadLocalRandom.current().nextLong(most)));
		}
	}

	/**
	 * Brings what one watch tells to the loop.
	 */
	private final class Events implements Watch.Listener {

		private final int of;

		Events(int of) {
			this.of = of;
		}

		@Override
		public void onNext(WatchResponse response) {
			run(() -> heard(response));
		}

		@Override
		public void onError(Throwable throwable) {
			run(() -> failed("watch", throwable));
		}

		@Override
		public void onCompleted() {
			run(() -> failed("watch", new IllegalStateException("etcd ended the watch")));
		}

		private void run(Runnable step) {
			CardWatch.this.threads.execute(() -> {
				if (this.of == CardWatch.this.generation) {
					step.run();
				}
			});
		}

	}

}
