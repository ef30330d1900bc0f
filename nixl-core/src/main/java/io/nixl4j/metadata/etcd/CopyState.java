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
import java.util.concurrent.Future;

import io.nixl4j.metadata.StoreState;
import io.nixl4j.metadata.StoreState.Kind;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How far the mirror can be believed, and when it drops cards that are missing in etcd.
 * Changed on the loop, read by any thread.
 */
final class CopyState {

	/** No lease can have ended in less. */
	static final Duration SHORTEST_OUTAGE = Duration.ofSeconds(2);

	/** In which owners that were cut off with us are connected again. */
	static final Duration SETTLING = Duration.ofSeconds(2);

	/** How much longer than a lease the owners get when the store was lost. */
	static final Duration GRACE = Duration.ofSeconds(5);

	private static final Duration LOOK = Duration.ofSeconds(1);

	private static final Logger logger = LoggerFactory.getLogger(CopyState.class);

	private final CardMirror mirror;

	private final EtcdConnection connection;

	private final StoreThreads threads;

	private final Duration lostFor;

	private volatile StoreState state = new StoreState(Kind.BEHIND, Instant.now(), Duration.ZERO);

	private volatile boolean read;

	private volatile boolean watching;

	private volatile boolean settling;

	private volatile long trueUntil = System.nanoTime();

	private boolean lost;

	private long lostUntil;

	private @Nullable Future<?> look;

	CopyState(CardMirror mirror, EtcdConnection connection, StoreThreads threads, EtcdOptions options) {
		this.mirror = mirror;
		this.connection = connection;
		this.threads = threads;
		this.lostFor = options.leaseTime().plus(GRACE);
	}

	/** The state now. */
	StoreState now() {
		StoreState last = this.state;
		long equal = (this.watching && !this.settling) ? this.connection.lastAnswer() : this.trueUntil;
		return new StoreState(last.kind(), last.since(), Duration.ofNanos(Math.max(0, System.nanoTime() - equal)));
	}

	Kind kind() {
		return this.state.kind();
	}

	/** Whether the mirror has been filled once. */
	boolean hasRead() {
		return this.read;
	}

	/** There is a connection, maybe after a long time without. */
	void connected() {
		if (this.read && System.nanoTime() - this.trueUntil >= SHORTEST_OUTAGE.toNanos()) {
			this.settling = true;
			this.mirror.settle(SETTLING);
		}
	}

	/** The mirror equals a listing. */
	void read() {
		this.read = true;
	}

	/** Changes are heard of from now on. */
	void watching() {
		this.watching = true;
		if (this.settling || this.lost) {
			look(SETTLING);
		}
		judge();
	}

	/** Changes are not heard of any more. */
	void blind() {
		if (this.watching) {
			if (!this.settling) {
				this.trueUntil = this.connection.lastAnswer();
			}
			this.watching = false;
			judge();
		}
	}

	/** The store has lost what it knew. */
	void lost() {
		this.lost = true;
		this.lostUntil = System.nanoTime() + this.lostFor.toNanos();
		this.mirror.lost(this.lostFor);
	}

	void close() {
		blind();
		if (this.look != null) {
			this.look.cancel(false);
		}
	}

	private void look(Duration delay) {
		if (this.look != null) {
			this.look.cancel(false);
		}
		this.look = this.threads.schedule(this::dropMissing, delay);
	}

	private void dropMissing() {
		if (!this.watching) {
			// Their owners cannot put them either; it goes on with the next watch.
			return;
		}
		this.settling = false;
		int dropped = this.mirror.dropMissing();
		if (dropped > 0) {
			logger.info("{} cards that were missing in etcd after a loss have not come back", dropped);
			this.threads.call(this.mirror::deliver);
		}
		if (this.lost && System.nanoTime() - this.lostUntil >= 0) {
			this.lost = false;
		}
		if (this.lost || this.mirror.keepsMissing()) {
			look(LOOK);
		}
		judge();
	}

	private void judge() {
		Kind kind = !this.watching ? Kind.BEHIND : this.lost ? Kind.LOST : this.settling ? Kind.BEHIND : Kind.CURRENT;
		if (kind != this.state.kind()) {
			this.state = new StoreState(kind, Instant.now(), Duration.ZERO);
			this.mirror.stateChanged(now());
			this.threads.call(this.mirror::deliver);
		}
	}

}
