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

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import io.etcd.jetcd.Client;
import io.nixl4j.memory.NixlError;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The lease that all entries of this process hang on. It is granted when the first entry
 * needs it, kept alive by the beat of the connection, and granted anew when etcd does not
 * know it any more. On the loop.
 */
final class LeaseKeeper implements EtcdConnection.Beat {

	private static final Logger logger = LoggerFactory.getLogger(LeaseKeeper.class);

	private final EtcdCalls calls;

	private final StoreThreads threads;

	private final EtcdOptions options;

	private Listener listener = Listener.NONE;

	private volatile long lease;

	private boolean closed;

	private @Nullable CompletableFuture<Long> granting;

	LeaseKeeper(EtcdCalls calls, StoreThreads threads, EtcdOptions options) {
		this.calls = calls;
		this.threads = threads;
		this.options = options;
	}

	void listener(Listener listener) {
		this.listener = listener;
	}

	@Override
	public long lease() {
		return this.lease;
	}

	@Override
	public void answered(long lease, long sent, boolean missing) {
		if (lease != 0 && missing) {
			lost(lease);
		}
		this.listener.answered(sent, lease != 0 && lease == this.lease);
	}

	/**
	 * The lease that lives, granted if there is none.
	 * @return completes on the loop
	 */
	CompletableFuture<Long> current() {
		if (this.closed) {
			return CompletableFuture
				.failedFuture(NixlError.CLOSED.exception("The metadata store is closed", null, "grant a lease", null));
		}
		if (this.lease != 0) {
			return CompletableFuture.completedFuture(this.lease);
		}
		CompletableFuture<Long> pending = this.granting;
		if (pending != null) {
			return pending;
		}
		CompletableFuture<Long> grant = new CompletableFuture<>();
		this.granting = grant;
		this.calls
			.call("grant a lease", null,
					(client) -> client.getLeaseClient().grant(this.options.leaseTime().toSeconds()))
			.whenComplete((granted, failure) -> this.threads.execute(() -> {
				this.granting = null;
				if (failure != null) {
					grant.completeExceptionally(failure);
				}
				else {
					this.lease = granted.getID();
					grant.complete(granted.getID());
				}
			}));
		return grant;
	}

	/** etcd does not know a lease. */
	void lost(long missing) {
		if (missing == this.lease) {
			this.lease = 0;
			logger.warn("etcd has ended this process's lease, since it did not hear of it in time or lost its data; "
					+ "its entries are put again");
			this.listener.lost();
		}
	}

	/** Grants nothing more. */
	void close() {
		this.closed = true;
	}

	/** Ends the lease, and all entries with it, if etcd can be reached now. */
	static void revoke(long lease, @Nullable Client client, EtcdOptions options) {
		if (lease == 0 || client == null) {
			return;
		}
		try {
			client.getLeaseClient().revoke(lease).get(options.requestTimeout().toMillis(), TimeUnit.MILLISECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		catch (ExecutionException | TimeoutException | RuntimeException ex) {
			logger.warn("The entries of this process stay in etcd until their lease ends, within {}",
					options.leaseTime());
		}
	}

	/**
	 * Hears of the lease, on the loop.
	 */
	interface Listener {

		/** Does not care. */
		Listener NONE = new Listener() {

			@Override
			public void lost() {
			}

			@Override
			public void answered(long sent, boolean alive) {
			}

		};

		/** The lease is gone, and with it all entries. */
		void lost();

		/**
		 * etcd answered the beat.
		 * @param sent when it was asked
		 * @param alive whether there is a lease and it lives
		 */
		void answered(long sent, boolean alive);

	}

}
