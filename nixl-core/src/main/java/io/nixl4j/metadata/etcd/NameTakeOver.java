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
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.KeyValue;
import io.etcd.jetcd.kv.TxnResponse;
import io.etcd.jetcd.op.Cmp;
import io.etcd.jetcd.op.CmpTarget;
import io.etcd.jetcd.op.Op;
import io.etcd.jetcd.options.GetOption;
import io.etcd.jetcd.options.LeaseOption;
import io.etcd.jetcd.options.PutOption;
import io.nixl4j.memory.NixlError;
import io.nixl4j.memory.NixlException;
import io.nixl4j.metadata.NixlMetadata;
import io.nixl4j.metadata.Predecessors;
import io.nixl4j.metadata.Predecessors.Life;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts one entry, by transactions that go through only while the key is as it was seen:
 * absent, of the same incarnation, or of another one that may lose it. On the loop.
 */
final class NameTakeOver {

	private static final Logger logger = LoggerFactory.getLogger(NameTakeOver.class);

	private static final String OPERATION = "put metadata";

	/** Between two looks whether an entry is gone. */
	private static final Duration LOOK = Duration.ofMillis(250);

	/** How much later than its lease says an entry may go. */
	private static final Duration MARGIN = Duration.ofSeconds(5);

	/** Others who put the same key again and again, in a row. */
	private static final int MAX_ROUNDS = 64;

	private final EtcdCalls calls;

	private final LeaseKeeper lease;

	private final StoreThreads threads;

	private final EtcdKeys keys;

	private final EntryReader reader;

	NameTakeOver(EtcdCalls calls, LeaseKeeper lease, StoreThreads threads, EtcdKeys keys, EntryReader reader) {
		this.calls = calls;
		this.lease = lease;
		this.threads = threads;
		this.keys = keys;
		this.reader = reader;
	}

	/**
	 * Puts an entry.
	 * @param wanted the entry
	 * @return completes on the loop with the revision at which it is there
	 */
	CompletableFuture<Long> put(Wanted wanted) {
		Round round = new Round(wanted);
		round.put(wanted.expected);
		return round.result;
	}

	/**
	 * An entry that is to be put.
	 */
	static final class Wanted {

		private final NixlMetadata card;

		private final ByteSequence value;

		private final @Nullable Predecessors predecessors;

		private final boolean owned;

		private final long expected;

		private boolean cancelled;

		/**
		 * @param card the card
		 * @param value the card's bytes
		 * @param predecessors asked about another incarnation; without it that loses
		 * @param owned whether this incarnation had the key, so another one that has it
		 * now took it over
		 * @param expected the revision that the key is believed to have; 0 for none
		 */
		Wanted(NixlMetadata card, byte[] value, @Nullable Predecessors predecessors, boolean owned, long expected) {
			this.card = card;
			this.value = ByteSequence.from(value);
			this.predecessors = predecessors;
			this.owned = owned;
			this.expected = expected;
		}

		NixlMetadata card() {
			return this.card;
		}

		/** Gives up where it waits for others. */
		void cancel() {
			this.cancelled = true;
		}

	}

	/**
	 * The way of one entry into etcd.
	 */
	private final class Round {

		private final Wanted wanted;

		private final String engineId;

		private final ByteSequence key;

		private final CompletableFuture<Long> result = new CompletableFuture<>();

		/** The revision of an entry whose lease is waited for. */
		private long awaited;

		private long waitEnd;

		private int rounds;

		Round(Wanted wanted) {
			this.wanted = wanted;
			this.engineId = wanted.card.engineId();
			this.key = NameTakeOver.this.keys.of(this.engineId);
		}

		void put(long expected) {
			if (this.wanted.cancelled) {
				this.result.completeExceptionally(NixlError.CANCELLED
					.exception("The card was withdrawn before it was published", this.engineId, OPERATION, null));
				return;
			}
			NameTakeOver.this.lease.current().whenComplete((id, failure) -> {
				if (failure != null) {
					this.result.completeExceptionally(EtcdFailures.unwrap(failure));
				}
				else {
					put(expected, id);
				}
			});
		}

		private void put(long expected, long leaseId) {
			NameTakeOver.this.calls
				.call(OPERATION, this.engineId,
						(client) -> client.getKVClient()
							.txn()
							.If(new Cmp(this.key, Cmp.Op.EQUAL, CmpTarget.modRevision(expected)))
							.Then(Op.put(this.key, this.wanted.value, PutOption.builder().withLeaseId(leaseId).build()))
							.Else(Op.get(this.key, GetOption.DEFAULT))
							.commit())
				.whenComplete((response, failure) -> NameTakeOver.this.threads.execute(() -> {
					if (failure == null) {
						answered(response);
					}
					else if (EtcdFailures.isLeaseMissing(failure)) {
						NameTakeOver.this.lease.lost(leaseId);
						again(expected);
					}
					else {
						this.result.completeExceptionally(EtcdFailures.unwrap(failure));
					}
				}));
		}

