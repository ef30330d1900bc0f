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
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeoutException;

import io.etcd.jetcd.Client;
import io.nixl4j.memory.NixlError;
import io.nixl4j.memory.NixlException;
import io.nixl4j.metadata.NixlMetadataStoreException.Problem;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The client that is in use, and whether etcd answers it: asked in a beat that keeps the
 * lease alive too, and at once when a request failed. While etcd stays away the client is
 * replaced every few seconds, since gRPC's own pauses between connects grow to minutes.
 * Everything happens on the loop, but what returns a client or a time is for all threads.
 */
final class EtcdConnection {

	private static final Logger logger = LoggerFactory.getLogger(EtcdConnection.class);

	private static final long REPLACE_AFTER_NANOS = Duration.ofSeconds(2).toNanos();

	/** While etcd is there and says no: nothing changes soon, and its answers cost it. */
	private static final long REPLACE_REFUSED_AFTER_NANOS = Duration.ofSeconds(5).toNanos();

	private static final Duration LONGEST_INTERVAL = Duration.ofSeconds(3);

	/** Misses in a row after which a connection that was there is gone. */
	private static final int MISSES = 2;

	private final EtcdClients clients;

	private final StoreThreads threads;

	private final EtcdOptions options;

	private final Duration interval;

	private final List<Waiter> waiters = new ArrayList<>();

	private Beat beat = Beat.WITHOUT_LEASE;

	private Watcher watcher = Watcher.NONE;

	private volatile @Nullable Client client;

	private volatile @Nullable Client ready;

	private volatile boolean everReady;

	private volatile long lastAnswer;

	private long builtAt;

	private int misses;

	private boolean beating;

	private boolean told;

	private boolean closed;

	private @Nullable Future<?> next;

	private @Nullable Throwable lastFailure;

	EtcdConnection(EtcdClients clients, StoreThreads threads, EtcdOptions options) {
		this.clients = clients;
		this.threads = threads;
		this.options = options;
		Duration third = options.leaseTime().dividedBy(3);
		this.interval = (third.compareTo(LONGEST_INTERVAL) < 0) ? third : LONGEST_INTERVAL;
		this.lastAnswer = System.nanoTime();
	}

	/** Begins to connect; called once, not on the loop. */
	void open(Beat beat, Watcher watcher) {
		this.beat = beat;
		this.watcher = watcher;
		use(this.clients.build());
		this.threads.execute(this::beat);
	}

	/** The client if etcd answered it lately. */
	@Nullable Client ready() {
		return this.ready;
	}

	/** When etcd answered for the last time, as {@code System.nanoTime()} tells it. */
	long lastAnswer() {
		return this.lastAnswer;
	}

	/** The typed exception for a failure of a request. */
	NixlException exception(Throwable failure, String operation, @Nullable String engineId) {
		Throwable cause = EtcdFailures.unwrap(failure);
		boolean duringTls = this.options.secure() && !this.everReady && !(cause instanceof NixlException);
		return (duringTls && EtcdFailures.isCutOff(cause))
				? EtcdFailures.cutOff(cause, operation, engineId, this.options)
				: EtcdFailures.exception(cause, operation, engineId, this.options);
	}

	/** The client whether etcd answers it or not. */
	@Nullable Client client() {
		return this.client;
	}

	/**
	 * Hands the client over when etcd answers, or fails when the time is over.
	 */
	CompletableFuture<Client> whenReady(Duration limit) {
		Client current = this.ready;
		if (current != null) {
			return CompletableFuture.completedFuture(current);
		}
		CompletableFuture<Client> result = new CompletableFuture<>();
		if (this.closed) {
			result.completeExceptionally(closedException());
			return result;
		}
		Future<?> end = this.threads.schedule(() -> {
			this.waiters.removeIf((waiter) -> waiter.result() == result);
			result.completeExceptionally(away());
		}, limit);
		this.waiters.add(new Waiter(result, end));
		return result;
	}

	/** Something failed that may mean that etcd is away: asks at once. */
	void suspect() {
		if (!this.beating && !this.closed) {
			if (this.next != null) {
				this.next.cancel(false);
			}
			beat();
		}
	}

	/** Goes on with another client, such as one with other keys. */
	void replace() {
		Client old = this.client;
		Client other;
		try {
			other = this.clients.build();
		}
		catch (RuntimeException ex) {
			this.lastFailure = ex;
			return;
		}
		if (this.ready != null) {
			down();
		}
		use(other);
		if (old != null) {
			old.close();
		}
		suspect();
	}

	void close() {
		this.closed = true;
		this.ready = null;
		if (this.next != null) {
			this.next.cancel(false);
		}
		List.copyOf(this.waiters).forEach((waiter) -> waiter.fail(closedException()));
		this.waiters.clear();
		Client last = this.client;
		if (last != null) {
			last.close();
		}
	}

