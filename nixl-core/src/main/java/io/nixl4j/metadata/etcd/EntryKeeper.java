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

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

import io.nixl4j.memory.Incarnation;
import io.nixl4j.memory.NixlStaleException;
import io.nixl4j.metadata.NixlMetadata;
import io.nixl4j.metadata.NixlMetadataStoreException;
import io.nixl4j.metadata.NixlMetadataStoreException.Problem;
import io.nixl4j.metadata.Predecessors;
import io.nixl4j.metadata.etcd.EntryDeletion.Outcome;
import io.nixl4j.metadata.etcd.NameTakeOver.Wanted;
import io.nixl4j.metadata.etcd.OwnedEntries.Owned;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees to it that etcd holds what this process published, in its last form, and nothing
 * that it withdrew: whatever could not be done while etcd was away is done when it is
 * back. On the loop.
 */
final class EntryKeeper implements LeaseKeeper.Listener {

	private static final Logger logger = LoggerFactory.getLogger(EntryKeeper.class);

	private final OwnedEntries owned = new OwnedEntries();

	private final EngineQueues queues = new EngineQueues();

	/** Puts under way that may have to wait for others. */
	private final Set<Wanted> underWay = new HashSet<>();

	/** Entries that have to go, though etcd could not be told. */
	private final Map<String, Incarnation> withdrawn = new HashMap<>();

	private final NameTakeOver takeOver;

	private final EntryDeletion deletion;

	private final CardMirror mirror;

	private final Runnable verify;

	EntryKeeper(NameTakeOver takeOver, EntryDeletion deletion, CardMirror mirror, Runnable verify) {
		this.takeOver = takeOver;
		this.deletion = deletion;
		this.mirror = mirror;
		this.verify = verify;
	}

	/**
	 * Puts a card and keeps it there once it is.
	 * @return completes on the loop when it is there
	 */
	CompletableFuture<Void> put(NixlMetadata card, byte[] value, @Nullable Predecessors predecessors) {
		return this.queues.run(card.engineId(), () -> {
			this.owned.checkNotLost(card);
			this.withdrawn.remove(card.engineId());
			Owned before = this.owned.get(card);
			if (before != null) {
				before.want(card, value);
				return restored(before);
			}
			return first(new Wanted(card, value, predecessors, false, 0), value);
		});
	}

	/** Deletes an entry, whoever wrote it. */
	CompletableFuture<Boolean> delete(String engineId) {
		cancelWaiting(engineId, null);
		return this.queues.run(engineId, () -> {
			Owned mine = this.owned.get(engineId);
			Incarnation incarnation = (mine != null) ? mine.card().additions().incarnation() : null;
			if (incarnation != null) {
				// To be made up for, should this fail.
				this.withdrawn.put(engineId, incarnation);
			}
			this.owned.remove(engineId);
			int epoch = this.mirror.epoch();
			return this.deletion.delete(engineId).thenApply((outcome) -> {
				this.withdrawn.remove(engineId);
				return deleted(engineId, outcome, epoch);
			});
		});
	}

	/** Deletes the entry of one incarnation. */
	CompletableFuture<Boolean> delete(String engineId, Incarnation incarnation) {
		cancelWaiting(engineId, incarnation);
		return this.queues.run(engineId, () -> {
			Owned mine = this.owned.get(engineId);
			if (mine != null && mine.isOf(incarnation)) {
				this.owned.remove(engineId);
				this.withdrawn.put(engineId, incarnation);
			}
			return withdrawal(engineId, incarnation);
		});
	}

	/** Another process, or this one, put a card. */
	void seen(NixlMetadata card, long revision) {
		Owned mine = this.owned.get(card.engineId());
		if (mine == null || revision <= mine.revision()) {
			return;
		}
		if (mine.isOf(card.additions().incarnation())) {
			mine.revision(revision);
		}
		else if (card.additions().incarnation() != null) {
			lost(mine.card());
		}
	}

	/** An entry is gone. */
	void seenDeleted(String engineId, long revision) {
		Owned mine = this.owned.get(engineId);
		if (mine != null && revision > mine.revision() && this.queues.isIdle(engineId)) {
			mine.missing(System.nanoTime());
			this.verify.run();
		}
	}

	/** All entries were read; some of ours may be missing. */
	void listed(Set<String> engineIds, long revision) {
		for (Owned mine : this.owned.all()) {
			if (!engineIds.contains(mine.card().engineId()) && !mine.isDue()) {
				seenDeleted(mine.card().engineId(), revision);
			}
		}
	}

	/** Keeps nothing any more. */
	void close() {
		this.owned.clear();
		this.withdrawn.clear();
		this.underWay.forEach(Wanted::cancel);
	}

