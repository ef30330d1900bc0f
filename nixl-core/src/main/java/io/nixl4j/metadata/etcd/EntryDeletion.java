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

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.KeyValue;
import io.etcd.jetcd.op.Cmp;
import io.etcd.jetcd.op.CmpTarget;
import io.etcd.jetcd.op.Op;
import io.etcd.jetcd.options.DeleteOption;
import io.etcd.jetcd.options.GetOption;
import io.nixl4j.memory.Incarnation;
import io.nixl4j.metadata.NixlMetadata;
import org.jspecify.annotations.Nullable;

/**
 * Deletes one entry, of one incarnation only if that is wanted. Answers on the loop.
 */
final class EntryDeletion {

	private static final String OPERATION = "delete metadata";

	private final EtcdCalls calls;

	private final EtcdKeys keys;

	private final EntryReader reader;

	private final StoreThreads threads;

	EntryDeletion(EtcdCalls calls, EtcdKeys keys, EntryReader reader, StoreThreads threads) {
		this.calls = calls;
		this.keys = keys;
		this.reader = reader;
		this.threads = threads;
	}

	/** Deletes the entry of an engine, whoever wrote it. */
	CompletableFuture<Outcome> delete(String engineId) {
		ByteSequence key = this.keys.of(engineId);
		return onLoop(this.calls.call(OPERATION, engineId, (client) -> client.getKVClient().delete(key))
			.thenApply((response) -> new Outcome(response.getDeleted() > 0, response.getHeader().getRevision())));
	}

	/** Deletes the entry of an engine if this incarnation wrote it. */
	CompletableFuture<Outcome> delete(String engineId, Incarnation incarnation) {
		ByteSequence key = this.keys.of(engineId);
		return onLoop(this.calls.call(OPERATION, engineId, (client) -> client.getKVClient().get(key))
			.thenCompose((response) -> delete(engineId, incarnation,
					response.getKvs().stream().findFirst().orElse(null), response.getHeader().getRevision())));
	}

	private CompletableFuture<Outcome> onLoop(CompletableFuture<Outcome> answer) {
		CompletableFuture<Outcome> result = new CompletableFuture<>();
		answer.whenComplete((outcome, failure) -> this.threads.execute(() -> {
			if (failure != null) {
				result.completeExceptionally(EtcdFailures.unwrap(failure));
			}
			else {
				result.complete(outcome);
			}
		}));
		return result;
	}

	private CompletableFuture<Outcome> delete(String engineId, Incarnation incarnation, @Nullable KeyValue there,
			long revision) {
		NixlMetadata card = (there != null) ? this.reader.card(there) : null;
		if (there == null || card == null || !incarnation.equals(card.additions().incarnation())) {
			return CompletableFuture.completedFuture(new Outcome(false, revision));
		}
		ByteSequence key = there.getKey();
		return this.calls
			.call(OPERATION, engineId,
					(client) -> client.getKVClient()
						.txn()
						.If(new Cmp(key, Cmp.Op.EQUAL, CmpTarget.modRevision(there.getModRevision())))
						.Then(Op.delete(key, DeleteOption.DEFAULT))
						.Else(Op.get(key, GetOption.DEFAULT))
						.commit())
			.thenCompose((response) -> response.isSucceeded()
					? CompletableFuture.completedFuture(new Outcome(true, response.getHeader().getRevision()))
					: delete(engineId, incarnation,
							response.getGetResponses().get(0).getKvs().stream().findFirst().orElse(null),
							response.getHeader().getRevision()));
	}

	/**
	 * What came of it.
	 *
	 * @param deleted whether the entry was there and is gone
	 * @param revision since when there is no such entry
	 */
	record Outcome(boolean deleted, long revision) {

	}

}
