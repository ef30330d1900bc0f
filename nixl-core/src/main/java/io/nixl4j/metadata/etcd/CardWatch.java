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
import java.time.Instant;
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
import io.nixl4j.metadata.StoreState;
import io.nixl4j.metadata.StoreState.Kind;
import io.nixl4j.metadata.etcd.CardListing.Listing;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the mirror equal to etcd: reads all entries, then watches from the next revision
 * on. Whatever ends the watch (the connection, etcd's compaction, a member without a
 * leader, or nothing that is said), it begins with the reading again, so nothing between
 * can be missed. On the loop.
 */
final class CardWatch implements EtcdConnection.Watcher {

	private static final Logger logger = LoggerFactory.getLogger(CardWatch.class);

	/** How much longer than a lease the owners get to put their entries again. */
	private static final Duration GRACE = Duration.ofSeconds(5);

	private final StoreThreads threads;

	private final EtcdConnection connection;

	private final CardListing listing;

	private final EtcdKeys keys;

	private final EntryReader reader;

	private final CardMirror mirror;

	private final EntryKeeper owned;

	private final EtcdOptions options;

	private final StoreLossDetector loss = new StoreLossDetector();

	private volatile StoreState state = new StoreState(Kind.BEHIND, Instant.now(), Duration.ZERO);

	private @Nullable Client client;

	private Watch.@Nullable Watcher open;

	private @Nullable Future<?> due;

	/** Answers to what was begun before are not listened to. */
	private int generation;

	private int failures;

	private volatile boolean watching;

	private volatile boolean read;

	private volatile long trueUntil = System.nanoTime();

	private boolean lost;

	private @Nullable Future<?> drop;

	CardWatch(StoreThreads threads, EtcdConnection connection, CardListing listing, EtcdKeys keys, EntryReader reader,
			CardMirror mirror, EntryKeeper owned, EtcdOptions options) {
		this.threads = threads;
		this.connection = connection;
		this.listing = listing;
		this.keys = keys;
		this.reader = reader;
		this.mirror = mirror;
		this.owned = owned;
		this.options = options;
	}

	/** The state at its last change, so without an age that grows. */
	StoreState state() {
		return this.state;
	}

	/** Whether the mirror has been filled once. */
	boolean hasRead() {
		return this.read;
	}

	/** When the mirror was last known to equal etcd, in nanoseconds. */
	long lastTrue() {
		return this.watching ? this.connection.lastAnswer() : this.trueUntil;
	}

	@Override
	public void connected(Client client) {
		this.client = client;
		this.failures = 0;
		read();
	}

	@Override
	public void disconnected() {
		this.client = null;
		stop();
		judge();
	}

	void close() {
		this.client = null;
		stop();
		if (this.drop != null) {
			this.drop.cancel(false);
		}
	}

	private void stop() {
		this.generation++;
		if (this.watching) {
			this.trueUntil = this.connection.lastAnswer();
			this.watching = false;
		}
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
			storeLost();
		}
		this.loss.accept(all.clusterId(), all.revision());
		Map<String, CardMirror.Entry> cards = new HashMap<>();
		for (KeyValue entry : all.entries()) {
			NixlMetadata card = this.reader.card(entry);
			if (card != null) {
				cards.put(card.engineId(), new CardMirror.Entry(card, entry.getModRevision(), this.mirror.epoch()));
				this.owned.seen(card, entry.getModRevision());
			}
		}
		this.mirror.reconcile(cards, all.revision());
		this.read = true;
		this.owned.listed(cards.keySet(), all.revision());
		this.threads.call(this.mirror::deliver);
		watch(all.revision() + 1);
	}

	private void storeLost() {
		logger
			.warn("etcd has lost its data, or is another cluster: the cards of before are kept until their owners had "
					+ "time to put them again");
		this.lost = true;
		this.mirror.lost();
		this.owned.storeLost();
		if (this.drop != null) {
			this.drop.cancel(false);
		}
		this.drop = this.threads.schedule(this::dropLost, this.options.leaseTime().plus(GRACE));
	}

	private void dropLost() {
		if (!this.watching) {
			// Their owners cannot put them either.
			this.drop = this.threads.schedule(this::dropLost, GRACE);
			return;
		}
		this.lost = false;
		int dropped = this.mirror.dropLost();
		logger.info("etcd lost its data some time ago: {} cards were not put again since and are dropped", dropped);
		judge();
		this.threads.call(this.mirror::deliver);
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
		this.due = this.threads.schedule(this::notBegun, this.options.requestTimeout());
	}

	private void notBegun() {
		if (!this.watching) {
			failed("watch", new TimeoutException("etcd did not begin the watch in time"));
		}
	}

	private void heard(WatchResponse response) {
		if (!this.watching) {
			this.watching = true;
			this.failures = 0;
			if (this.due != null) {
				this.due.cancel(false);
			}
			judge();
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
		NixlMetadata card = (event.getEventType() == WatchEvent.EventType.PUT) ? this.reader.card(entry) : null;
		if (card != null) {
			this.mirror.put(card, revision);
			this.owned.seen(card, revision);
			return;
		}
		String engineId = this.reader.engineId(entry.getKey());
		if (engineId != null) {
			this.mirror.delete(engineId, revision);
			this.owned.seenDeleted(engineId, revision);
		}
	}

	/** Something ended what keeps the mirror true. */
	private void failed(String what, Throwable failure) {
		stop();
		judge();
		Throwable cause = EtcdFailures.unwrap(failure);
		boolean compacted = EtcdFailures.isCompacted(cause);
		this.failures++;
		if (this.failures == 3) {
			logger.warn("The cards in etcd cannot be kept up to date (failed to {} them): {}", what,
					EtcdFailures.exception(cause, what + " metadata", null, this.options).getMessage());
		}
		if (!compacted) {
			this.connection.suspect();
		}
		if (this.client != null) {
			long most = Math.min(1000, 100L << Math.min(this.failures, 4));
			this.due = this.threads.schedule(this::read, Duration
				.ofMillis((compacted && this.failures <= 1) ? 0 : ThreadLocalRandom.current().nextLong(most)));
		}
	}

	private void judge() {
		Kind kind = !this.watching ? Kind.BEHIND : this.lost ? Kind.LOST : Kind.CURRENT;
		if (kind != this.state.kind()) {
			this.state = new StoreState(kind, Instant.now(), Duration.ZERO);
			this.mirror.stateChanged(this.state);
			this.threads.call(this.mirror::deliver);
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