	private void use(Client other) {
		this.client = other;
		this.builtAt = System.nanoTime();
		this.misses = 0;
	}

	private void beat() {
		Client asked = this.client;
		if (this.closed || asked == null) {
			return;
		}
		this.beating = true;
		long lease = this.beat.lease();
		long sent = System.nanoTime();
		CompletableFuture<?> answer;
		try {
			answer = asked.getLeaseClient().keepAliveOnce(lease);
		}
		catch (RuntimeException ex) {
			answer = CompletableFuture.failedFuture(ex);
		}
		answer.whenComplete((nothing, failure) -> this.threads.execute(() -> answered(asked, lease, sent, failure)));
	}

	private void answered(Client asked, long lease, long sent, @Nullable Throwable failure) {
		this.beating = false;
		if (this.closed) {
			return;
		}
		if (asked != this.client) {
			beat();
			return;
		}
		// Even to the question for a lease that is none etcd's word is an answer.
		boolean missing = EtcdFailures.isLeaseMissing(failure);
		if (failure == null || missing) {
			this.misses = 0;
			this.lastAnswer = System.nanoTime();
			if (this.ready == null) {
				up(asked);
			}
			this.beat.answered(lease, sent, missing);
			again(this.interval);
		}
		else {
			missed(EtcdFailures.unwrap(failure));
		}
	}

	private void missed(Throwable failure) {
		this.misses++;
		this.lastFailure = failure;
		if (this.ready != null && this.misses < MISSES) {
			beat();
			return;
		}
		if (this.ready != null) {
			down();
		}
		tell(failure);
		Problem problem = EtcdFailures.problem(failure);
		boolean away = problem == Problem.UNREACHABLE || problem == Problem.NO_LEADER;
		if (System.nanoTime() - this.builtAt >= (away ? REPLACE_AFTER_NANOS : REPLACE_REFUSED_AFTER_NANOS)) {
			replace();
		}
		long pause = ThreadLocalRandom.current().nextLong(150, 350);
		again(Duration.ofMillis(away ? pause : 10 * pause));
	}

	private void up(Client connected) {
		this.ready = connected;
		this.everReady = true;
		this.told = false;
		logger.info("Connected to etcd at {}", String.join(", ", this.options.endpoints()));
		this.watcher.connected(connected);
		List<Waiter> waiting = List.copyOf(this.waiters);
		this.waiters.clear();
		waiting.forEach((waiter) -> waiter.complete(connected));
	}

	private void down() {
		this.ready = null;
		this.watcher.disconnected();
	}

	private void tell(Throwable failure) {
		if (!this.told) {
			this.told = true;
			logger.warn("No connection to etcd: {}. What is known of other engines may be old until it is back",
					exception(failure, "connect to etcd", null).getMessage());
		}
	}

	private void again(Duration delay) {
		if (!this.beating) {
			this.next = this.threads.schedule(this::beatUnlessBeating, delay);
		}
	}

	private void beatUnlessBeating() {
		if (!this.beating) {
			beat();
		}
	}

	private Throwable away() {
		Throwable failure = this.lastFailure;
		return (failure != null) ? failure : new TimeoutException("no answer yet");
	}

	private static RuntimeException closedException() {
		return NixlError.CLOSED.exception("The metadata store is closed", null, "metadata store", null);
	}

	/**
	 * The lease that the beat keeps alive.
	 */
	interface Beat {

		/** No lease. */
		Beat WITHOUT_LEASE = new Beat() {

			@Override
			public long lease() {
				return 0;
			}

			@Override
			public void answered(long lease, long sent, boolean missing) {
			}

		};

		/** The lease, or 0 if there is none. */
		long lease();

		/**
		 * etcd answered.
		 * @param lease what it was asked for
		 * @param sent when it was asked
		 * @param missing whether it does not know the lease
		 */
		void answered(long lease, long sent, boolean missing);

	}

	/**
	 * Hears of the connection on the loop.
	 */
	interface Watcher {

		/** Does not care. */
		Watcher NONE = new Watcher() {

			@Override
			public void connected(Client client) {
			}

			@Override
			public void disconnected() {
			}

		};

		/** etcd answers this client. */
		void connected(Client client);

		/** etcd does not answer any more. */
		void disconnected();

	}

	/**
	 * Somebody who needs the client.
	 *
	 * @param result where it goes
	 * @param end ends the wait without it
	 */
	private record Waiter(CompletableFuture<Client> result, Future<?> end) {

		void complete(Client client) {
			this.end.cancel(false);
			this.result.complete(client);
		}

		void fail(Throwable failure) {
			this.end.cancel(false);
			this.result.completeExceptionally(failure);
		}

	}

}
