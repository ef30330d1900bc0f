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

package io.nixl4j.metadata;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Executor;
import java.util.function.Predicate;

import io.nixl4j.memory.Incarnation;
import io.nixl4j.memory.NixlError;
import io.nixl4j.memory.NixlException;
import org.jspecify.annotations.Nullable;

/**
 * A store for the agents of one process that share this object. Every card goes through
 * its encoded form, so readers see what readers of another process would see. Changes are
 * visible when {@link #put(NixlMetadata)} returns, and listeners without an executor have
 * been called by then unless another thread is calling them. There are no leases: a card
 * stays until it is deleted or replaced.
 */
public final class InMemoryNixlMetadataStore implements NixlMetadataStore {

	/**
	 * Incarnations that lost their engine id and are remembered for it; each is a restart
	 * within this process.
	 */
	private static final int MAX_REPLACED = 1024;

	/** Written under the lock only; decoded cards, so that it is its own cache. */
	private final Map<String, NixlMetadata> cards = new ConcurrentSkipListMap<>(CardText.ORDER);

	private final Object lock = new Object();

	private final Set<Replaced> replaced = new LinkedHashSet<>();

	private final Set<ListenerQueue> watches = new LinkedHashSet<>();

	private boolean closed;

	@Override
	public CompletableFuture<Void> put(NixlMetadata metadata) {
		try {
			putIf(encodedAndDecoded(metadata), (earlier) -> true);
			return CompletableFuture.completedFuture(null);
		}
		catch (NixlException ex) {
			return CompletableFuture.failedFuture(ex);
		}
	}

	@Override
	public CompletableFuture<Void> put(NixlMetadata metadata, Predecessors predecessors) {
		CompletableFuture<Void> result = new CompletableFuture<>();
		try {
			putAfter(encodedAndDecoded(metadata), null, predecessors, result);
		}
		catch (NixlException ex) {
			result.completeExceptionally(ex);
		}
		return result;
	}

	/**
	 * Puts a card when whoever has its engine id may lose it.
	 * @param gone the incarnation that was asked about and may
	 */
	private void putAfter(NixlMetadata card, @Nullable Incarnation gone, Predecessors predecessors,
			CompletableFuture<Void> result) {
		NixlMetadata holder = putIf(card,
				(earlier) -> (gone != null) && gone.equals(earlier.additions().incarnation()));
		if (holder == null) {
			result.complete(null);
			return;
		}
		life(predecessors, holder).thenAccept((life) -> {
			if (life == Predecessors.Life.ALIVE) {
				result.completeExceptionally(taken(holder));
				return;
			}
			try {
				putAfter(card, holder.additions().incarnation(), predecessors, result);
			}
			catch (NixlException ex) {
				result.completeExceptionally(ex);
			}
		});
	}

	/**
	 * Puts a card unless another incarnation has the engine id and may not lose it.
	 * @return the card of that incarnation, or {@code null} if the new one is there
	 */
	private @Nullable NixlMetadata putIf(NixlMetadata card, Predicate<NixlMetadata> mayLose) {
		List<ListenerQueue> told;
		synchronized (this.lock) {
			checkOpen();
			checkNotReplaced(card);
			NixlMetadata holder = otherHolder(card);
			if (holder != null) {
				if (!mayLose.test(holder)) {
					return holder;
				}
				remember(holder);
			}
			this.cards.put(card.engineId(), card);
			told = note(card.engineId(), card);
		}
		told.forEach(ListenerQueue::deliver);
		return null;
	}

	private static NixlMetadata encodedAndDecoded(NixlMetadata metadata) {
		return NixlMetadataCodec.decode(NixlMetadataCodec.encode(metadata), metadata.engineId());
	}

	private static CompletableFuture<Predecessors.Life> life(Predecessors predecessors, NixlMetadata holder) {
		try {
			return predecessors.life(holder)
				.toCompletableFuture()
				.exceptionally((failure) -> Predecessors.Life.UNKNOWN);
		}
		catch (RuntimeException ex) {
			return CompletableFuture.completedFuture(Predecessors.Life.UNKNOWN);
		}
	}

