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

package io.nixl4j.session;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import io.nixl4j.wire.Connection;
import io.nixl4j.wire.TcpClient;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the links of one incarnation of an agent and listens for their peers, all by one
 * timer.
 */
public final class LinkKeeper {

	private static final Logger logger = LoggerFactory.getLogger(LinkKeeper.class);

	private final ScheduledExecutorService timer;

	private final Patience patience;

	private final SecureRandom random = new SecureRandom();

	private final Set<ResumableLink> links = ConcurrentHashMap.newKeySet();

	private final AtomicBoolean beating = new AtomicBoolean();

	/** Of the timer's thread: when it looked last. */
	private long lookedNanos;

	/**
	 * Creates a keeper.
	 * @param timer looks after the links, and dials; not owned
	 * @param peerTimeout after which silence a peer is lost
	 */
	public LinkKeeper(ScheduledExecutorService timer, Duration peerTimeout) {
		this.timer = timer;
		this.patience = Patience.of(peerTimeout);
	}

	/**
	 * Makes the link of a session that this end opened.
	 * @param connection its first connection
	 * @param client opens further ones
	 * @return the link
	 */
	ResumableLink opened(Connection connection, TcpClient client) {
		SessionRedial redial = new SessionRedial(connection, client, this.timer, this.patience,
				new SplittableRandom(this.random.nextLong()));
		return keep(new ResumableLink(new WireLink(connection), this.patience, this.timer, redial));
	}

	/**
	 * Makes the link of a session that a peer opened.
	 * @param connection its first connection
	 * @return the link
	 */
	ResumableLink accepted(Connection connection) {
		return keep(new ResumableLink(new WireLink(connection), this.patience, this.timer, null));
	}

	private ResumableLink keep(ResumableLink link) {
		this.links.add(link);
		if (this.beating.compareAndSet(false, true)) {
			this.lookedNanos = System.nanoTime();
			try {
				this.timer.scheduleWithFixedDelay(this::beat, this.patience.beatNanos(), this.patience.beatNanos(),
						TimeUnit.NANOSECONDS);
			}
			catch (RejectedExecutionException ex) {
				// The agent has stopped, and its sessions with it.
			}
		}
		return link;
	}

	private void beat() {
		long now = System.nanoTime();
		// Much later than it should be, this process was frozen itself: what its peers
		// said
		// meanwhile waits to be read.
		long late = now - this.lookedNanos - this.patience.beatNanos();
		this.lookedNanos = now;
		this.links.removeIf(ResumableLink::isEnded);
		for (ResumableLink link : this.links) {
			if (late > this.patience.beatNanos()) {
				link.forgive(late);
			}
			try {
				link.beat(now);
			}
			catch (RuntimeException ex) {
				// The timer would never call again, and no peer be missed any more.
				logger.error("Looking after a session failed", ex);
			}
		}
	}

}