	/** The store knows nothing of what was there before. */
	void storeLost() {
		this.owned.all().forEach(Owned::gone);
		catchUp();
	}

	@Override
	public void lost() {
		storeLost();
	}

	@Override
	public void answered(long sent, boolean alive) {
		for (Owned mine : this.owned.all()) {
			// The lease lives, so it was not its end that removed the entry.
			if (alive && mine.isMissingBefore(sent)) {
				this.owned.remove(mine.card().engineId());
				logger.warn("The card of engine '{}' was deleted in etcd by somebody else; it is published again with "
						+ "its agent's next change", mine.card().engineId());
			}
		}
		catchUp();
	}

	/** Does what is still to be done. */
	void catchUp() {
		List<Runnable> work = new ArrayList<>();
		for (Owned mine : this.owned.all()) {
			String engineId = mine.card().engineId();
			if (mine.isDue() && this.queues.isIdle(engineId)) {
				work.add(() -> this.queues.run(engineId, () -> restored(mine)));
			}
		}
		this.withdrawn.forEach((engineId, incarnation) -> {
			if (this.queues.isIdle(engineId)) {
				work.add(() -> this.queues.run(engineId, () -> withdrawal(engineId, incarnation)));
			}
		});
		work.forEach(Runnable::run);
	}

	private CompletableFuture<Void> first(Wanted wanted, byte[] value) {
		int epoch = this.mirror.epoch();
		this.underWay.add(wanted);
		return this.takeOver.put(wanted).handle((revision, failure) -> {
			this.underWay.remove(wanted);
			if (failure == null) {
				there(this.owned.add(wanted.card(), value, revision), wanted.card(), revision, epoch);
				return CompletableFuture.<Void>completedFuture(null);
			}
			Incarnation incarnation = wanted.card().additions().incarnation();
			if (incarnation != null && mayHaveBeenDone(failure)) {
				// It would stay as long as this process lives, though nobody published
				// it.
				this.withdrawn.put(wanted.card().engineId(), incarnation);
			}
			return CompletableFuture.<Void>failedFuture(failure);
		}).thenCompose((done) -> done);
	}

	private CompletableFuture<Void> restored(Owned mine) {
		NixlMetadata card = mine.card();
		if (this.owned.get(card) != mine) {
			return CompletableFuture.completedFuture(null);
		}
		int epoch = this.mirror.epoch();
		Wanted wanted = new Wanted(card, mine.value(), null, true, mine.revision());
		return this.takeOver.put(wanted).handle((revision, failure) -> {
			if (failure == null) {
				there(mine, card, revision, epoch);
				return CompletableFuture.<Void>completedFuture(null);
			}
			if (EtcdFailures.unwrap(failure) instanceof NixlStaleException) {
				lost(card);
			}
			return CompletableFuture.<Void>failedFuture(failure);
		}).thenCompose((done) -> done);
	}

	private void there(Owned mine, NixlMetadata card, long revision, int epoch) {
		if (epoch != this.mirror.epoch()) {
			// Put into a store that has been lost since.
			mine.gone();
			return;
		}
		if (mine.card() == card) {
			mine.done(revision);
		}
		else {
			mine.revision(revision);
		}
		this.mirror.put(card, revision);
	}

	private CompletableFuture<Boolean> withdrawal(String engineId, Incarnation incarnation) {
		int epoch = this.mirror.epoch();
		return this.deletion.delete(engineId, incarnation).thenApply((outcome) -> {
			this.withdrawn.remove(engineId, incarnation);
			return deleted(engineId, outcome, epoch);
		});
	}

	private boolean deleted(String engineId, Outcome outcome, int epoch) {
		if (outcome.deleted() && epoch == this.mirror.epoch()) {
			this.mirror.deletedByUs(engineId, outcome.revision());
		}
		return outcome.deleted();
	}

	private void lost(NixlMetadata card) {
		if (this.owned.get(card) != null) {
			this.owned.lose(card);
			logger.warn("Engine id '{}' has been taken over by another incarnation: agent '{}' publishes nothing more",
					card.engineId(), card.agentName());
		}
	}

	private void cancelWaiting(String engineId, @Nullable Incarnation incarnation) {
		for (Wanted wanted : this.underWay) {
			NixlMetadata card = wanted.card();
			if (card.engineId().equals(engineId)
					&& (incarnation == null || Objects.equals(incarnation, card.additions().incarnation()))) {
				wanted.cancel();
			}
		}
	}

	private static boolean mayHaveBeenDone(Throwable failure) {
		return EtcdFailures.unwrap(failure) instanceof NixlMetadataStoreException problem
				&& problem.problem() == Problem.UNREACHABLE;
	}

}