	private static NixlException taken(NixlMetadata holder) {
		return NixlError.REFUSED.exception(
				"Engine id '%s' is taken: agent '%s' has published under it and is alive%s; give each agent an engine id of its own, or stop the other one"
					.formatted(holder.engineId(), holder.agentName(),
							(holder.additions().sessionEndpoint() != null)
									? " at " + holder.additions().sessionEndpoint() : ""),
				holder.engineId(), "put metadata", null);
	}

	@Override
	public Optional<NixlMetadata> find(String engineId) {
		return Optional.ofNullable(this.cards.get(engineId));
	}

	@Override
	public List<NixlMetadata> list() {
		return List.copyOf(this.cards.values());
	}

	@Override
	public CompletableFuture<Boolean> delete(String engineId) {
		return remove(engineId, null);
	}

	@Override
	public CompletableFuture<Boolean> delete(String engineId, Incarnation incarnation) {
		return remove(engineId, incarnation);
	}

	@Override
	public Watch watch(Executor executor, Listener listener) {
		ListenerQueue watch = new ListenerQueue(executor, listener, this::forget);
		synchronized (this.lock) {
			checkOpen();
			this.cards.forEach(watch::add);
			this.watches.add(watch);
		}
		watch.deliver();
		return watch;
	}

	/**
	 * Ends all watches and refuses further cards. Those that are there can still be read
	 * and removed, so that agents may close after their store.
	 */
	@Override
	public void close() {
		List<ListenerQueue> ended;
		synchronized (this.lock) {
			this.closed = true;
			ended = List.copyOf(this.watches);
		}
		ended.forEach(ListenerQueue::close);
	}

	private CompletableFuture<Boolean> remove(String engineId, @Nullable Incarnation incarnation) {
		List<ListenerQueue> told;
		synchronized (this.lock) {
			NixlMetadata card = this.cards.get(engineId);
			if (card == null || (incarnation != null && !incarnation.equals(card.additions().incarnation()))) {
				return CompletableFuture.completedFuture(false);
			}
			this.cards.remove(engineId);
			told = note(engineId, null);
		}
		told.forEach(ListenerQueue::deliver);
		return CompletableFuture.completedFuture(true);
	}

	/** Called under the lock, so that all watches note all changes in the same order. */
	private List<ListenerQueue> note(String engineId, @Nullable NixlMetadata card) {
		this.watches.forEach((watch) -> watch.add(engineId, card));
		return new ArrayList<>(this.watches);
	}

	private void checkNotReplaced(NixlMetadata card) {
		Incarnation incarnation = card.additions().incarnation();
		if (incarnation != null && this.replaced.contains(new Replaced(card.engineId(), incarnation))) {
			throw NixlError.STALE.exception(
					"Engine '%s' was taken over by another incarnation: this agent publishes nothing more; give each agent an engine id of its own"
						.formatted(card.engineId()),
					card.engineId(), "put metadata", null);
		}
	}

	/** The card of another incarnation that has the engine id of a card. */
	private @Nullable NixlMetadata otherHolder(NixlMetadata card) {
		NixlMetadata holder = this.cards.get(card.engineId());
		Incarnation has = (holder != null) ? holder.additions().incarnation() : null;
		return (has != null && !has.equals(card.additions().incarnation())) ? holder : null;
	}

	private void remember(NixlMetadata loser) {
		Incarnation lost = loser.additions().incarnation();
		if (lost != null) {
			this.replaced.add(new Replaced(loser.engineId(), lost));
			if (this.replaced.size() > MAX_REPLACED) {
				this.replaced.remove(this.replaced.iterator().next());
			}
		}
	}

	private void forget(ListenerQueue watch) {
		synchronized (this.lock) {
			this.watches.remove(watch);
		}
	}

	private void checkOpen() {
		if (this.closed) {
			throw NixlError.CLOSED.exception("The metadata store is closed", null, "metadata store", null);
		}
	}

	/**
	 * An incarnation that lost its engine id.
	 *
	 * @param engineId the id
	 * @param incarnation who had it
	 */
	private record Replaced(String engineId, Incarnation incarnation) {

	}

}
