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

package io.nixl4j;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

import io.nixl4j.memory.NixlError;
import io.nixl4j.memory.NixlException;
import io.nixl4j.metadata.NixlMetadata;
import io.nixl4j.metadata.NixlMetadataStore;
import io.nixl4j.metadata.PutCoalescer;
import io.nixl4j.wire.WireException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The entry of one incarnation of an agent in the metadata store, if there is a store.
 */
final class Publication {

	private static final Logger logger = LoggerFactory.getLogger(Publication.class);

	private static final Duration INTERVAL = Duration.ofSeconds(1);

	private final @Nullable PutCoalescer puts;

	private final String agentName;

	private final Duration limit;

	private final Runnable replaced;

	private final ScheduledExecutorService timer;

	/** The entry as it has to be. */
	private volatile @Nullable Supplier<NixlMetadata> latest;

	private volatile boolean published;

	private volatile boolean there;

	private Publication(@Nullable PutCoalescer puts, AgentSettings settings, ScheduledExecutorService timer,
			Runnable replaced) {
		this.puts = puts;
		this.agentName = settings.name();
		this.limit = settings.timeouts().connect();
		this.timer = timer;
		this.replaced = replaced;
	}

	/**
	 * Makes the publication of an incarnation, which is not published yet.
	 * @param settings the agent
	 * @param runtime the incarnation
	 * @param replaced told if the store says that another incarnation has the engine id
	 * @return the publication
	 */
	static Publication of(AgentSettings settings, AgentRuntime runtime, Runnable replaced) {
		NixlMetadataStore store = settings.store();
		PutCoalescer puts = (store != null)
				? new PutCoalescer(store, settings.engineId(), runtime.identity().incarnation(),
						new PredecessorProbe(settings, runtime), INTERVAL, runtime.timer(), System::nanoTime)
				: null;
		return new Publication(puts, settings, runtime.timer(), replaced);
	}

	/**
	 * Puts the entry and waits until it is there, or goes on without the caller where the
	 * store takes longer than a caller should wait.
	 * @param metadata the entry
	 */
	void publish(NixlMetadata metadata) {
		PutCoalescer current = this.puts;
		if (current == null || this.published) {
			this.published = true;
			return;
		}
		this.latest = () -> metadata;
		CompletableFuture<Void> put = current.put(metadata);
		try {
			put.get(this.limit.toNanos(), TimeUnit.NANOSECONDS);
			this.there = true;
			this.published = true;
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw NixlError.CANCELLED.exception("Publishing was interrupted", null, "publish", ex);
		}
		catch (TimeoutException ex) {
			this.published = true;
			logger.warn(
					"Agent {}: its entry is not in the metadata store after {}, which cannot be reached or waits for the"
							+ " end of another entry's lease; publishing goes on",
					this.agentName, this.limit);
			put.whenComplete((nothing, failure) -> publishedLate(failure));
		}
		catch (ExecutionException ex) {
			if (ex.getCause() instanceof NixlException cause) {
				if (isAway(cause)) {
					this.published = true;
					logger.warn("Agent {}: its entry is not in the metadata store yet, publishing goes on: {}",
							this.agentName, cause.getMessage());
					tryAgain();
					return;
				}
				isReplaced(cause);
				throw cause;
			}
			throw NixlError.BACKEND.exception("Publishing failed: " + ex.getMessage(), null, "publish", ex);
		}
	}

	private void publishedLate(@Nullable Throwable failure) {
		if (failure == null) {
			this.there = true;
			logger.info("Agent {}: its entry is in the metadata store now", this.agentName);
		}
		else if (this.published && isAway(WireException.unwrapped(failure))) {
			tryAgain();
		}
		else if (this.published && !isReplaced(failure)) {
			// Otherwise it was withdrawn meanwhile.
			this.published = false;
			logger.error("Agent {} is not published: {}", this.agentName,
					WireException.unwrapped(failure).getMessage());
		}
	}

	private static boolean isAway(@Nullable Throwable failure) {
		return failure instanceof NixlException cause && cause.error() == NixlError.TIMED_OUT;
	}

	/** The store forgets an entry that it never had. */
	private void tryAgain() {
		try {
			this.timer.schedule(this::putLatest, INTERVAL.toNanos(), TimeUnit.NANOSECONDS);
		}
		catch (RejectedExecutionException ex) {
			// The agent has stopped meanwhile.
			logger.debug("Agent {} is not published", this.agentName, ex);
		}
	}

	private void putLatest() {
		PutCoalescer current = this.puts;
		Supplier<NixlMetadata> entry = this.latest;
		if (this.published && current != null && entry != null) {
			current.put(entry).whenComplete((nothing, failure) -> publishedLate(failure));
		}
	}

	/**
	 * The entry has changed; puts it anew if it is published.
	 * @param metadata gives the entry when its turn has come
	 */
	void changed(Supplier<NixlMetadata> metadata) {
		PutCoalescer current = this.puts;
		if (current != null && this.published) {
			this.latest = metadata;
			current.put(metadata).whenComplete((nothing, failure) -> {
				// Cancelled by a withdrawal, which is what was wanted.
				if (failure != null && this.published && !isReplaced(failure)) {
					logger.warn("The changed metadata is not published: {}",
							WireException.unwrapped(failure).getMessage());
				}
			});
		}
	}

	private boolean isReplaced(Throwable failure) {
		boolean stale = WireException.unwrapped(failure) instanceof NixlException cause
				&& cause.error() == NixlError.STALE;
		if (stale) {
			this.replaced.run();
		}
		return stale;
	}

	/**
	 * Publishes nothing more: another incarnation has the engine id.
	 * @return whether the entry was published until now
	 */
	boolean retire() {
		boolean was = this.published;
		this.published = false;
		return was;
	}

	/** Whether the entry has ever been in the store. */
	boolean wasThere() {
		return this.there;
	}

	/**
	 * Takes the entry back and waits until it is gone, as long as that is bounded.
	 */
	void withdraw() {
		PutCoalescer current = this.puts;
		if (current == null || !this.published) {
			this.published = false;
			return;
		}
		this.published = false;
		try {
			current.withdraw().get(this.limit.toNanos(), TimeUnit.NANOSECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		catch (ExecutionException | TimeoutException ex) {
			logger.warn("The metadata was not withdrawn: {}", ex.getMessage());
		}
	}

}