		private void answered(TxnResponse response) {
			if (response.isSucceeded()) {
				this.result.complete(response.getHeader().getRevision());
				return;
			}
			KeyValue there = response.getGetResponses().get(0).getKvs().stream().findFirst().orElse(null);
			if (there == null) {
				again(0);
				return;
			}
			NixlMetadata holder = NameTakeOver.this.reader.card(there);
			if (holder == null || isOurs(holder) || holder.additions().incarnation() == null) {
				again(there.getModRevision());
			}
			else if (this.wanted.owned) {
				this.result.completeExceptionally(OwnedEntries.lostException(this.engineId));
			}
			else if (this.wanted.predecessors == null) {
				again(there.getModRevision());
			}
			else if (this.awaited == there.getModRevision()) {
				waitOn(holder);
			}
			else {
				ask(this.wanted.predecessors, holder, there);
			}
		}

		private void again(long expected) {
			this.rounds++;
			if (this.rounds > MAX_ROUNDS) {
				this.result.completeExceptionally(NixlError.BUSY.exception(
						"Others put the card of engine '%s' again and again: give each agent an engine id of its own"
							.formatted(this.engineId),
						this.engineId, OPERATION, null));
			}
			else {
				put(expected);
			}
		}

		private boolean isOurs(NixlMetadata holder) {
			return Objects.equals(holder.additions().incarnation(), this.wanted.card.additions().incarnation());
		}

		private void ask(Predecessors predecessors, NixlMetadata holder, KeyValue there) {
			NameTakeOver.this.threads
				.call(() -> life(predecessors, holder).whenComplete((life, failure) -> NameTakeOver.this.threads
					.execute(() -> told((failure == null && life != null) ? life : Life.UNKNOWN, holder, there))));
		}

		private static CompletionStage<Life> life(Predecessors predecessors, NixlMetadata holder) {
			try {
				return predecessors.life(holder);
			}
			catch (RuntimeException ex) {
				logger.warn("Whether the earlier incarnation of engine '{}' lives could not be asked",
						holder.engineId(), ex);
				return CompletableFuture.completedFuture(Life.UNKNOWN);
			}
		}

		private void told(Life life, NixlMetadata holder, KeyValue there) {
			switch (life) {
				case ALIVE -> this.result.completeExceptionally(refused(holder, "is alive"));
				case GONE -> again(there.getModRevision());
				case UNKNOWN -> awaitLease(holder, there);
			}
		}

		private void awaitLease(NixlMetadata holder, KeyValue there) {
			if (there.getLease() == 0) {
				this.result.completeExceptionally(
						refused(holder, "cannot be asked, and its entry hangs on no lease: delete the entry"));
				return;
			}
			NameTakeOver.this.calls
				.call(OPERATION, this.engineId,
						(client) -> client.getLeaseClient().timeToLive(there.getLease(), LeaseOption.DEFAULT))
				.whenComplete((left, failure) -> NameTakeOver.this.threads.execute(() -> {
					if (failure != null) {
						this.result.completeExceptionally(EtcdFailures.unwrap(failure));
						return;
					}
					Duration lasts = Duration.ofSeconds(Math.max(0, left.getTTL()));
					this.awaited = there.getModRevision();
					this.waitEnd = System.nanoTime() + lasts.plus(MARGIN).toNanos();
					logger.info(
							"Engine id '{}' is still that of an earlier incarnation, agent '{}', of which nothing is "
									+ "known: waiting for the end of its lease, {} at most",
							this.engineId, holder.agentName(), lasts);
					waitOn(holder);
				}));
		}

		private void waitOn(NixlMetadata holder) {
			if (System.nanoTime() - this.waitEnd >= 0) {
				this.result
					.completeExceptionally(refused(holder, "keeps its lease alive, though it could not be asked"));
			}
			else {
				NameTakeOver.this.threads.schedule(() -> put(0), LOOK);
			}
		}

		private NixlException refused(NixlMetadata holder, String why) {
			String endpoint = holder.additions().sessionEndpoint();
			return NixlError.REFUSED.exception(
					"Engine id '%s' is taken: agent '%s'%s has published under it and %s; give each agent an engine id of its own, or stop the other one"
						.formatted(this.engineId, holder.agentName(), (endpoint != null) ? " at " + endpoint : "", why),
					this.engineId, OPERATION, null);
		}

	}

}
