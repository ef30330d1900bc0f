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

package io.nixl4j.memory;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes a closing region to its end: withdrawn from every peer and held by nobody, then
 * freed. Time never frees it, time only puts it in quarantine.
 */
final class RegionCloser {

	private static final Logger logger = LoggerFactory.getLogger(RegionCloser.class);

	/** The JDK does not tell when it stops using an arena's buffer. */
	private static final long FREE_AGAIN_MILLIS = 50;

	private final Duration timeout;

	private final Executor executor;

	private final List<RegionTable.Listener> listeners;

	private final Consumer<LocalRegion> freed;

	private final Map<LocalRegion, CompletableFuture<Void>> withdrawals = new ConcurrentHashMap<>();

	RegionCloser(Duration timeout, Executor executor, List<RegionTable.Listener> listeners,
			Consumer<LocalRegion> freed) {
		this.timeout = timeout;
		this.executor = executor;
		this.listeners = listeners;
		this.freed = freed;
	}

	void withdraw(LocalRegion region) {
		CompletableFuture<Void> withdrawn = CompletableFuture.allOf(this.listeners.stream()
			.map((listener) -> withdraw(listener, region))
			.toArray(CompletableFuture<?>[]::new));
		this.withdrawals.put(region, withdrawn);
		withdrawn.whenCompleteAsync((done, failure) -> {
			if (failure != null) {
				quarantine(region, failure);
			}
		}, this.executor);
		CompletableFuture.allOf(withdrawn, region.drained()).thenRunAsync(() -> free(region), this.executor);
		region.closed().orTimeout(this.timeout.toMillis(), TimeUnit.MILLISECONDS).whenCompleteAsync((done, failure) -> {
			if (failure instanceof TimeoutException) {
				quarantine(region, null);
			}
		}, this.executor);
	}

	private static CompletableFuture<Void> withdraw(RegionTable.Listener listener, LocalRegion region) {
		try {
			return listener.withdraw(region).toCompletableFuture();
		}
		catch (RuntimeException | Error ex) {
			// Peers may still have the region: no proof can come
			return CompletableFuture.failedFuture(ex);
		}
	}

	private void free(LocalRegion region) {
		if (!region.free()) {
			CompletableFuture.delayedExecutor(FREE_AGAIN_MILLIS, TimeUnit.MILLISECONDS, this.executor)
				.execute(() -> free(region));
			return;
		}
		this.withdrawals.remove(region);
		this.freed.accept(region);
		if (region.quarantinedSince() != null) {
			logger.info("Freed {} from quarantine: the proof has come", Ranges.describe(region));
		}
		region.freed();
	}

	private void quarantine(LocalRegion region, @Nullable Throwable cause) {
		if (region.quarantine(Instant.now())) {
			logger.warn("Quarantined {}: {}. Its memory stays allocated until it is proved that nobody uses it",
					Ranges.describe(region), reason(region), cause);
		}
	}

	Optional<Quarantine> quarantine(LocalRegion region) {
		return Optional.ofNullable(region.quarantinedSince())
			.map((since) -> new Quarantine(region.name(), region.id(), region.length(), since, reason(region)));
	}

	private String reason(LocalRegion region) {
		List<String> reasons = new ArrayList<>();
		CompletableFuture<Void> withdrawn = this.withdrawals.get(region);
		if (withdrawn != null && withdrawn.isCompletedExceptionally()) {
			reasons.add("it could not be withdrawn from its peers");
		}
		else if (withdrawn != null && !withdrawn.isDone()) {
			List<String> peers = this.listeners.stream()
				.flatMap((listener) -> listener.unproved(region).stream())
				.distinct()
				.toList();
			reasons.add(peers.isEmpty() ? "not every peer has let go of it"
					: "these peers have not let go of it: " + String.join(", ", peers));
		}
		if (region.holds() > 0) {
			reasons.add(region.holds() + " operations of this agent still hold it");
		}
		return reasons.isEmpty() ? "a channel is using a buffer of it" : String.join("; ", reasons);
	}

}
